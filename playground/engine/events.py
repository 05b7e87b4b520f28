"""Which wait takes which event.

A function of the log alone: per type, the events in the order in which they came, the waits in the order in
which they began; each event goes to the first wait whose time was not over when it came. So a replay
decides as the first execution did.

An event that answers a certain wait goes to that one, past those that began before. Where that wait is not
open any more (the instance was restarted from a step before it), it is an event like others.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass, field

from playground.core.ports import StepKey
from playground.engine.history import BufferedEvent, History


@dataclass(slots=True, eq=False)
class Waiter:
    """A wait that began and has not ended. `event` is what it is to take."""

    key: StepKey
    type: str
    until: int
    event: BufferedEvent | None = None
    taken: asyncio.Future[None] | None = field(default=None)
    """Resolves when there is an event; None while `run` has not asked for it in this execution."""


class EventBuffer:
    """The events that nobody has taken yet, and the waits that nothing has come for yet, of one execution."""

    def __init__(self, history: History) -> None:
        self._events: defaultdict[str, deque[BufferedEvent]] = defaultdict(deque)
        self._waiters: defaultdict[str, deque[Waiter]] = defaultdict(deque)
        self._open: dict[StepKey, Waiter] = {}
        self.last_seq = 0
        """The seq of the last event that was offered."""
        for record in history.open_waits():
            self.begin(record.key, record.event_type, record.until)
        for event in history.events.values():
            if event.seq not in history.taken:
                self.offer(event)
        self.last_seq = max(self.last_seq, history.last_seq)

    def offer(self, event: BufferedEvent) -> None:
        """An event was committed. One that is known already is ignored."""
        if event.seq <= self.last_seq:
            return
        self.last_seq = event.seq
        waiter = self._answered_by(event)
        if waiter is not None:
            self._waiters[event.type].remove(waiter)
            _give(event, waiter)
            return
        self._events[event.type].append(event)
        self._match(event.type)

    def _answered_by(self, event: BufferedEvent) -> Waiter | None:
        """The open wait that the event says it answers, and may."""
        waiter = self._open.get(event.to) if event.to is not None else None
        if waiter is None or waiter.event is not None or waiter.type != event.type:
            return None
        return waiter if event.time < waiter.until and waiter in self._waiters[event.type] else None

    def unanswered(self) -> list[Waiter]:
        """The open waits that have no event, in the order in which they began."""
        return [waiter for waiter in self._open.values() if waiter.event is None]

    def begin(self, key: StepKey, type: str, until: int) -> Waiter:
        """A wait begins, after all that began before; or goes on, where history holds its beginning."""
        waiter = self._open.get(key)
        if waiter is None:
            waiter = self._open[key] = Waiter(key, type, until)
            self._waiters[type].append(waiter)
            self._match(type)
        return waiter

    def end(self, waiter: Waiter) -> None:
        """The wait is over: it took its event, or its time has passed."""
        self._open.pop(waiter.key, None)
        if waiter.event is None and waiter in self._waiters[waiter.type]:
            self._waiters[waiter.type].remove(waiter)

    def _match(self, type: str) -> None:
        events, waiters = self._events[type], self._waiters[type]
        while events and waiters:
            waiter = waiters.popleft()
            if events[0].time >= waiter.until:
                continue
            _give(events.popleft(), waiter)


def _give(event: BufferedEvent, waiter: Waiter) -> None:
    waiter.event = event
    if waiter.taken is not None and not waiter.taken.done():
        waiter.taken.set_result(None)
