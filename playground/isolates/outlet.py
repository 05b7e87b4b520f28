"""What an isolate is told, held back while its tenant has used too much."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from playground.core.clock import Clock, sleep_for
from playground.isolates.meter import Meter
from playground.isolates.wire import Load, ToWorker, Turn

_LOOK_MS: Final = 10
"""How often to look whether an isolate that said very much was heard."""


class Sender(Protocol):
    """A `WorkerLink`."""

    def send(self, message: ToWorker) -> None:
        """Send a message."""
        ...


class Outlet:
    """Between one session and the link: sends messages in order, and not before `wait_ms()` is 0."""

    def __init__(self, link: Sender, meter: Meter, is_full: Callable[[], bool], clock: Clock) -> None:
        self._link = link
        self._meter = meter
        self._is_full = is_full
        self._clock = clock
        self._held: deque[Load | Turn] = deque()
        self._waiting: asyncio.Task[None] | None = None

    @property
    def wait_ms(self) -> int:
        """How long the next turn has to wait, as far as is known; 0 for not at all."""
        return self._meter.turn_wait_ms or (_LOOK_MS if self._is_full() else 0)

    def send(self, message: Load | Turn) -> None:
        """Send a message when its time has come."""
        if self._held or self.wait_ms:
            self._held.append(message)
            if self._waiting is None:
                self._waiting = asyncio.get_running_loop().create_task(self._wait())
        else:
            self._link.send(message)

    def close(self) -> None:
        """Send nothing more."""
        self._held.clear()
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    async def _wait(self) -> None:
        while self._held:
            while wait_ms := self.wait_ms:
                await sleep_for(self._clock, wait_ms)
            self._link.send(self._held.popleft())
        self._waiting = None
