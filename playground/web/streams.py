"""Streams: committed log entries as server-sent events, without a gap and without a repeat (see
`engine/subscription.py`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Final

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from playground.core.errors import WorkflowError
from playground.engine.engine import Instance
from playground.engine.entries import FINISHED, Entry
from playground.engine.subscription import BATCH
from playground.web.answers import encode_json
from playground.web.cursor import cursor_of
from playground.web.desk import Desk, desk
from playground.web.instance_lookup import find_instance
from playground.web.log import console_line, entry_view
from playground.web.quota import Slots
from playground.web.status import status_view
from playground.web.visitor import Visitor, address_of, may_edit, require_access, visitor_of

_SEND_TIMEOUT_S: Final = 60.0
CONNECTED: Final = b": connected\n\n"

Allowed = Callable[[], Awaitable[bool]]


async def stream_run(request: Request) -> Response:
    """One run: `log` for console lines, `entry` for all other entries (both with id = seq), `status` when it
    changes, `done`.
    """
    visitor = await visitor_of(request)
    session, instance = await find_instance(request, visitor, request.path_params["id"])
    after = cursor_of(request)
    watched = not may_edit(await visitor.access(request, session))
    events = run_events(instance, after, _allowed(request, visitor, session), watched=watched)
    return answer_with(request, visitor, events)


async def stream_session(request: Request) -> Response:
    """Everything a page shows: the entries of all runs of a session, id = position over all of them,
    `deleted` where a run is removed, and for those who may edit `draft` where it is saved. It does not end.
    """
    session = request.path_params["id"]
    access = await require_access(request, session)
    visitor = await visitor_of(request)
    after = cursor_of(request)
    at = desk(request)
    allowed = _allowed(request, visitor, session)
    events = session_events(at, session, after, allowed, edits=may_edit(access))
    return answer_with(request, visitor, events)


async def run_events(
    instance: Instance, after: int, allowed: Allowed, *, watched: bool
) -> AsyncGenerator[bytes, None]:
    """The events of one instance with seq greater than `after`, then `done`; ends once not `allowed`. Entries
    are as who only watches sees them where they are `watched`.
    """
    yield CONNECTED
    shown: dict[str, Any] | None = None
    async with aclosing(instance.entries(after).batches()) as batches:
        async for log in batches:
            if not await allowed():
                return
            if log:
                yield b"".join(_run_event(entry, watched=watched) for entry in log)
            if len(log) == BATCH:
                continue
            if shown is None or any(entry.type.startswith("workflow_") for entry in log):
                status = await _status(instance)
                # that it has finished is said after its last entry, which this look may not have found yet
                if status is not None and status != shown and status["status"] not in FINISHED:
                    shown = status
                    yield event_bytes("status", status)
    last = await _status(instance)
    if last is not None and last != shown:
        yield event_bytes("status", last)
    yield event_bytes("done", None)


async def session_events(
    at: Desk, session: str, after: int, allowed: Allowed, *, edits: bool
) -> AsyncGenerator[bytes, None]:
    """The entries of all of a session's instances at positions after `after`, which instances are deleted
    from now on, and for who `edits` the revision of the draft that there is, now and when another is saved;
    ends once not `allowed`, or where the deleted ones are too many to tell.
    """
    yield CONNECTED
    entries = await at.engine.subscribe(session, cursor=after)
    async with aclosing(entries.batches()) as batches:
        with at.drafts.follow(session) as news:
            if (saved := await at.sessions.revision(session)) > 0:
                news.tell(saved)
            async for log in batches:
                if not await allowed():
                    return
                if entries.removed is None:
                    return
                revision = news.take()
                if edits and revision is not None:
                    yield event_bytes("draft", {"revision": revision})
                if entries.removed:
                    yield b"".join(event_bytes("deleted", {"instance": id}) for id in sorted(entries.removed))
                if log:
                    shown = ((entry_view(entry, watched=not edits), entry.position) for entry in log)
                    yield b"".join(event_bytes("entry", view, position) for view, position in shown)


async def _status(instance: Instance) -> dict[str, Any] | None:
    try:
        return status_view(await instance.status())
    except WorkflowError:
        return None


def _run_event(entry: Entry, *, watched: bool) -> bytes:
    if entry.type == "log":
        return event_bytes("log", console_line(entry), entry.seq)
    return event_bytes("entry", entry_view(entry, watched=watched), entry.seq)


def event_bytes(name: str, data: Any, id: int | None = None) -> bytes:
    text = encode_json(data).decode()
    return ServerSentEvent(text, event=name, id=str(id) if id is not None else None, sep="\n").encode()


def _allowed(request: Request, visitor: Visitor, session: str) -> Allowed:
    async def allowed() -> bool:
        return await visitor.may_watch(request, session)

    return allowed


def answer_with(request: Request, visitor: Visitor, events: AsyncGenerator[bytes, None]) -> Response:
    """The stream of `events` as an answer; 429 where the visitor has too many open."""
    at = desk(request)
    key = visitor.own or address_of(request)
    at.streams.enter(key)
    return _Stream(
        events,
        slots=at.streams,
        key=key,
        sep="\n",
        ping=at.settings.heartbeat_s,
        ping_message_factory=_heartbeat,
        send_timeout=_SEND_TIMEOUT_S,
        headers={"content-type": "text/event-stream"},
    )


def _heartbeat() -> ServerSentEvent:
    return ServerSentEvent(comment="heartbeat", sep="\n")


class _Stream(EventSourceResponse):
    """A stream that gives its slot back, however it ends."""

    def __init__(
        self, events: AsyncGenerator[bytes, None], *, slots: Slots, key: str, **options: Any
    ) -> None:
        super().__init__(events, **options)
        self._events = events
        self._slots = slots
        self._key = key

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            async with aclosing(self._events):
                await super().__call__(scope, receive, send)
        finally:
            self._slots.leave(self._key)
