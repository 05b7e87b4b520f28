"""An event stream read while it is being written, straight from the ASGI application."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event as a browser would dispatch it."""

    name: str
    data: Any
    id: int | None

    @classmethod
    def parse(cls, block: str) -> Event | None:
        """The event of one block of lines; None where it is a comment."""
        fields: dict[str, list[str]] = {}
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            if name:
                fields.setdefault(name, []).append(value.removeprefix(" "))
        if "data" not in fields:
            return None
        assert set(fields) <= {"event", "data", "id"}, f"a field that was never sent: {fields}"
        id = int(fields["id"][-1]) if "id" in fields else None
        return cls(fields.get("event", ["message"])[-1], json.loads("\n".join(fields["data"])), id)


def parse_events(text: str) -> list[Event]:
    """All events of a whole stream's text."""
    blocks = text.replace("\r\n", "\n").replace("\r", "\n").split("\n\n")
    return [event for block in blocks if (event := Event.parse(block)) is not None]


class EventStream:
    """An open stream. `async with EventStream(app, path, headers) as stream`, then `await stream.next()`."""

    def __init__(self, app: ASGIApp, path: str, headers: Mapping[str, str]) -> None:
        self._app = app
        path, _, query = path.partition("?")
        raw = [(name.lower().encode(), value.encode()) for name, value in {"host": "test", **headers}.items()]
        self._scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": raw,
            "client": ("127.0.0.1", 50000),
            "server": ("test", 80),
        }
        self._sent: asyncio.Queue[Message] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._text = ""
        self.status = 0
        self.comments: list[str] = []

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        start = await self._sent.get()
        assert start["type"] == "http.response.start"
        self.status = start["status"]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._gone.set()
        await asyncio.wait_for(self._task, 5)

    async def next(self) -> Event | None:
        """The next event, or None where the stream has ended."""
        async with asyncio.timeout(5):
            while True:
                while "\n\n" in self._text:
                    block, _, self._text = self._text.partition("\n\n")
                    if (event := Event.parse(block)) is not None:
                        return event
                    self.comments.append(block)
                message = await self._sent.get()
                self._text += message.get("body", b"").decode()
                if not message.get("more_body", False):
                    return None

    async def comment(self) -> None:
        """Read on to the next comment, over no event."""
        async with asyncio.timeout(5):
            while "\n\n" not in self._text:
                self._text += (await self._sent.get()).get("body", b"").decode()
        block, _, self._text = self._text.partition("\n\n")
        assert Event.parse(block) is None
        self.comments.append(block)

    async def until(self, name: str, type: str | None = None) -> list[Event]:
        """The events up to and with the first of that name (and, for entries, type)."""
        events: list[Event] = []
        while (event := await self.next()) is not None:
            events.append(event)
            if event.name == name and (type is None or event.data["type"] == type):
                return events
        raise AssertionError(f"the stream ended before {name} {type or ''}: {events}")

    async def _run(self) -> None:
        asked = False

        async def receive() -> Message:
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await self._gone.wait()
            return {"type": "http.disconnect"}

        await self._app(self._scope, receive, self._sent.put)
