"""The fold that replay needs: what each step has come to so far, and which events nobody has taken yet.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import UnsetType

from playground.core.ports import StepKey
from playground.engine import entries as facts
from playground.engine.debugging import Debugging, told
from playground.engine.entries import Entry, fact_of
from playground.engine.retry import StepConfig


@dataclass(slots=True)
class Completion:
    """How a step ended, in the entry `seq`. `value` is the stored value (result or error record).

    None where it is large and has to be read, or (for a sleep) where there is none. `event` is the
    seq of the event that a wait took, and `event_time` when that came. `stream`: the value says which stream
    the result is.
    """

    seq: int
    time: int
    failed: bool = False
    value: bytes | None = None
    event: int | None = None
    event_time: int = 0
    stream: bool = False


@dataclass(slots=True)
class StepRecord:
    """What history holds of one step."""

    key: StepKey
    started_seq: int
    started_time: int
    config: StepConfig | None = None
    attempts: int = 0
    """Attempts that were started."""
    open_attempt: bool = False
    """Whether the last of them has no outcome: it was interrupted."""
    interrupted: bool = False
    """Whether the last outcome was an interruption."""
    retry_at: int | None = None
    failed_time: int = 0
    """When its last attempt failed."""
    until: int = 0
    fixed: bool = False
    """Whether its deadline stays where it is when the instance is paused."""
    postponed: int = 0
    """How much later pauses have made its deadline, in ms."""
    event_type: str = ""
    completion: Completion | None = None
    rollback: bool = False
    """Whether it has a rollback handler."""

    def postpone(self, since: int, milliseconds: int) -> None:
        """Move the deadline that had not passed at `since`, when a pause of so many ms began."""
        if self.completion is not None:
            return
        if self.retry_at is not None and self.retry_at > since:
            self.retry_at += milliseconds
        elif self.until > since and not self.fixed:
            self.until += milliseconds
            self.postponed += milliseconds


@dataclass(slots=True)
class BufferedEvent:
    """A received event: the entry's seq and time, and its payload (None where it has to be read). `to` is the
    wait that it answers, where it answers one.
    """

    seq: int
    time: int
    type: str
    payload: bytes | None
    to: StepKey | None = None


@dataclass(slots=True)
class RollbackRecord:
    """Why the instance is rolled back; `error` is the stored record, None where it has to be read."""

    seq: int
    terminated: bool
    error: bytes | None


@dataclass(slots=True)
class History:
    """What an execution starts from."""

    steps: dict[StepKey, StepRecord] = field(default_factory=dict)
    events: dict[int, BufferedEvent] = field(default_factory=dict)
    """All events received, by seq, in order."""
    taken: set[int] = field(default_factory=set)
    """Seqs of the events that a wait has taken."""
    started: bool = False
    run_lines: int = 0
    """How many lines were logged outside steps."""
    last_seq: int = 1
    rollback: RollbackRecord | None = None
    mismatches: set[int] = field(default_factory=set)
    """Seqs of the starts of steps that a replay did not ask for as they were, as the log says."""
    moved: dict[StepKey, int] = field(default_factory=dict)
    """The steps that were found instead of them, and of which."""
    left_out: list[range] = field(default_factory=list)
    """The seqs that restarts from a step have left out."""
    debug: Debugging | None = None
    """How it is debugged; None where nobody has said so."""
    kept_lines: int = 0
    """How many of `run_lines` were logged before the last restart."""

    def restart(self, seq: int, start: StepKey | UnsetType, lines: int) -> None:
        """The instance was restarted in the entry `seq`: forget everything, or what started with `start` or
        after it. Events that no step takes any more are there for others again.
        """
        self.run_lines += lines - self.kept_lines
        self.kept_lines = lines
        self.started = False
        self.rollback = None
        if self.debug is not None:
            self.debug.begin_anew()
        if isinstance(start, UnsetType):
            self.steps.clear()
            self.events.clear()
            self.taken.clear()
            self.left_out.clear()
            self.mismatches.clear()
            return
        cut = self.steps[start].started_seq
        self.left_out.append(range(cut, seq))
        self.mismatches = {started for started in self.mismatches if started < cut}
        self.steps = {key: step for key, step in self.steps.items() if step.started_seq < cut}
        completions = (step.completion for step in self.steps.values())
        self.taken = {done.event for done in completions if done is not None and done.event is not None}

    def open_waits(self) -> list[StepRecord]:
        """Waits without an outcome, in the order in which they began."""
        return [step for step in self.steps.values() if step.key.kind == "wait" and step.completion is None]


def fold(log: Iterable[Entry], run_lines: int = 0) -> History:
    """Fold an instance's entries (log lines may be left out) into what replay needs."""
    history = History(run_lines=run_lines)
    for entry in log:
        _apply(history, entry)
        history.last_seq = entry.seq
    return history


