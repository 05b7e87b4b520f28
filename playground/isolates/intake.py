"""What isolates say, taken in little by little.

One turn may say hundreds of thousands of messages. They are handled a chunk at a time, isolates in turns, and
whatever else waits in the event loop runs between two chunks. Messages of an isolate stay in order. Short
answers of isolates of which nothing waits are handled as they come, `AT_ONCE` of them in one iteration of the
event loop. What is beyond that waits, and those tenants go first that said least lately.

While several tenants are about, one that says much rests after each chunk. What is said causes far more work
than reading it, in the loop, in the database's thread and in the worker, and would fill the machine until it
is all said.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, Protocol

import msgspec

from playground.core.clock import Clock, sleep_for
from playground.core.company import Company
from playground.core.fair_queue import FairQueue
from playground.isolates.guest_json import parts
from playground.isolates.meter import Meter
from playground.isolates.wire import Dead, Failed, Loaded, Out, Said

SHORT: Final = 4096
"""Characters of an answer that is handled as it comes."""
CHUNK: Final = 16
"""Messages handled at once, or fewer that are this large together:"""
CHUNK_BYTES: Final = 64 << 10
AT_ONCE: Final = 8
"""Short answers handled in one iteration of the event loop."""
MOST_WAITING: Final = 4 << 20
"""Characters that may wait; an isolate of which more wait is given no new turns until they are handled."""
REST_S: Final = 0.004
"""While others are about, a tenant has one chunk of steps in so long,"""
AHEAD: Final = 10
"""and so many before their time, where it said little before: a hundred steps at once wait for nothing."""
MOST_WORK: Final = 3 * CHUNK
"""What a chunk counts at most, whatever was said as it came or while nobody else was about."""
SHARED_S: Final = 0.1
"""Others are about for so long after something was handled for one."""
_ENTRY: Final = 1000.0
"""What a tenant counts as that is not known yet: so many answers within the last second."""


class Hearer(Protocol):
    """A session, which is told what its isolate said."""

    def said(self, messages: str) -> None:
        """The isolate said this JSON array of messages, in a turn whose end is told later."""
        ...

    def received(self, message: Loaded | Failed | Out | Dead) -> None:
        """A turn ended, and this is all, or the rest, of what was said in it."""
        ...

    def lost(self, reason: str) -> None:
        """The worker process is gone."""
        ...


class Intake:
    """In which order isolates' messages are handled, and how many in one iteration of the event loop."""

    def __init__(self, rest_s: float = REST_S) -> None:
        self._rest_s = rest_s
        self._taken_until = 0.0
        self._company = Company(SHARED_S)
        self._loop = asyncio.get_running_loop()
        self._short: FairQueue[tuple[Meter, Inlet]] = FairQueue(self._loop.time, _ENTRY)
        self._long: FairQueue[tuple[Meter, Inlet]] = FairQueue(self._loop.time, _ENTRY)
        self._left = AT_ONCE
        self._scheduled = False

    def admits(self, tenant: Meter) -> bool:
        """Whether a short answer may be handled as it comes; it is counted."""
        if not self._left:
            return False
        self._left -= 1
        self._short.charge(tenant, 1)
        self._company.seen(tenant, self._loop.time())
        self._schedule()
        return True

    def rest_s(self, tenant: Meter) -> float:
        """How long the tenant's next chunk, which is counted as handled, is to wait. Tenants that say much
        share one pace.
        """
        work, tenant.work = min(tenant.work, MOST_WORK), 0  # of the chunk before
        now = self._loop.time()
        if not self._company.at(now):
            return 0.0
        begins = max(now, tenant.heard_until)
        rest_s = self._rest_s * work / CHUNK
        tenant.heard_until = begins + rest_s
        own_s = begins - now - AHEAD * self._rest_s
        if own_s <= 0.0:
            return 0.0
        at = max(now + own_s, self._taken_until)
        self._taken_until = at + rest_s
        return at - now

    def add(self, tenant: Meter, inlet: Inlet) -> None:
        """The inlet has a chunk to handle, or a short answer."""
        queue = self._short if inlet.is_short else self._long
        queue.push(tenant, (tenant, inlet))
        self._schedule()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._next)

    def _next(self) -> None:
        self._scheduled = False
        self._left = AT_ONCE
        try:
            while self._short and self._left:
                self._left -= 1
                self._handle(self._short)
            if self._long:
                self._handle(self._long)
        finally:
            if self._short or self._long or self._left < AT_ONCE:
                self._schedule()

    def _handle(self, queue: FairQueue[tuple[Meter, Inlet]]) -> None:
        tenant, inlet = queue.pop()
        queue.charge(tenant, 1)
        self._company.seen(tenant, self._loop.time())
        inlet.handle()


