"""The wire between the server and a worker process: frames over a socketpair, used on both sides.

A frame is a length (4 bytes, little-endian) and a MessagePack array of messages; what waits goes into one
frame. Each message is an array that starts with its name. What a worker sends is decoded strictly, by type:
anything else is a `BadFrame`, which costs the worker its life and the server nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeVar

import msgspec

MOST_FRAME_BYTES: Final = 32 << 20
_LENGTH_BYTES: Final = 4

Message = TypeVar("Message")


WireModule = tuple[Literal["js", "ts", "text", "json", "data"], Any]
"""A module's kind, and its content: bytes where it is data, else a text (msgspec has no union of the two)."""


class BadFrame(Exception):
    """The other side sent what is no frame."""


class Load(msgspec.Struct, array_like=True, tag="load", frozen=True):
    """To the worker: make the isolate `isolate` from these modules. `env` is an encoded value. Isolates of
    the same `tenant` share its part of the CPU time; one without is a tenant by itself.
    """

    isolate: int
    modules: dict[str, WireModule]
    main: str
    env: str
    cpu_ms: int
    memory_bytes: int
    tenant: str = ""


class Turn(msgspec.Struct, array_like=True, tag="turn", frozen=True):
    """To the worker: deliver one message (JSON text) to the isolate, and run it until it has nothing left
    to do. `cpu_ms` is what it may use where that is less than the isolate's limit; 0 is that limit.
    """

    isolate: int
    turn: int
    message: str
    cpu_ms: int = 0


class Drop(msgspec.Struct, array_like=True, tag="drop", frozen=True):
    """To the worker: forget the isolate."""

    isolate: int


class Ping(msgspec.Struct, array_like=True, tag="ping", frozen=True):
    """To the worker: answer with the same number."""

    number: int


class Loaded(msgspec.Struct, array_like=True, tag="loaded", frozen=True):
    """From the worker: the isolate is there. `messages` is a JSON array of what it said while loading."""

    isolate: int
    exports: list[str]
    messages: str
    cpu_us: int
    heap_bytes: int = 0


class Failed(msgspec.Struct, array_like=True, tag="failed", frozen=True):
    """From the worker: the isolate's modules do not parse, link or evaluate, or used too much; it is gone."""

    isolate: int
    name: str
    message: str
    messages: str
    code: str | None = None
    module: str | None = None
    line: int | None = None
    column: int | None = None
    stack: str | None = None
    cpu_us: int = 0


class Said(msgspec.Struct, array_like=True, tag="said", frozen=True):
    """From the worker: a part of what the isolate said in a turn whose end comes later, a JSON array of the
    guest's messages.
    """

    isolate: int
    messages: str


class Out(msgspec.Struct, array_like=True, tag="out", frozen=True):
    """From the worker: a turn ended. `messages` is a JSON array of the guest's messages. Of the isolate's
    memory JavaScript uses `heap_bytes`.
    """

    isolate: int
    turn: int
    messages: str
    cpu_us: int
    memory_bytes: int
    heap_bytes: int = 0


class Dead(msgspec.Struct, array_like=True, tag="dead", frozen=True):
    """From the worker: the isolate died in this turn (0: it was not there), and is gone."""

    isolate: int
    turn: int
    code: str
    message: str
    cpu_us: int = 0
    owner: int = 0
    """Whose work the guest was doing, as it said."""


class Pong(msgspec.Struct, array_like=True, tag="pong", frozen=True):
    """From the worker: the answer to `Ping`."""

    number: int


class Ready(msgspec.Struct, array_like=True, tag="ready", frozen=True):
    """From the worker, once: it takes work. `error` says why it cannot.

    `layers` are the layers of protection that are on, `missing` those that the system does not have.
    """

    error: str | None = None
    layers: list[str] = []
    missing: list[str] = []


class Compiling(msgspec.Struct, array_like=True, tag="compiling", frozen=True):
    """From the worker, before it is ready: it compiles what is not in the cache, which takes some seconds."""


ToWorker = Load | Turn | Drop | Ping
FromWorker = Loaded | Failed | Said | Out | Dead | Pong | Ready | Compiling

_encoder: Final = msgspec.msgpack.Encoder()
_to_worker: Final = msgspec.msgpack.Decoder(list[ToWorker])
_from_worker: Final = msgspec.msgpack.Decoder(list[FromWorker])


def encode(messages: Sequence[ToWorker | FromWorker]) -> bytes:
    """One frame. Raises `BadFrame` where it would be larger than a frame may be."""
    body = _encoder.encode(messages)
    if len(body) > MOST_FRAME_BYTES:
        raise BadFrame(f"a frame of {len(body)} bytes")
    return len(body).to_bytes(_LENGTH_BYTES, "little") + body


class Frames:
    """Cuts a stream of bytes into frames. `feed` gives the bodies that are complete."""

    def __init__(self, most: int = MOST_FRAME_BYTES) -> None:
        self._most = most
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies of the frames that `data` completes. Raises `BadFrame` where one says that it is too
        large.
        """
        buffer = self._buffer
        buffer += data
        bodies = []
        start = 0
        while len(buffer) - start >= _LENGTH_BYTES:
            length = int.from_bytes(buffer[start : start + _LENGTH_BYTES], "little")
            if length > self._most:
                raise BadFrame(f"a frame of {length} bytes")
            end = start + _LENGTH_BYTES + length
            if len(buffer) < end:
                break
            bodies.append(bytes(buffer[start + _LENGTH_BYTES : end]))
            start = end
        del buffer[:start]
        return bodies


def to_worker(body: bytes) -> list[ToWorker]:
    """The messages of a frame, in the worker."""
    return _decode(_to_worker, body)


def from_worker(body: bytes) -> list[FromWorker]:
    """The messages of a frame, in the server."""
    return _decode(_from_worker, body)


def _decode(decoder: msgspec.msgpack.Decoder[list[Message]], body: bytes) -> list[Message]:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame(str(error)) from None
