"""When an execution has nothing to do but wait: the log says so, and soon after it leaves memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, Protocol

from playground.core.clock import Clock
from playground.core.errors import StorageError
from playground.engine import entries as facts
from playground.engine.gate import QUIET_TURNS
from playground.engine.instance_log import InstanceLog, Stored
from playground.engine.settings import EngineSettings
from playground.engine.timers import Timer, Timers


class Owner(Protocol):
    """The execution."""

    @property
    def last_event(self) -> int:
        """The seq of the last event that it has heard of: one that is in the log and that it has not heard of
        is something to do.
        """
        ...

    def stop(self, reason: Literal["hibernated", "failed"]) -> None:
        """It has only waited for a while, or what it has to say of that could not be committed."""
        ...


class Idleness:
    """Counts what an execution is busy with, and knows the deadlines that it waits for.

    Once it only waits and nothing was asked for some turns of the event loop, `workflow_waiting` is
    appended, with the earliest deadline for the instance's row; when that has lasted for a while, `owner` is
    stopped.
    """

    def __init__(
        self,
        log: InstanceLog,
        clock: Clock,
        timers: Timers,
        settings: EngineSettings,
        owner: Owner,
    ) -> None:
        self._log = log
        self._clock = clock
        self._timers = timers
        self._settings = settings
        self._owner: Owner | None = owner
        self._busy = 0
        self._holds = 0
        self._was_held = False
        self._deadlines: dict[asyncio.Future[None], int] = {}
        self._turn: asyncio.Handle | None = None
        self._turns = 0
        self._timer: Timer | None = None

    def begin(self) -> None:
        """Something is to be done."""
        self._busy += 1
        self._stir()

    def end(self) -> None:
        """It is done."""
        self._busy -= 1
        self.look()

    def hold(self) -> None:
        """The runner is busy where the engine cannot see it."""
        self._holds += 1
        self._was_held = True
        self._stir()

    def release(self) -> None:
        """One `hold` is over."""
        self._holds -= 1
        self.look()

    @contextmanager
    def waiting(self, due: asyncio.Future[None], deadline: int) -> Iterator[None]:
        """What was begun only waits for `due`, which resolves at `deadline` (epoch ms) at the latest."""
        self._deadlines[due] = deadline
        self.end()
        try:
            yield
        finally:
            del self._deadlines[due]
            self.begin()

    @property
    def at_rest(self) -> bool:
        """Whether the log says that the execution only waits, and nothing has stirred since."""
        return self._timer is not None and not self._about_to_go_on()

    def close(self) -> None:
        """Look no more. It lets go of its owner, which is not to wait for the cycle collector."""
        self._owner = None
        self._stir()

    def look(self) -> None:
        """See whether there is nothing to do but wait; begins to count the turns anew."""
        if self._busy or self._holds or not self._deadlines or self._owner is None:
            return
        self._turns = 0
        if self._turn is None:
            self._turn = asyncio.get_running_loop().call_soon(self._count)

    def _stir(self) -> None:
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _count(self) -> None:
        self._turns += 1
        if self._turns <= QUIET_TURNS:
            self._turn = asyncio.get_running_loop().call_soon(self._count)
            return
        self._stir()
        if self._about_to_go_on():
            return
        self._say_so()
        settings = self._settings
        grace = settings.hibernate_after_ms if self._was_held else settings.hibernate_after_idle_ms
        self._timer = self._timers.arm(self._clock.now() + grace, self._leave)

    def _about_to_go_on(self) -> bool:
        """Whether a wait is over that has not told yet, an event or a skip is stored that was not heard of
        yet, or all is over.
        """
        return (
            self._owner is None
            or self._log.finished
            or self._log.event_seq > self._owner.last_event
            or self._log.skipping > 0
            or min(self._deadlines.values()) <= self._clock.now()
            or any(due.done() for due in self._deadlines)
        )

    def _leave(self) -> None:
        self._timer = None
        if self._owner is not None and not self._about_to_go_on():
            self._owner.stop("hibernated")

    def _say_so(self) -> None:
        log = self._log
        wake_at = min(self._deadlines.values())
        if log.broken or log.status in facts.PAUSED or (log.status == "waiting" and log.wake_at == wake_at):
            return
        entering: list[Stored] = [] if log.status == "waiting" else [(facts.WorkflowWaiting(), None)]
        try:
            committed = log.append(entering, status="waiting", wake_at=wake_at)
        except StorageError:
            self._fail()
        else:
            committed.add_done_callback(self._said)

    def _said(self, committed: asyncio.Future[range]) -> None:
        if not committed.cancelled() and committed.exception() is not None:
            self._fail()

    def _fail(self) -> None:
        if self._owner is not None:
            self._owner.stop("failed")
