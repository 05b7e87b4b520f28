"""`instance.subscribe()` as a tenant sees it: Cloudflare's events, made of the log's entries."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from types import MappingProxyType
from typing import Any, ClassVar, Final, Protocol

import msgspec

from playground.core.errors import WorkflowError
from playground.core.rpc import RpcTarget
from playground.core.values import UNDEFINED

_DECODE: Final = msgspec.json.Decoder(dict[str, Any]).decode
_LARGEST: Final = 2**53

_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{name: name for name in ("workflow_queued", "workflow_started", "workflow_running")},
        **{name: name for name in ("workflow_waiting", "workflow_paused", "workflow_completed")},
        **{name: name for name in ("workflow_errored", "workflow_terminated")},
        "workflow_pausing": "workflow_waiting_for_pause",
        "workflow_resumed": "workflow_running",
        "workflow_restarted": "workflow_queued",
        **{name: name for name in ("step_started", "step_completed", "attempt_started")},
        **{name: name for name in ("attempt_completed", "sleep_started", "sleep_completed")},
        "step_failed": "step_errored",
        "attempt_failed": "attempt_errored",
        **{name: name for name in ("wait_started", "wait_completed", "wait_timed_out")},
        **{name: name for name in ("rollback_started", "rollback_completed")},
        **{name: name for name in ("rollback_step_started", "rollback_step_completed")},
        "rollback_failed": "rollback_errored",
        "rollback_step_failed": "rollback_step_errored",
    }
)
"""Types of entries, and what they are called there. Entries of other types are left out."""
_FIELDS: Final = ("config", "output", "error", "attempt", "retryDelayMs", "eventType")
_KNOWN: Final = frozenset(
    {*_NAMES.values()}
    | {name.replace("attempt_", "rollback_attempt_") for name in _NAMES.values() if "attempt_" in name}
)


class EntryLike(Protocol):
    """What is read of an entry."""

    @property
    def seq(self) -> int: ...
    @property
    def time(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def data(self) -> str: ...
    @property
    def instance(self) -> str: ...


class EntriesLike(Protocol):
    """What is needed of an engine's subscription."""

    def batches(self) -> AsyncGenerator[Sequence[EntryLike], None]: ...


class Subscription(RpcTarget):
    """One subscription. `entries(cursor)` reads the log from there on.

    Between two calls of `next` nothing is held but the events of one read.
    """

    rpc_methods: ClassVar[Mapping[str, str]] = MappingProxyType({"next": "next"})

    def __init__(self, entries: Callable[[int], EntriesLike], options: Any = None) -> None:
        self._entries = entries
        self._cursor, self._filter = _options(options)
        self._events: deque[dict[str, Any]] = deque()
        self._ended = False

    async def next(self) -> dict[str, Any]:
        """`{value, done}`: the next event, once there is one; `done` after the last."""
        while not self._events and not self._ended:
            self._ended = not await self._read()
        if self._events:
            return {"value": self._events.popleft(), "done": False}
        return {"value": UNDEFINED, "done": True}

    async def _read(self) -> bool:
        """Wait until there are events; answers False at the end."""
        async with aclosing(self._entries(self._cursor).batches()) as batches:
            async for batch in batches:
                for entry in batch:
                    self._cursor = entry.seq
                    event = event_of(entry)
                    if event is not None and (self._filter is None or event["type"] in self._filter):
                        self._events.append(event)
                if self._events:
                    return True
        return False


def event_of(entry: EntryLike) -> dict[str, Any] | None:
    """The event that an entry is, or None. Outputs are as the log shows them: the beginning of large ones,
    and nothing of sensitive ones.
    """
    type = _NAMES.get(entry.type)
    if type is None:
        return None
    fact = _DECODE(entry.data)
    step = fact.get("step")
    if step is not None and step["kind"] == "rollback" and type.startswith("attempt_"):
        type = f"rollback_{type}"
    event: dict[str, Any] = {
        "instanceId": entry.instance,
        "eventId": entry.seq,
        "timestamp": entry.time,
        "type": type,
    }
    if step is not None:
        event["stepName"] = step["name"]
    event.update({field: fact[field] for field in _FIELDS if field in fact})
    if "error" in event:
        event["error"] = {"name": event["error"]["name"], "message": event["error"]["message"]}
    if entry.type == "sleep_started":
        event["durationMs"] = max(0, fact["until"] - entry.time)
    return event


def _options(options: Any) -> tuple[int, frozenset[str] | None]:
    if options is None or options is UNDEFINED:
        options = {}
    if not isinstance(options, dict) or not options.keys() <= {"cursor", "filter"}:
        raise WorkflowError("subscribe() needs an object { cursor?, filter? }")
    given = {key: value for key, value in options.items() if value is not UNDEFINED}
    cursor, wanted = given.get("cursor", 0), given.get("filter")
    if not isinstance(cursor, (int, float)) or isinstance(cursor, bool) or not 0 <= cursor < _LARGEST:
        raise WorkflowError("subscribe(): cursor is the eventId of the last event that was seen")
    if cursor != int(cursor):
        raise WorkflowError("subscribe(): cursor is the eventId of the last event that was seen")
    if wanted is None:
        return int(cursor), None
    if not isinstance(wanted, list) or not all(isinstance(type, str) for type in wanted):
        raise WorkflowError("subscribe(): filter is a list of types of events")
    if unknown := [type for type in wanted if type not in _KNOWN]:
        raise WorkflowError(f"subscribe(): there are no events of the type {unknown[0][:80]}")
    return int(cursor), frozenset(wanted)
