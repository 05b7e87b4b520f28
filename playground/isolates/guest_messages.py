"""What the server and the guest say to each other: JSON objects, told apart by `t`. Values in them are
texts in wire form.

A long value is not quoted, since quoting it and reading that costs more than the value does. One for the
guest follows the message after a line's end, and `rest` names the field that it belongs to. One of the
guest's is the message's `value`, which is the JSON that the wire form is but for its first character, `kind`;
`rest` names the field.

An `owner` is the id of the call or invocation in whose context the guest said something; null is none.
"""

from __future__ import annotations

import json
from typing import Any, Final, Literal

import msgspec

from playground.isolates.guest_json import BadJson, read_json

_NOTHING: Final = msgspec.Raw(b"")


class BadMessage(Exception):
    """The guest said what it never says. Whoever speaks there is not our runtime any more."""


class Valued(msgspec.Struct, frozen=True, kw_only=True):
    """May have a long value beside its other fields; `decode_messages` puts it into its field."""

    rest: Literal["ok", "args"] | None = None
    kind: Literal["j", "t", "r"] = "j"
    value: msgspec.Raw = _NOTHING


class Result(Valued, tag_field="t", tag="result", frozen=True):
    """A call or an invocation ended."""

    id: int
    ok: str | None = None
    error: str | None = None


class Ask(Valued, tag_field="t", tag="ask", frozen=True):
    """Tenant code calls a method of a stub, or (`get:name`) reads a property."""

    id: int
    owner: int | None
    target: int
    method: str
    args: str = ""
    count: int | None = None
    """Of a step in a run that runs ahead: how often it asked for the kind and name."""
    begun: int | None = None
    """The first attempt, where that was begun (`StepBegun`)."""


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


class StepBegun(msgspec.Struct, tag_field="t", tag="begun", frozen=True):
    """A run runs ahead: the first attempt of a step has begun. `id` is negative and the attempt's owner;
    `owner` is the run, `count` how often it asked for that name, `at` epoch ms.
    """

    id: int
    owner: int
    name: str
    count: int
    at: float
    config: str | None = None


class StepDone(msgspec.Struct, tag_field="t", tag="did", frozen=True):
    """The attempt came to a value, and its run has gone on with that, at `at` (epoch ms)."""

    id: int
    ok: str
    at: float


class Replayed(msgspec.Struct, tag_field="t", tag="replayed", frozen=True):
    """The call `id` asked for steps that history holds: pairs of a row and of how many from there on."""

    id: int
    order: list[int]


class Yield(msgspec.Struct, tag_field="t", tag="yield", frozen=True):
    """The call `id` has more to replay, in another turn."""

    id: int


GuestMessage = (
    Result | Ask | Log | Timer | Untimer | DropStubs | Cancel | StepBegun | StepDone | Replayed | Yield
)

_decoder: Final = msgspec.json.Decoder(list[GuestMessage])
_VALUES: Final = ("args", "ok", "error")
_LONG: Final = 4096
_encoder: Final = msgspec.json.Encoder()


def decode_messages(text: str) -> list[GuestMessage]:
    """The messages of a turn."""
    try:
        messages = read_json(text, _decoder, quoted)
    except BadJson as error:
        raise BadMessage(str(error)) from None
    return [_whole(one) if isinstance(one, Valued) and one.rest is not None else one for one in messages]


def quoted(messages: Any) -> Any:
    """A turn's messages, as JSON, with long values where short ones are: quoted."""
    for message in messages if isinstance(messages, list) else ():
        if not isinstance(message, dict) or "value" not in message:
            continue
        name = "args" if message.get("t") == "ask" else "ok"
        if message.get("rest") == name and message.get("kind") in ("j", "t", "r"):
            text = json.dumps(message.pop("value"), separators=(",", ":"))
            message[message.pop("rest")] = message.pop("kind") + text
    return messages


def _whole(message: Result | Ask) -> GuestMessage:
    """The message with the long value in its place."""
    name = "ok" if isinstance(message, Result) else "args"
    if message.rest != name or not message.value:
        raise BadMessage("a long value that is not there, or has no place")
    value = message.kind + bytes(message.value).decode()
    return msgspec.structs.replace(message, rest=None, kind="j", value=_NOTHING, **{name: value})


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
