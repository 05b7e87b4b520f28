"""What an instance must come to, in plain Python: no log, no replay, no concurrency."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

ATTEMPT_TIMEOUT_MS = 30 * 86_400_000


@dataclass(frozen=True, slots=True)
class Do:
    """A step whose attempts end when, and as, the test says. Constant backoff."""

    limit: int
    delay: int


@dataclass(frozen=True, slots=True)
class Sleep:
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Wait:
    type: str
    timeout: int


Op = Do | Sleep | Wait
Status = Literal["running", "waiting", "waitingForPause", "paused", "complete", "terminated"]
FINISHED = ("complete", "terminated")


@dataclass(slots=True)
class Event:
    type: str
    serial: int
    time: int


class Refused(Exception):
    """The request must be refused."""


@dataclass(slots=True)
class Instance:
    """An instance that runs `ops` one after the other. Times are epoch ms."""

    ops: tuple[Op, ...]
    at: int = 0
    """Which of the ops it has come to."""
    outputs: list[object] = field(default_factory=list)
    """What each op before that came to."""
    attempts: int = 0
    in_flight: bool = False
    interrupted: bool = False
    """Whether the last attempt was interrupted."""
    deadline: int | None = None
    """When the current sleep, wait or retry is due."""
    events: deque[Event] = field(default_factory=deque)
    terminated: bool = False
    pausing: bool = False
    paused_since: int | None = None
    total_attempts: int = 0
    total_events: int = 0

    @property
    def status(self) -> Status:
        if self.terminated:
            return "terminated"
        if self.at == len(self.ops):
            return "complete"
        if self.paused_since is not None:
            return "paused"
        if self.pausing:
            return "waitingForPause"
        return "running" if self.in_flight else "waiting"

    @property
    def finished(self) -> bool:
        return self.status in FINISHED

    def run(self, now: int) -> None:
        """Go on until there is nothing to do but wait."""
        while not self.finished and self.paused_since is None and not self.in_flight:
            due = self.deadline is not None and self.deadline <= now
            match self.ops[self.at]:
                case Do() as op:
                    if self.deadline is not None and not due:
                        return
                    self._begin_attempt(op)
                case Sleep() as op:
                    if self.deadline is None:
                        self.deadline = now + op.milliseconds
                    if self.deadline > now:
                        return
                    self._next("slept")
                case Wait() as op:
                    if self.deadline is None:
                        self.deadline = now + op.timeout
                    taken = self._take(op.type, self.deadline)
                    if taken is not None:
                        self._next(taken.serial)
                    elif self.deadline <= now:
                        self._next("timed out")
                    else:
                        return

    def attempt_ends(self, now: int, *, succeeds: bool) -> None:
        """The attempt in flight returns or throws."""
        op = self.ops[self.at]
        assert isinstance(op, Do)
        self.in_flight = self.interrupted = False
        if succeeds:
            self._next(f"v{self.attempts}")
        elif self.attempts > op.limit:
            self._next("failed")
        else:
            self.deadline = now + op.delay
        if self.pausing:
            self.pausing = False
            if not self.finished:
                self.paused_since = now
        self.run(now)

    def interrupt(self, now: int) -> None:
        """Whatever ran the instance is gone. An interrupted attempt counts; once it is allowed on top."""
        if self.in_flight:
            self.in_flight = False
            self._interrupted = True
        if self.pausing:
            self.pausing = False
            self.paused_since = now
        self._go_on(now)

    _interrupted: bool = False
    """Whether an attempt was interrupted that the next execution has not recorded yet."""

    def _go_on(self, now: int) -> None:
        if self._interrupted and self.paused_since is None and not self.finished:
            self._interrupted = False
            op = self.ops[self.at]
            assert isinstance(op, Do)
            if self.attempts >= op.limit + 1 + (not self.interrupted):
                self._next("failed")
            else:
                self.deadline = now + (op.delay if self.interrupted else 0)
                self.interrupted = True
        self.run(now)

    def send(self, event: Event) -> None:
        if self.finished:
            raise Refused
        self.events.append(event)
        self.total_events += 1
        self.run(event.time)

    def pause(self, now: int) -> None:
        if self.finished or self.pausing or self.paused_since is not None:
            return
        if self.in_flight:
            self.pausing = True
        else:
            self.paused_since = now

    def resume(self, now: int) -> None:
        if self.pausing:
            self.pausing = False
        elif self.paused_since is not None:
            if self.deadline is not None:
                self.deadline += now - self.paused_since
            self.paused_since = None
            self._go_on(now)

    def terminate(self) -> None:
        if self.finished:
            raise Refused
        self.terminated = True
        self.in_flight = False

    def restart(self, now: int) -> None:
        """From the top, with nothing kept."""
        fresh = Instance(self.ops)
        for name in Instance.__slots__:
            setattr(self, name, getattr(fresh, name))
        self.run(now)

    def _begin_attempt(self, op: Do) -> None:
        self.attempts += 1
        self.total_attempts += 1
        self.deadline = None
        self.in_flight = True

    def _take(self, type: str, before: int) -> Event | None:
        for event in self.events:
            if event.type == type and event.time < before:
                self.events.remove(event)
                return event
        return None

    def _next(self, output: object) -> None:
        self.outputs.append(output)
        self.at += 1
        self.attempts = 0
        self.interrupted = self._interrupted = False
        self.deadline = None
