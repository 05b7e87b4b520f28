"""In which order `run` hears of completions.

Completions are delivered in the order of their commits, each followed by what it causes, in the first
execution and in every replay. A replay knows completions of steps that `run` has not asked for yet. Such a
one holds up later ones until it is asked for, or until the runner is idle and so will not ask for it now.

The engine cannot see a Python runner's own bookkeeping, so "what it causes" is given a number of turns of
the event loop in which nothing was asked. Runners that compute elsewhere (isolates) say with holds when
they are busy.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

QUIET_TURNS: Final = 10
"""Turns of the event loop without an ask after which a runner counts as settled."""


class Gate:
    """The order of one execution. `unasked` are the seqs of the completions that history holds."""

    def __init__(self, unasked: Iterable[int]) -> None:
        self._loop = asyncio.get_running_loop()
        self._unasked = deque(sorted(unasked))
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._asked: set[int] = set()
        self._holds = 0
        self._quiet = 0
        self.stirs = 0
        """How often the runner did something."""
        self._handle: asyncio.Handle | None = None
        self._settling: list[asyncio.Future[None]] = []
        self.on_skip: Callable[[list[int], int], None] = _ignore
        """Called with the completions that are passed over, and that which is delivered instead of them."""

    @property
    def open(self) -> bool:
        """Whether nothing is waiting and history holds nothing more: a lone completion may pass at once."""
        return not self._waiting and not self._unasked

    @property
    def held(self) -> bool:
        """Whether the runner is busy where the engine cannot see it."""
        return self._holds > 0

    def enter(self, seq: int) -> asyncio.Future[None]:
        """Ask for the completion `seq`; the future resolves when it is its turn."""
        turn: asyncio.Future[None] = self._loop.create_future()
        heapq.heappush(self._waiting, (seq, turn))
        if self._unasked:
            self._asked.add(seq)
            while self._unasked and self._unasked[0] in self._asked:
                self._unasked.popleft()
        self.stir()
        return turn

    def settled(self) -> asyncio.Future[None]:
        """Resolves when the runner is idle, and every completion that it has asked for is delivered."""
        settled: asyncio.Future[None] = self._loop.create_future()
        self._settling.append(settled)
        self.stir()
        return settled

    def stir(self) -> None:
        """Note that the runner did something: the turns without an ask are counted anew."""
        self._quiet = 0
        self.stirs += 1
        if (self._waiting or self._settling) and self._handle is None:
            self._handle = self._loop.call_soon(self._tick)

    def hold(self) -> None:
        """The runner is busy where the engine cannot see it."""
        self._holds += 1
        self._quiet = 0

    def release(self) -> None:
        """One `hold` is over."""
        self._holds -= 1
        self.stir()

    def without_history(self) -> Gate:
        """The gate of a runner that answers by itself what history holds; whoever holds this one holds it."""
        gate = Gate(())
        gate._holds = self._holds
        return gate

    def close(self) -> None:
        """Deliver nothing more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        self._waiting.clear()
        self._settling.clear()

    def _tick(self) -> None:
        self._handle = None
        while self._waiting and self._waiting[0][1].done():
            heapq.heappop(self._waiting)
        if not self._waiting and not self._settling:
            return
        self._quiet += 1
        if self._quiet > QUIET_TURNS and not self._waiting:
            if not self._holds:
                self._settle()
            return
        if self._quiet > QUIET_TURNS:
            seq, turn = self._waiting[0]
            if self._holds and self._unasked and self._unasked[0] < seq:
                return
            skipped = []
            while self._unasked and self._unasked[0] <= seq:
                if (passed := self._unasked.popleft()) not in self._asked:
                    skipped.append(passed)
            if skipped:
                self.on_skip(skipped, seq)
            heapq.heappop(self._waiting)
            turn.set_result(None)
            self._quiet = 0
            if not self._waiting and not self._settling:
                return
        self._handle = self._loop.call_soon(self._tick)

    def _settle(self) -> None:
        settling, self._settling = self._settling, []
        for settled in settling:
            if not settled.done():
                settled.set_result(None)


def _ignore(seqs: list[int], by: int) -> None:
    return
