"""Tells sinks what tenant code logs, and what its calls come to, in the order in which it happens."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

from playground.core.clock import Clock
from playground.core.errors import LimitExceeded, TenantError
from playground.core.values import Encoded
from playground.isolates.context import CallContext
from playground.isolates.log_line import LogLine, Outcome, OutcomeKind, TailEvent, TailHandler, TailSink
from playground.isolates.trace import Trace

_log = logging.getLogger(__name__)

_MOST_WAITING: Final = 1000


class Tails:
    """The sinks of one isolate."""

    def __init__(self, sinks: Sequence[TailSink], clock: Clock) -> None:
        self._clock = clock
        self._functions = [sink for sink in sinks if not isinstance(sink, TailHandler)]
        self._handlers = [_Handler(sink) for sink in sinks if isinstance(sink, TailHandler)]

    def __bool__(self) -> bool:
        return bool(self._functions or self._handlers)

    def begin(self, entrypoint: str | None, method: str, instance: str | None, context: CallContext) -> Trace:
        """A call begins; its outcome is told when it has come to one."""
        trace = Trace(entrypoint, method, instance, self._clock.now())
        context.result.add_done_callback(lambda done: self._ended(trace, done))
        return trace

    def line(self, trace: Trace | None, kind: str, level: str, text: str, time: int) -> None:
        """A line was logged in that call; outside any, where there is None."""
        self._tell(LogLine(kind, level, text, time, trace.instance if trace is not None else None))
        if not self._handlers:
            return
        late = trace is None or trace.is_over
        into = trace if trace is not None and not late else Trace(None, "", None, time)
        if kind == "exception":
            name, _, message = text.partition(": ")
            into.exceptions.append({"name": name, "message": message, "timestamp": time})
        else:
            into.logs.append({"level": level, "message": [text], "timestamp": time})
        if late:
            self._send(into.item("ok", 0))

    def _ended(self, trace: Trace, done: asyncio.Future[Encoded]) -> None:
        error = None if done.cancelled() else done.exception()
        outcome: OutcomeKind = "canceled" if done.cancelled() else _outcome(error)
        record = error.record() if isinstance(error, TenantError) else None
        now, cpu_ms = self._clock.now(), trace.cpu_us / 1000
        trace.is_over = True
        self._tell(Outcome(trace.entrypoint, trace.method, outcome, now, cpu_ms, record, trace.instance))
        if record is not None:
            thrown = {"name": record.name, "message": record.message, "timestamp": now}
            trace.exceptions.append(thrown if record.stack is None else {**thrown, "stack": record.stack})
        self._send(trace.item(outcome, cpu_ms))

    def _tell(self, event: TailEvent) -> None:
        for function in self._functions:
            try:
                function(event)
            except Exception:
                _log.exception("a tail failed")

    def _send(self, item: dict[str, Any]) -> None:
        for handler in self._handlers:
            handler.add(item)


class _Handler:
    """Hands traces to one handler, one after the other."""

    def __init__(self, handler: TailHandler) -> None:
        self._handler = handler
        self._waiting: deque[dict[str, Any]] = deque(maxlen=_MOST_WAITING)
        self._work: asyncio.Task[None] | None = None

    def add(self, item: dict[str, Any]) -> None:
        self._waiting.append(item)
        if self._work is None:
            self._work = asyncio.get_running_loop().create_task(self._deliver())

    async def _deliver(self) -> None:
        while self._waiting:
            batch = list(self._waiting)
            self._waiting.clear()
            try:
                await self._handler.tail(batch)
            except Exception as error:
                _log.warning("a tail handler failed: %s", error)
        self._work = None


def _outcome(error: BaseException | None) -> OutcomeKind:
    if error is None:
        return "ok"
    if isinstance(error, LimitExceeded):
        return "exceededCpu" if error.code == "CPU_LIMIT" else "exceededMemory"
    return "exception" if isinstance(error, TenantError) else "unknown"