class Inlet:
    """Between the link and one session. Calls of host objects beyond what the tenant may make wait here."""

    def __init__(self, hearer: Hearer, intake: Intake, meter: Meter, clock: Clock) -> None:
        self._hearer = hearer
        self._intake = intake
        self._meter = meter
        self._clock = clock
        self._waiting: deque[str | Loaded | Failed | Out | Dead] = deque()
        self._size = 0
        self._resting: asyncio.Task[None] | asyncio.TimerHandle | None = None
        self._open = True

    @property
    def is_full(self) -> bool:
        """Whether so much waits that the isolate should say no more."""
        return self._size > MOST_WAITING

    def received(self, message: Loaded | Failed | Said | Out | Dead) -> None:
        """The worker said something about the isolate."""
        if (
            not isinstance(message, Said)
            and _is_short(message)
            and not self._must_wait
            and self._intake.admits(self._meter)
        ):
            self._hearer.received(message)
        elif self._open:
            was_empty = not self._waiting
            self._split(message)
            if was_empty:
                self._continue()

    @property
    def is_short(self) -> bool:
        """Whether what it has to handle next is short, and all that it has."""
        return len(self._waiting) == 1 and not isinstance(self._waiting[0], str)

    @property
    def _must_wait(self) -> bool:
        return bool(self._waiting or self._meter.call_wait_ms)

    def lost(self, reason: str) -> None:
        """The worker process is gone."""
        self._hearer.lost(reason)

    def close(self) -> None:
        """Hear nothing more."""
        self._open = False
        self._waiting.clear()
        self._size = 0
        if self._resting is not None:
            self._resting.cancel()

    def handle(self) -> None:
        """Handle one chunk, which may be some short answers. Called by the intake."""
        left = CHUNK
        while self._waiting and left:
            if isinstance(self._waiting[0], str):
                if left < CHUNK:
                    break
                left = 1
            left -= 1
            self._hear(self._waiting.popleft())
        if self._waiting:
            self._continue()

    def _hear(self, item: str | Loaded | Failed | Out | Dead) -> None:
        if isinstance(item, str):
            self._size -= len(item)
            self._hearer.said(item)
        else:
            self._size -= _size(item)
            self._hearer.received(item)

    def _continue(self) -> None:
        wait_ms = self._meter.call_wait_ms
        if wait_ms:
            self._resting = asyncio.get_running_loop().create_task(self._rest(wait_ms))
        elif not self.is_short and (rest_s := self._intake.rest_s(self._meter)):
            self._resting = asyncio.get_running_loop().call_later(rest_s, self._rested)
        else:
            self._intake.add(self._meter, self)

    def _rested(self) -> None:
        self._resting = None
        if self._waiting:
            self._intake.add(self._meter, self)

    async def _rest(self, milliseconds: int) -> None:
        await sleep_for(self._clock, milliseconds)
        self._resting = None
        if self._waiting:
            self._continue()

    def _split(self, message: Loaded | Failed | Said | Out | Dead) -> None:
        if isinstance(message, Dead) or (not isinstance(message, Said) and _is_short(message)):
            self._waiting.append(message)
            self._size += _size(message)
            return
        for text in parts(message.messages, CHUNK, CHUNK_BYTES):
            self._waiting.append(text)
            self._size += len(text)
        if not isinstance(message, Said):
            rest = msgspec.structs.replace(message, messages="[]")
            self._waiting.append(rest)
            self._size += _size(rest)


def _is_short(message: Loaded | Failed | Out | Dead) -> bool:
    return isinstance(message, Dead) or len(message.messages) <= SHORT


def _size(message: Loaded | Failed | Out | Dead) -> int:
    return 0 if isinstance(message, Dead) else len(message.messages)
