"""The filter of system calls, run here by a small copy of the kernel's machine."""

from __future__ import annotations

import struct

import pytest

from playground.isolates.process import seccomp
from playground.isolates.process.seccomp import ALLOW, KILL, MACHINES, REFUSE

X86, ARM = MACHINES["x86_64"], MACHINES["aarch64"]
READ_WRITE, READ_EXECUTE, EVERYTHING = 3, 5, 7


def verdict(machine: seccomp.Machine, number: int, *arguments: int, audit: int | None = None) -> int:
    """What the filter answers to a call."""
    values = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number, audit or machine.audit, 0, *values)
    program = seccomp.program(machine)
    code = [struct.unpack_from("<HBBI", program, at) for at in range(0, len(program), 8)]
    accumulator = place = 0
    while True:
        operation, if_true, if_false, value = code[place]
        place += 1
        if operation == 0x20:
            accumulator = int(struct.unpack_from("<I", data, value)[0])
        elif operation == 0x06:
            return int(value)
        else:
            held = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: accumulator & value}[
                operation
            ]
            place += if_true if held else if_false


@pytest.mark.parametrize(
    ("machine", "numbers"),
    [
        (X86, [0, 1, 44, 45, 202, 11, 28, 12, 25, 228, 230, 318, 13, 15, 131, 231, 60, 7, 232]),
        (ARM, [63, 64, 206, 207, 98, 215, 233, 214, 216, 113, 115, 278, 134, 139, 132, 94, 93, 73, 22]),
    ],
    ids=["x86_64", "aarch64"],
)
def test_what_is_needed_is_allowed(machine: seccomp.Machine, numbers: list[int]) -> None:
    assert {number: verdict(machine, number) for number in numbers} == dict.fromkeys(numbers, ALLOW)


REFUSED_X86 = [2, 257, 41, 42, 46, 56, 57, 58, 59, 62, 101, 157, 165, 317, 321, 322, 425, 435, 437, 329]
"""open, openat, socket, connect, sendmsg, clone, fork, execve, kill, ptrace, prctl, mount, …"""
REFUSED_ARM = [56, 198, 203, 211, 220, 221, 129, 117, 167, 40, 277, 280, 281, 425, 435, 437, 288]


@pytest.mark.parametrize(
    ("machine", "numbers"), [(X86, REFUSED_X86), (ARM, REFUSED_ARM)], ids=["x86_64", "aarch64"]
)
def test_everything_else_is_refused(machine: seccomp.Machine, numbers: list[int]) -> None:
    assert {number: verdict(machine, number) for number in numbers} == dict.fromkeys(numbers, REFUSE)


def test_few_calls_are_allowed_in_all() -> None:
    allowed = [number for number in range(1024) if verdict(X86, number) == ALLOW]
    assert len(allowed) < 45
    assert [number for number in range(1024) if verdict(X86, number) not in (ALLOW, REFUSE)] == []


@pytest.mark.parametrize(("machine", "map_", "protect"), [(X86, 9, 10), (ARM, 222, 226)])
def test_memory_is_had_and_never_made_executable(machine: seccomp.Machine, map_: int, protect: int) -> None:
    for number in (map_, protect):
        assert verdict(machine, number, 0, 4096, READ_WRITE) == ALLOW
        assert verdict(machine, number, 0, 4096, 0) == ALLOW
        assert verdict(machine, number, 0, 4096, READ_EXECUTE) == REFUSE
        assert verdict(machine, number, 0, 4096, EVERYTHING | 1 << 40) == REFUSE


@pytest.mark.parametrize(("machine", "ioctl"), [(X86, 16), (ARM, 29)])
def test_a_descriptor_may_be_told_not_to_block_and_nothing_else(machine: seccomp.Machine, ioctl: int) -> None:
    assert verdict(machine, ioctl, 3, 0x5421) == ALLOW
    assert verdict(machine, ioctl, 0, 0x5412) == REFUSE, "typing into a terminal"


def test_calls_of_another_architecture_end_the_process() -> None:
    assert verdict(X86, 1, audit=0x40000003) == KILL, "32 bits"
    assert verdict(X86, 0x40000000 + 1) == KILL, "x32"
    assert verdict(ARM, 64, audit=0x40000028) == KILL, "32 bits"
    assert verdict(X86, 63, audit=ARM.audit) == KILL
