"""seccomp: the system calls that a worker may make once tenant code runs, and no others.

See seccomp(2). The filter is a program for the kernel's BPF machine. It allows what the interpreter and
wasmtime need to go on: read and write what is open, take and give back memory, wait, tell the time. Anything
else fails with EPERM: the libraries try harmless things now and then (a name for a mapping, a file that may
not be there) and go on without, which must not cost all tenants their isolates. What no honest program here
does, calls of another architecture and x32's, ends the process.

Memory can be taken, but never be made executable: what runs was there before tenant code was.
"""

from __future__ import annotations

import ctypes
import struct
import sys
from dataclasses import dataclass
from typing import Final

from playground.isolates.process import kernel

ALLOW: Final = 0x7FFF0000
REFUSE: Final = 0x00050000 | 1  # EPERM
KILL: Final = 0x80000000

_SET_FILTER: Final = 1
_ALL_THREADS: Final = 1
_X32: Final = 0x40000000
_EXECUTABLE: Final = 4  # PROT_EXEC
_SET_NON_BLOCKING: Final = 0x5421  # FIONBIO

# classic BPF: loads an absolute word, jumps, returns; see the kernel's networking/filter documentation
_LOAD: Final = 0x20
_JUMP_EQUAL: Final = 0x15
_JUMP_GREATER_EQUAL: Final = 0x35
_JUMP_SET: Final = 0x45
_RETURN: Final = 0x06

# struct seccomp_data: the number, the architecture, the instruction pointer, six arguments of 8 bytes
_NUMBER: Final = 0
_ARCHITECTURE: Final = 4
_SECOND_ARGUMENT: Final = 16 + 1 * 8  # its lower half, on a little-endian machine
_THIRD_ARGUMENT: Final = 16 + 2 * 8

_PROTECTED: Final = {"mmap": (9, 222), "mprotect": (10, 226)}
"""Allowed where their third argument does not ask for executable memory."""
_CONTROL: Final = (16, 29)
"""`ioctl`, allowed to make a descriptor block or not, and for nothing else."""

_ALLOWED: Final[dict[str, tuple[int, int | None]]] = {  # x86_64, aarch64; the busiest first
    "recvfrom": (45, 207),
    "sendto": (44, 206),
    "futex": (202, 98),
    "munmap": (11, 215),
    "madvise": (28, 233),
    "read": (0, 63),
    "write": (1, 64),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "clock_getres": (229, 114),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    "epoll_wait": (232, None),
    "epoll_pwait": (281, 22),
    "readv": (19, 65),
    "writev": (20, 66),
    "close": (3, 57),
    "brk": (12, 214),
    "mremap": (25, 216),
    "getrandom": (318, 278),
    "sigaltstack": (131, 132),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "restart_syscall": (219, 128),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "getcpu": (309, 168),
    "getrusage": (98, 165),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "exit": (60, 93),
    "exit_group": (231, 94),
}


@dataclass(frozen=True, slots=True)
class Machine:
    """An architecture: the kernel's name for it, and which column of the tables is its own."""

    audit: int
    column: int
    has_x32: bool


MACHINES: Final = {
    "x86_64": Machine(0xC000003E, 0, True),
    "aarch64": Machine(0xC00000B7, 1, False),
}

# where the tests lead, counted from the first instruction after them
_TO_PROTECTED: Final = 1
_TO_CONTROL: Final = 3
_TO_ALLOW: Final = 6


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def restrict() -> None:
    """Allow all threads of this process only what is listed above. Raises `Unsupported`."""
    machine = MACHINES.get(kernel.machine())
    if machine is None or sys.byteorder != "little":
        raise kernel.Unsupported(f"no filter is written for {kernel.machine()}")
    instructions = program(machine)
    kernel.no_new_privileges()
    filtered = _Program(len(instructions) // 8, instructions)
    if kernel.syscall("seccomp", _SET_FILTER, _ALL_THREADS, ctypes.byref(filtered)) != 0:
        raise kernel.Unsupported("a thread has a filter of its own")


def program(machine: Machine) -> bytes:
    """The filter's instructions, 8 bytes each."""
    code = [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_JUMP_EQUAL, machine.audit, 1, 0),
        _instruction(_RETURN, KILL),
        _instruction(_LOAD, _NUMBER),
    ]
    if machine.has_x32:
        code += [_instruction(_JUMP_GREATER_EQUAL, _X32, 0, 1), _instruction(_RETURN, KILL)]
    allowed = [numbers[machine.column] for numbers in _ALLOWED.values()]
    tests = [(number, _TO_ALLOW) for number in allowed if number is not None]
    tests += [(numbers[machine.column], _TO_PROTECTED) for numbers in _PROTECTED.values()]
    tests += [(_CONTROL[machine.column], _TO_CONTROL)]
    for place, (number, target) in enumerate(tests):
        code.append(_instruction(_JUMP_EQUAL, number, len(tests) - place - 1 + target, 0))
    code += [
        _instruction(_RETURN, REFUSE),
        _instruction(_LOAD, _THIRD_ARGUMENT),
        _instruction(_JUMP_SET, _EXECUTABLE, 2, 3),
        _instruction(_LOAD, _SECOND_ARGUMENT),
        _instruction(_JUMP_EQUAL, _SET_NON_BLOCKING, 1, 0),
        _instruction(_RETURN, REFUSE),
        _instruction(_RETURN, ALLOW),
    ]
    return b"".join(code)


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)
