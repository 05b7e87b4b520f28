"""HTTP/1.1 over one kept-alive socket, no more of it than a load generator on the same machine needs.

The load generator shares the cores with the server that it measures, so what a request costs here is taken
from the result: about 60 µs of CPU time, where a general client takes more than ten times that.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

LARGEST_HEAD = 64 * 1024
LARGEST_BODY = 16 * 1024 * 1024
BODILESS = frozenset({204, 304})


class ProtocolError(Exception):
    """What came is not an HTTP/1.1 answer, or is larger than this client takes."""


@dataclass(frozen=True, slots=True)
class Head:
    """Status code and header fields (names in lower case; of repeated ones the last, but for Set-Cookie)."""

    status: int
    fields: dict[str, str]
    cookies: tuple[tuple[str, str], ...] = ()

    @property
    def keeps_alive(self) -> bool:
        return self.fields.get("connection", "").lower() != "close"


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer, its body decoded from chunks."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event."""

    name: str
    data: str


def parse_head(block: bytes) -> Head:
    """Read the status line and the fields of an answer, up to and with the empty line; ProtocolError."""
    lines = block.decode("latin-1").split("\r\n")
    version, _, rest = lines[0].partition(" ")
    code = rest[:3]
    if not version.startswith("HTTP/1.") or not (code.isascii() and code.isdigit() and len(code) == 3):
        raise ProtocolError(f"no HTTP/1.1 status line: {lines[0][:80]!r}")
    fields: dict[str, str] = {}
    cookies: list[tuple[str, str]] = []
    for line in lines[1:]:
        if not line:
            continue
        name, colon, value = line.partition(":")
        if not colon:
            raise ProtocolError(f"no header field: {line[:80]!r}")
        name, value = name.lower(), value.strip()
        if name == "set-cookie":
            key, _, content = value.partition(";")[0].partition("=")
            cookies.append((key.strip(), content.strip()))
        else:
            fields[name] = value
    return Head(int(code), fields, tuple(cookies))


async def read_body(reader: asyncio.StreamReader, head: Head) -> AsyncGenerator[bytes]:
    """Yield the body's bytes as they come, by chunks, by length, or up to the end of the connection."""
    if head.status in BODILESS:
        return
    if head.fields.get("transfer-encoding", "").lower() == "chunked":
        while size := _chunk_size(await reader.readuntil(b"\r\n")):
            yield await reader.readexactly(size)
            if await reader.readexactly(2) != b"\r\n":
                raise ProtocolError("a chunk is longer than it says")
        while await reader.readuntil(b"\r\n") != b"\r\n":
            pass
    elif (length := head.fields.get("content-length")) is not None:
        if not (length.isascii() and length.isdigit()) or int(length) > LARGEST_BODY:
            raise ProtocolError(f"no length that this client takes: {length[:40]!r}")
        if int(length):
            yield await reader.readexactly(int(length))
    else:
        while block := await reader.read(LARGEST_HEAD):
            yield block


def _chunk_size(line: bytes) -> int:
    try:
        size = int(line.partition(b";")[0], 16)
    except ValueError:
        raise ProtocolError(f"no chunk size: {line[:40]!r}") from None
    if not 0 <= size <= LARGEST_BODY:
        raise ProtocolError(f"no chunk size that this client takes: {size}")
    return size


async def read_events(blocks: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    """Yield the events of a text/event-stream whose bytes come in any pieces, without comments and ids."""
    rest = b""
    name, data = "message", list[str]()
    async for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > LARGEST_BODY:
            raise ProtocolError("a line of the stream has no end")
        for raw in lines:
            field, _, value = raw.decode("utf-8", "replace").rstrip("\r").partition(":")
            value = value.removeprefix(" ")
            if not field and not value:
                if data:
                    yield Event(name, "\n".join(data))
                name, data = "message", []
            elif field == "event":
                name = value
            elif field == "data":
                data.append(value)


class Connection:
    """One socket to one server, for one request at a time, opened when needed; it keeps its cookies.

    Two connections that share `cookies` are one visitor.
    """

    def __init__(self, host: str, port: int, cookies: dict[str, str] | None = None) -> None:
        self._host = host
        self._port = port
        self.cookies: dict[str, str] = {} if cookies is None else cookies
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, method: str, path: str, body: bytes | None = None) -> Response:
        """Send a request (`body` is JSON) and read the whole answer; ProtocolError, OSError, EOFError."""
        whole = False
        try:
            reader, head = await self._send(method, path, body)
            blocks: list[bytes] = []
            size = 0
            async with aclosing(read_body(reader, head)) as body_blocks:
                async for block in body_blocks:
                    size += len(block)
                    if size > LARGEST_BODY:
                        raise ProtocolError(f"the answer of {path} has no end")
                    blocks.append(block)
            whole = head.keeps_alive
            return Response(head.status, b"".join(blocks))
        finally:
            if not whole:
                await self.close()

    async def events(self, path: str) -> AsyncGenerator[Event]:
        """Yield the server-sent events of `path` until server or caller ends, then close the socket."""
        try:
            reader, head = await self._send("GET", path, None)
            if head.status != 200:
                raise ProtocolError(f"GET {path} answered {head.status}")
            async with aclosing(read_body(reader, head)) as blocks:
                async for event in read_events(blocks):
                    yield event
        finally:
            await self.close()

    async def close(self) -> None:
        """Close the socket, if one is open; the next request opens another."""
        if self._streams is None:
            return
        writer = self._streams[1]
        self._streams = None
        writer.close()
        try:
            await writer.wait_closed()
        except OSError:
            return  # it was gone already

    async def _send(self, method: str, path: str, body: bytes | None) -> tuple[asyncio.StreamReader, Head]:
        if self._streams is not None and self._streams[0].at_eof():
            await self.close()  # the server has closed it since the last answer
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=LARGEST_HEAD)
        reader, writer = self._streams
        writer.write(self._request(method, path, body))
        await writer.drain()
        try:
            head = parse_head(await reader.readuntil(b"\r\n\r\n"))
        except asyncio.LimitOverrunError:
            raise ProtocolError(f"the head of the answer is larger than {LARGEST_HEAD} bytes") from None
        self.cookies.update(head.cookies)
        return reader, head

    def _request(self, method: str, path: str, body: bytes | None) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._authority}"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")

    @property
    def _authority(self) -> str:
        return f"[{self._host}]:{self._port}" if ":" in self._host else f"{self._host}:{self._port}"
