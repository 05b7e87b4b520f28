"""What an instance must come to, in plain Python: no log, no replay, no concurrency."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ATTEMPT_TIMEOUT_MS = 30 * 86_400_000


@dataclass(frozen=True, slots=True)
class Undo:
    """A rollback handler whose attempts end when, and as, the test says. Constant backoff."""

    limit: int
    delay: int


@dataclass(frozen=True, slots=True)
class Do:
    """A step whose attempts end when, and as, the test says. Constant backoff."""

    limit: int
    delay: int
    undo: Undo | None = None


@dataclass(frozen=True, slots=True)
class Sleep:
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Wait:
    type: str
    timeout: int


Op = Do | Sleep | Wait
Status = Literal["running", "waiting", "waitingForPause", "paused", "complete", "errored", "terminated"]
FINISHED = ("complete", "errored", "terminated")
Ending = Literal["complete", "errored", "terminated"]
Call = tuple[Literal["do", "undo"], int, int]
"""An attempt of a step, or of its handler: the number of the op, and of the attempt."""


@dataclass(slots=True)
class Event:
    type: str
    serial: int
    time: int


class Refused(Exception):
    """The request must be refused."""


@dataclass(slots=True)
class Instance:
    """An instance that runs `ops` one after the other, and then returns, or throws. Times are epoch ms."""

    ops: tuple[Op, ...]
    throws: bool = False
    at: int = 0
    """Which of the ops it has come to."""
    begun: int = 0
    """How many of the ops have begun."""
    outputs: list[object] = field(default_factory=list)
    """What each op before that came to."""
    tries: list[int] = field(default_factory=list)
    """How many attempts each op has begun."""
    attempts: int = 0
    """How many of the current step, or handler."""
    in_flight: bool = False
    interrupted: bool = False
    """Whether the last attempt was interrupted."""
    deadline: int | None = None
    """When the current sleep, wait or retry is due."""
    events: list[Event] = field(default_factory=list)
    taken: dict[int, Event] = field(default_factory=dict)
    """Which event each wait has taken."""
    pausing: bool = False
    paused_since: int | None = None
    undoing: list[int] | None = None
    """The ops that are still to be undone, in that order, where it is rolled back."""
    ending: Ending = "complete"
    """What the instance ends as after its rollback."""
    undo_failed: bool = False
    undo_attempts: int = 0
    undo_ends: int = 0
    final: Ending | None = None
    rollback: Literal["complete", "failed"] | None = None

    @property
    def status(self) -> Status:
        if self.final is not None:
            return self.final
        if self.paused_since is not None:
            return "paused"
        if self.pausing:
            return "waitingForPause"
        return "running" if self.in_flight else "waiting"

    @property
    def finished(self) -> bool:
        return self.final is not None

    @property
    def current(self) -> Op | Undo | None:
        """What it is at: a handler where it is rolled back."""
        number = self.number
        if number is None:
            return None
        op = self.ops[number]
        return op.undo if self.undoing is not None and isinstance(op, Do) else op

    @property
    def number(self) -> int | None:
        """Which op that is, or belongs to."""
        if self.undoing is not None:
            return self.undoing[0] if self.undoing else None
        return self.at if self.at < len(self.ops) else None

    @property
    def call(self) -> Call | None:
        """What is in flight."""
        number = self.number
        if number is None or not self.in_flight:
            return None
        return "do" if self.undoing is None else "undo", number, self.attempts

    @property
    def total_attempts(self) -> int:
        return sum(self.tries) + self.undo_attempts

    def run(self, now: int) -> None:
        """Go on until there is nothing to do but wait."""
        while not self.finished and self.paused_since is None and not self.in_flight:
            due = self.deadline is not None and self.deadline <= now
            match None if self.undo_failed else self.current:
                case None:
                    self._end()
                case Do() | Undo():
                    if self.deadline is not None and not due:
                        return
                    self._begin_attempt()
                case Sleep() as op:
                    self.begun = self.at + 1
                    if self.deadline is None:
                        self.deadline = now + op.milliseconds
                    if self.deadline > now:
                        return
                    self._next("slept")
                case Wait() as op:
                    self.begun = self.at + 1
                    if self.deadline is None:
                        self.deadline = now + op.timeout
                    taken = self._take(op.type, self.deadline)
                    if taken is not None:
                        self.taken[self.at] = taken
                        self._next(taken.serial)
                    elif self.deadline <= now:
                        self._next("timed out")
                    else:
                        return

    def attempt_ends(self, now: int, *, succeeds: bool) -> None:
        """The attempt in flight returns or throws."""
        op = self.current
        assert isinstance(op, (Do, Undo))
        self.in_flight = self.interrupted = False
        if succeeds:
            self._next(f"v{self.attempts}")
        elif self.attempts > op.limit:
            self._fail()
        else:
            self.deadline = now + op.delay
        if self.pausing:
            self.pausing = False
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
            op = self.current
            assert isinstance(op, (Do, Undo))
            if self.attempts >= op.limit + 1 + (not self.interrupted):
                self._fail()
            else:
                self.deadline = now + (op.delay if self.interrupted else 0)
                self.interrupted = True
        self.run(now)

    def send(self, event: Event) -> None:
        if self.finished:
            raise Refused
        self.events.append(event)
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

    def skip(self, now: int) -> None:
        """End the sleep, or the delay before the next attempt."""
        naps = self.deadline is not None and self.deadline > now and not isinstance(self.current, Wait)
        if self.finished or self.paused_since is not None or self.in_flight or not naps:
            raise Refused
        self.deadline = now
        self.run(now)

    def terminate(self) -> None:
        if self.finished:
            raise Refused
        self.final = "terminated"
        self.in_flight = False

    def roll_back(self, now: int) -> None:
        """Undo what has started, then be terminated."""
        if self.finished or self.undoing is not None:
            raise Refused
        self._roll_back("terminated")
        self.run(now)

    def restart(self, now: int) -> None:
        """From the top, with nothing kept."""
        self._become(Instance(self.ops, self.throws), now)

    def restart_from(self, number: int, now: int) -> None:
        """From an op, with what began before it, and all events."""
        if number >= self.begun:
            raise Refused
        kept = Instance(self.ops, self.throws, number, number, self.outputs[:number], self.tries[:number])
        kept.events = self.events
        kept.taken = {wait: event for wait, event in self.taken.items() if wait < number}
        self._become(kept, now)

    def _become(self, other: Instance, now: int) -> None:
        for name in Instance.__slots__:
            setattr(self, name, getattr(other, name))
        self.run(now)

    def _begin_attempt(self) -> None:
        self.attempts += 1
        self.deadline = None
        self.in_flight = True
        if self.undoing is not None:
            self.undo_attempts += 1
            return
        self.begun = self.at + 1
        self.tries += [0] * (self.begun - len(self.tries))
        self.tries[self.at] += 1

    def _take(self, type: str, before: int) -> Event | None:
        taken = list(self.taken.values())
        for event in self.events:
            if event.type == type and event.time < before and not any(event is each for each in taken):
                return event
        return None

    def _fail(self) -> None:
        """The step's, or the handler's, attempts are used up."""
        self.undo_failed = self.undoing is not None
        self._next("failed")

    def _next(self, output: object) -> None:
        if self.undoing is None:
            self.outputs.append(output)
            self.at += 1
        else:
            self.undo_ends += 1
            self.undoing.pop(0)
        self._rest()

    def _rest(self) -> None:
        self.attempts = 0
        self.interrupted = self._interrupted = self.in_flight = False
        self.deadline = None

    def _end(self) -> None:
        """There is nothing left to do."""
        if self.undoing is not None:
            self.rollback = "failed" if self.undo_failed else "complete"
            self.final = self.ending
        elif self.throws and self._undoable():
            self._roll_back("errored")
        else:
            self.final = "errored" if self.throws else "complete"

    def _undoable(self) -> list[int]:
        started = list(enumerate(self.ops[: self.begun]))
        return [number for number, op in reversed(started) if isinstance(op, Do) and op.undo is not None]

    def _roll_back(self, ending: Ending) -> None:
        self._rest()
        self.pausing = False
        self.paused_since = None
        self.undoing = self._undoable()
        self.ending = ending