def _apply(history: History, entry: Entry) -> None:
    fact = fact_of(entry)
    match fact:
        case facts.WorkflowQueued():
            if not isinstance(fact.debug, UnsetType):
                history.debug = told(None, fact.debug, entry.time)
        case facts.WorkflowStarted():
            history.started = True
        case facts.DebugSet() | facts.BreakpointReached() | facts.DebugContinued():
            history.debug = told(history.debug, fact, entry.time)
        case facts.StepStarted():
            record = _begin(history, fact.step, entry)
            record.config = StepConfig.from_json(fact.config)
            record.rollback = fact.rollback
        case facts.NonDeterminismDetected():
            history.mismatches.add(fact.place)
            if fact.instead is not None:
                history.moved[fact.instead] = fact.place
        case facts.RollbackStarted():
            history.rollback = RollbackRecord(entry.seq, fact.terminated, entry.value)
            if history.debug is not None:
                history.debug.begin_anew()
        case facts.RollbackStepStarted():
            _begin(history, fact.step, entry).config = StepConfig.from_json(fact.config)
        case facts.RollbackStepCompleted():
            history.steps[fact.step].completion = Completion(entry.seq, entry.time)
        case facts.RollbackStepFailed():
            # where `run` does not bring the handler any more, it never started
            record = history.steps.get(fact.step) or _begin(history, fact.step, entry)
            record.completion = Completion(entry.seq, entry.time, True, entry.value)
        case facts.AttemptStarted():
            record = history.steps[fact.step]
            record.attempts = fact.attempt
            record.open_attempt = True
            record.retry_at = None
            if fact.fault_at is not None and history.debug is not None:
                history.debug.befell(fact.fault_at)
        case facts.AttemptFailed():
            record = history.steps[fact.step]
            record.open_attempt = False
            record.interrupted = fact.interrupted
            record.failed_time = entry.time
            record.retry_at = fact.retry_at
        case facts.SleepStarted():
            record = _begin(history, fact.step, entry)
            record.until = fact.until
            record.fixed = fact.fixed
        case facts.SleepSkipped():
            history.steps[fact.step].until = entry.time
        case facts.RetrySkipped():
            history.steps[fact.step].retry_at = entry.time
        case facts.WaitStarted():
            record = _begin(history, fact.step, entry)
            record.until = fact.until
            record.event_type = fact.event_type
        case facts.StepCompleted():
            history.steps[fact.step].completion = Completion(
                entry.seq, entry.time, value=entry.value, stream=fact.stream is not None
            )
        case facts.SleepCompleted():
            history.steps[fact.step].completion = Completion(entry.seq, entry.time, value=entry.value)
        case facts.StepFailed() | facts.WaitTimedOut():
            history.steps[fact.step].completion = Completion(entry.seq, entry.time, True, entry.value)
        case facts.EventReceived():
            event = BufferedEvent(entry.seq, entry.time, fact.event_type, entry.value, fact.to)
            history.events[entry.seq] = event
        case facts.WaitCompleted():
            event = history.events[fact.event]
            history.taken.add(fact.event)
            history.steps[fact.step].completion = Completion(
                entry.seq, entry.time, value=event.payload, event=event.seq, event_time=event.time
            )
        case facts.WorkflowResumed():
            for record in history.steps.values():
                record.postpone(entry.time - fact.paused_ms, fact.paused_ms)
            if history.debug is not None:
                history.debug.resumed(entry.time)
        case facts.WorkflowRestarted():
            history.restart(entry.seq, fact.start, fact.lines)
            if not isinstance(fact.debug, UnsetType):
                history.debug = told(None, fact.debug, entry.time)
        case _:
            pass


def _begin(history: History, key: StepKey, entry: Entry) -> StepRecord:
    record = history.steps[key] = StepRecord(key, entry.seq, entry.time)
    return record
