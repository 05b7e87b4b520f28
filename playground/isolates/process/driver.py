"""The driver: a function that is added to the guest's module, so that a turn costs one call and not a
dozen.

In JavaScript it would read

run(turn(text)); runJobs(); answer(collect())

where `turn` is the runtime's function and `collect` gives what the turn left for the host, as one text.
Handles and addresses were made while the template was booted, so they are constants in its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from playground.isolates.process.binary import Binary, Signature, signed, unsigned

DRIVER: Final = "drive_turn"

_IF, _END, _RETURN, _CALL, _DROP = 0x04, 0x0B, 0x0F, 0x10, 0x1A
_GET, _SET = 0x20, 0x21
_LOAD, _STORE, _CONST, _EQZ = 0x28, 0x36, 0x41, 0x45
_NO_RESULT, _I32 = 0x40, 0x7F
_WORD: Final = b"\x02\x00"  # aligned to 4 bytes, no offset
_REFUSED: Final = 2

_POINTER, _LENGTH, _STATUS, _HANDLE = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Constants:
    """What the driver's code refers to: handles of two functions and of undefined, and 16 bytes for
    results.
    """

    turn: int
    collect: int
    undefined: int
    slots: int

    @property
    def argument(self) -> int:
        """Where the only argument of a call stands."""
        return self.slots

    @property
    def result(self) -> int:
        """Where a call leaves its result."""
        return self.slots + 4

    @property
    def text(self) -> int:
        """Where the turn's answer is: pointer and length, 4 bytes each."""
        return self.slots + 8


def add_driver(binary: Binary, constants: Constants) -> None:
    """Add `drive_turn(pointer, length) -> status`; see `Constants.text` for where the answer is."""
    functions = binary.exported_functions()
    binary.add_function(DRIVER, Signature(2, 1), _body(functions, constants))


def _body(functions: Mapping[str, int], at: Constants) -> bytes:
    def call(name: str) -> bytes:
        return bytes([_CALL]) + unsigned(functions[name])

    failed = get(_STATUS) + bytes([_IF, _NO_RESULT]) + get(_STATUS) + bytes([_RETURN, _END])
    code = [
        call("qjs_result_free"),
        # the message as a JavaScript string
        get(_POINTER) + get(_LENGTH) + call("new_string") + put(_HANDLE),
        get(_HANDLE) + bytes([_EQZ, _IF, _NO_RESULT]) + constant(_REFUSED) + bytes([_RETURN, _END]),
        constant(at.argument) + get(_HANDLE) + store(),
        # turn(message)
        constant(at.turn)
        + constant(at.undefined)
        + constant(at.argument)
        + constant(1)
        + constant(at.result),
        call("call_function") + put(_STATUS) + get(_HANDLE) + call("free_value") + failed,
        constant(at.result) + load() + call("free_value"),
        call("execute_pending_jobs") + bytes([_DROP]),
        # collect()
        constant(at.collect)
        + constant(at.undefined)
        + constant(at.argument)
        + constant(0)
        + constant(at.result),
        call("call_function") + put(_STATUS) + failed,
        constant(at.result) + load() + put(_HANDLE),
        get(_HANDLE) + call("get_string") + put(_STATUS) + get(_HANDLE) + call("free_value") + failed,
        constant(at.text) + call("qjs_last_ptr") + store(),
        constant(at.text + 4) + call("qjs_last_len") + store(),
        constant(0) + bytes([_END]),
    ]
    one_group_of_two_locals = b"\x01\x02" + bytes([_I32])
    return one_group_of_two_locals + b"".join(code)


def get(local: int) -> bytes:
    """Push a local."""
    return bytes([_GET, local])


def put(local: int) -> bytes:
    """Pop into a local."""
    return bytes([_SET, local])


def constant(number: int) -> bytes:
    """Push a number."""
    return bytes([_CONST]) + signed(number)


def load() -> bytes:
    """Replace an address by the word that is there."""
    return bytes([_LOAD]) + _WORD


def store() -> bytes:
    """Pop a word and the address below it, and put it there."""
    return bytes([_STORE]) + _WORD
