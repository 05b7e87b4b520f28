"""What the server and the guest say to each other: JSON objects, told apart by `t`. Values in them are
texts in wire form.

An `owner` is the id of the call or invocation in whose context the guest said something; null is none.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from playground.isolates.guest_json import BadJson, read_json


class BadMessage(Exception):
    """The guest said what it never says. Whoever speaks there is not our runtime any more."""


class Result(msgspec.Struct, tag_field="t", tag="result", frozen=True):
    """A call or an invocation ended."""

    id: int
    ok: str | None = None
    error: str | None = None


class Ask(msgspec.Struct, tag_field="t", tag="ask", frozen=True):
    """Tenant code calls a method of a stub, or (`get:name`) reads a property."""

    id: int
    owner: int | None
    target: int
    method: str
    args: str


class Log(msgspec.Struct, tag_field="t", tag="log", frozen=True):
    """A console line."""

    owner: int | None
    kind: str
    level: str
    message: str
    time: float = 0


class Timer(msgspec.Struct, tag_field="t", tag="timer", frozen=True):
    """Tenant code wants to be woken in so many ms."""

    id: int
    owner: int | None
    ms: float


class Untimer(msgspec.Struct, tag_field="t", tag="untimer", frozen=True):
    """That timer is not wanted any more."""

    id: int


class DropStubs(msgspec.Struct, tag_field="t", tag="drop", frozen=True):
    """Tenant code cannot reach these stubs any more."""

    stubs: list[int]


class Cancel(msgspec.Struct, tag_field="t", tag="cancel", frozen=True):
    """Tenant code does not want the answer to that ask any more."""

    id: int


GuestMessage = Result | Ask | Log | Timer | Untimer | DropStubs | Cancel

_decoder: Final = msgspec.json.Decoder(list[GuestMessage])
_VALUES: Final = ("args", "ok", "error")
_LONG: Final = 4096
_encoder: Final = msgspec.json.Encoder()


def decode_messages(text: str) -> list[GuestMessage]:
    """The messages of a turn."""
    try:
        return read_json(text, _decoder)
    except BadJson as error:
        raise BadMessage(str(error)) from None


def encode_message(kind: str, **fields: Any) -> str:
    """A message for the guest. A long value in wire form follows it as it is, after a line's end and named by
    `rest`, since quoting it and reading that costs the guest more than the value does.
    """
    for name in _VALUES:
        value = fields.get(name)
        if isinstance(value, str) and len(value) > _LONG:
            del fields[name]
            return _encoder.encode({"t": kind, "rest": name, **fields}).decode() + "\n" + value
    return _encoder.encode({"t": kind, **fields}).decode()
