"""An engine's side of `step` that remembers nothing: what the isolates' tests need, and no more."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playground.core.codec import decode, encode
from playground.core.ports import Begun, LogKind, StepCallback, StepContext, StepKey, WorkflowEvent
from playground.core.streams import StepValue
from playground.core.values import UNDEFINED, Encoded

EVENT_TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
EVENT_MS = int(EVENT_TIME.timestamp() * 1000)


@dataclass
class FakeStep:
    """Calls each step's callback once. `outcomes` holds what steps came to, errors as they were raised."""

    journaled: FakeStep = field(init=False)
    holds: int = 0
    most_holds: int = 0
    lines: list[tuple[str, str, str | None]] = field(default_factory=list)
    outcomes: dict[str, Any] = field(default_factory=dict)
    slept: list[Any] = field(default_factory=list)
    events: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    waits: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once `run` waits for an event."""
    rolling_back: bool = False
    ahead: Any = None
    """What the run runs ahead with: nothing."""
    time: int = EVENT_MS
    """What the run's clock says."""
    cpu_us: Counter[tuple[str | None, int | None]] = field(default_factory=Counter)
    """CPU time that was used, by step and attempt; outside steps both are None."""
    grown: int = 0
    """By how many bytes the isolate grew."""
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while nothing holds the run."""

    def __post_init__(self) -> None:
        self.journaled = self
        self._counts: Counter[str] = Counter()

    async def do(
        self,
        name: Any,
        config: Any,
        callback: StepCallback | None,
        rollback: Any = None,
        *,
        count: int | None = None,
        begun: Begun | None = None,
    ) -> StepValue:
        assert callback is not None
        self._counts[name] += 1
        try:
            value = await callback(
                StepContext(StepKey("do", name, self._counts[name]), 1, {"timeout": 600_000})
            )
        except Exception as error:
            self.outcomes[name] = error
            raise
        self.outcomes[name] = decode(value) if isinstance(value, Encoded) else value
        return value

    async def sleep(self, name: Any, duration: Any, *, count: int | None = None) -> None:
        self.slept.append((name, duration))

    async def sleep_until(
        self, name: Any, when: Any, *, count: int | None = None, at: float | None = None
    ) -> None:
        self.slept.append((name, when))

    async def wait_for_event(self, name: Any, options: Any, *, count: int | None = None) -> Encoded:
        self.events[name] = asyncio.get_running_loop().create_future()
        self.waits.set()
        return encode(await self.events[name])

    def log(
        self, kind: LogKind, level: str, message: str, step: StepKey | None = None, attempt: int | None = None
    ) -> None:
        self.lines.append((level, message, step.name if step is not None else None))

    def used(
        self, cpu_us: int, memory_bytes: int, step: StepKey | None = None, attempt: int | None = None
    ) -> None:
        self.cpu_us[step.name if step is not None else None, attempt] += cpu_us
        self.grown += memory_bytes

    def hold(self) -> None:
        self.holds += 1
        self.idle.clear()
        self.most_holds = max(self.most_holds, self.holds)

    def release(self) -> None:
        self.holds -= 1
        assert self.holds >= 0
        if not self.holds:
            self.idle.set()


def event(payload: Any = UNDEFINED, id: str = "instance") -> WorkflowEvent:
    """An event as `run` is given it."""
    return WorkflowEvent(payload, EVENT_TIME, id, "flow")
