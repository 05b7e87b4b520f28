"""What sinks of logs are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from playground.core.errors import ErrorRecord

OutcomeKind = Literal["ok", "exception", "exceededCpu", "exceededMemory", "canceled", "unknown"]


@dataclass(frozen=True, slots=True)
class LogLine:
    """A console line, (kind "exception") an error that nobody caught, or (kind "notice") what the system says
    of the lines. `time` is epoch ms. `instance` is the workflow instance whose run it belongs to.
    """

    kind: str
    level: str
    message: str
    time: int
    instance: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call of an entrypoint came to. `time` is epoch ms, `cpu_ms` what it used, `error` what it
    threw.
    """

    entrypoint: str | None
    method: str
    outcome: OutcomeKind
    time: int
    cpu_ms: float = 0
    error: ErrorRecord | None = None
    instance: str | None = None


Tail = Callable[[LogLine], None]
"""Is given lines as they come. Must not raise."""

TailEvent = LogLine | Outcome


@runtime_checkable
class TailHandler(Protocol):
    """An `Entrypoint` whose code has a `tail(events)` handler, or anything like it.

    It is given the trace of each call when that has ended: `{entrypoint, event: {rpcMethod}, eventTimestamp,
    outcome, logs: [{level, message: [text], timestamp}], exceptions: [{name, message, timestamp}], cpuTime}`,
    times in ms.
    """

    async def tail(self, events: list[dict[str, Any]]) -> None: ...


TailSink = Callable[[TailEvent], None] | TailHandler
"""Where a tenant's events go: a function, which is called as they happen, or a `TailHandler`."""
