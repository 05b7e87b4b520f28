"""What can happen to an instance: one frozen type per kind of log entry.

A fact's fields are its entry's JSON (camelCase, absent where they have their default), as the log stores it
and the API shows it; `seq`, `time` and `type` stand beside it, the stored value (where there is one) in a
column of its own. Previews are what
`core.preview` makes of values. What is said to reject a fact is the guard in the code that appends it.

Later kinds are further types here and further names in `FACTS`;
logs that hold a type this release does not know cannot be folded and raise.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from playground.core.ports import LogKind, StepKey
from playground.engine import debug_entries, rollback_entries, version_entries
from playground.engine import fact as base
from playground.storage.rows import EntryRow

Fact = base.Fact
FaultKind = debug_entries.FaultKind
ErrorPreview = base.ErrorPreview
DebugSet = debug_entries.DebugSet
BreakpointReached = debug_entries.BreakpointReached
DebugContinued = debug_entries.DebugContinued
RollbackOutcome = rollback_entries.RollbackOutcome
RollbackStarted = rollback_entries.RollbackStarted
RollbackCompleted = rollback_entries.RollbackCompleted
RollbackFailed = rollback_entries.RollbackFailed
RollbackStepStarted = rollback_entries.RollbackStepStarted
RollbackStepCompleted = rollback_entries.RollbackStepCompleted
RollbackStepFailed = rollback_entries.RollbackStepFailed
Lineage = version_entries.Lineage
VersionChanged = version_entries.VersionChanged

Entry = EntryRow
"""A committed entry. `fact_of` gives its typed content."""

Status = Literal[
    "queued", "running", "waiting", "waitingForPause", "paused", "errored", "terminated", "complete"
]
FINISHED: Final[frozenset[str]] = frozenset({"errored", "terminated", "complete"})
PAUSED: Final[frozenset[str]] = frozenset({"waitingForPause", "paused"})


class WorkflowQueued(Fact, frozen=True):
    """Nothing → queued. The params are in the instance's row. Rejected where the id is taken. `schedule`,
    `{"cron", "scheduledTime"}`, where one has fired; `debug` where it is debugged from the beginning;
    `lineage` (`version_entries.Lineage`) where it was made from another run.
    """

    type: ClassVar[str] = "workflow_queued"
    workflow: str
    params: Any = UNSET
    schedule: dict[str, Any] | UnsetType = UNSET
    debug: DebugSet | UnsetType = UNSET
    lineage: Lineage | UnsetType = UNSET


class WorkflowStarted(Fact, frozen=True):
    """Queued → running: the first execution begins."""

    type: ClassVar[str] = "workflow_started"


class WorkflowWaiting(Fact, frozen=True):
    """Running → waiting: nothing to do but a sleep, an event or a retry's delay."""

    type: ClassVar[str] = "workflow_waiting"


class WorkflowRunning(Fact, frozen=True):
    """Waiting → running: one of the waits is over."""

    type: ClassVar[str] = "workflow_running"


class WorkflowCompleted(Fact, frozen=True):
    """Queued, running or waiting → complete: `run` returned. The value is the output. Nothing follows it."""

    type: ClassVar[str] = "workflow_completed"
    output: Any = UNSET


class WorkflowErrored(Fact, frozen=True):
    """Queued, running or waiting → errored: `run` threw. The value is the record. Nothing follows it.
    `rollback` where it was rolled back before.
    """

    type: ClassVar[str] = "workflow_errored"
    error: ErrorPreview
    rollback: RollbackOutcome | UnsetType = UNSET


class WorkflowTerminated(Fact, frozen=True):
    """Any unfinished status → terminated. Rejected on a finished instance. Nothing follows it. `rollback`
    where it was rolled back before.
    """

    type: ClassVar[str] = "workflow_terminated"
    rollback: RollbackOutcome | UnsetType = UNSET


class WorkflowPausing(Fact, frozen=True):
    """Running → waitingForPause: no attempt begins any more, and those in flight are waited for."""

    type: ClassVar[str] = "workflow_pausing"


class WorkflowPaused(Fact, frozen=True):
    """Queued, running, waiting or waitingForPause → paused: nothing of it is in memory. Rejected while a
    callback is in flight.
    """

    type: ClassVar[str] = "workflow_paused"


class WorkflowResumed(Fact, frozen=True):
    """Paused or waitingForPause → running. What was paused for `paused_ms` has its deadlines that much later
    (those that had not passed when the pause began, and not those of `sleepUntil`); 0 where a pause was
    called off.
    """

    type: ClassVar[str] = "workflow_resumed"
    paused_ms: int


class WorkflowRestarted(Fact, frozen=True):
    """Any status → queued. Without `start` from the top: what is before it is the instance's no more. Else
    from that step: it and all that started later are left out. `lines` were logged outside steps before it.
    From the top, `debug` is how it was debugged, and `lineage` which run it was made from.
    """

    type: ClassVar[str] = "workflow_restarted"
    workflow: str
    created: int
    params: Any = UNSET
    start: StepKey | UnsetType = msgspec.field(default=UNSET, name="from")
    lines: int = 0
    debug: DebugSet | UnsetType = UNSET
    lineage: Lineage | UnsetType = UNSET


class StepStarted(Fact, frozen=True):
    """A `do` was reached for the first time; its configuration is settled from here on, and whether it has a
    `rollback` handler.
    """

    type: ClassVar[str] = "step_started"
    step: StepKey
    config: dict[str, Any]
    rollback: bool = False


class AttemptStarted(Fact, frozen=True):
    """The callback is about to be called; durable before it is. With `fault` something befalls the attempt:
    its kind, and its place among the faults that were set last.
    """

    type: ClassVar[str] = "attempt_started"
    step: StepKey
    attempt: int
    fault: FaultKind | None = None
    fault_at: int | None = None


class AttemptCompleted(Fact, frozen=True):
    """The callback returned. Always followed by `step_completed` in the same commit. `cpu_ms` is the CPU time
    that it used, where its runner says.
    """

    type: ClassVar[str] = "attempt_completed"
    step: StepKey
    attempt: int
    cpu_ms: float | None = None


class AttemptFailed(Fact, frozen=True):
    """The callback threw, timed out or was interrupted. With `retry_at` (epoch ms) another one follows.
    `cpu_ms` as in `AttemptCompleted`.
    """

    type: ClassVar[str] = "attempt_failed"
    step: StepKey
    attempt: int
    error: ErrorPreview
    retry_delay_ms: int | None = None
    retry_at: int | None = None
    interrupted: bool = False
    cpu_ms: float | None = None


class StepCompleted(Fact, frozen=True):
    """A `do` has its result, which is the value. `size` is its length in bytes. Never follows
    `step_failed`. Where the result is a stream, `stream` says whether it looks like text, and the value says
    which stream it is. A `pinned` one is what somebody has set, and no callback was called for it.
    """

    type: ClassVar[str] = "step_completed"
    step: StepKey
    size: int
    output: Any = UNSET
    stream: Literal["text", "binary"] | None = None
    pinned: bool = False


class StepFailed(Fact, frozen=True):
    """A `do` failed for good. The value is the error record that `run` is thrown, now and on every replay."""

    type: ClassVar[str] = "step_failed"
    step: StepKey
    error: ErrorPreview


class SleepStarted(Fact, frozen=True):
    """A sleep was reached for the first time; its deadline (epoch ms) is settled from here on. A `fixed` one
    (`sleepUntil`) is not moved by a pause.
    """

    type: ClassVar[str] = "sleep_started"
    step: StepKey
    until: int
    fixed: bool = False


class SleepCompleted(Fact, frozen=True):
    """The deadline has passed."""

    type: ClassVar[str] = "sleep_completed"
    step: StepKey


class SleepSkipped(Fact, frozen=True):
    """Somebody ended the sleep: its deadline is when this was written. Rejected where it is over, or the
    instance is paused. `by` the pace at which time goes by for the instance, else by hand.
    """

    type: ClassVar[str] = "sleep_skipped"
    step: StepKey
    by: Literal["pace"] | None = None


class RetrySkipped(Fact, frozen=True):
    """Somebody ended the delay before a step's next attempt, which is due when this was written. Rejected
    where none is waited for, or the instance is paused. `by` as in `SleepSkipped`.
    """

    type: ClassVar[str] = "retry_skipped"
    step: StepKey
    by: Literal["pace"] | None = None


class WaitStarted(Fact, frozen=True):
    """A `waitForEvent` was reached for the first time; it ends at `until` (epoch ms) at the latest."""

    type: ClassVar[str] = "wait_started"
    step: StepKey
    event_type: str
    until: int


class WaitCompleted(Fact, frozen=True):
    """A wait took the event whose entry has the seq `event`. No other wait takes it."""

    type: ClassVar[str] = "wait_completed"
    step: StepKey
    event_type: str
    event: int
    payload: Any = UNSET


class WaitTimedOut(Fact, frozen=True):
    """No event came in time. The value is the error record."""

    type: ClassVar[str] = "wait_timed_out"
    step: StepKey
    error: ErrorPreview


class EventReceived(Fact, frozen=True):
    """An event was sent; the value is its payload. Kept until a wait takes it. Rejected on a finished
    instance. One that answers a certain wait, `to`, is for that one, and rejected where it does not wait.
    """

    type: ClassVar[str] = "event_received"
    event_type: str
    payload: Any = UNSET
    to: StepKey | None = None


class NonDeterminismDetected(Fact, frozen=True):
    """A replay went another way than history, which holds `step` at `place` (the seq of its start): what was
    `expected` and `found`, in words, and the step that was found, if one was. Said once of each place.
    """

    type: ClassVar[str] = "nondeterminism_detected"
    step: StepKey
    expected: str
    found: str
    place: int
    instead: StepKey | None = None


class Log(Fact, frozen=True):
    """A console line (`kind` "log"), an uncaught error ("exception") or a word of the system's own about the
    log ("notice"), outside steps or of an attempt.
    """

    type: ClassVar[str] = "log"
    kind: LogKind
    level: str
    message: str
    step: StepKey | UnsetType = UNSET
    attempt: int | UnsetType = UNSET


FACTS: Final[dict[str, type[Fact]]] = {
    fact.type: fact
    for fact in (
        WorkflowQueued,
        WorkflowStarted,
        WorkflowWaiting,
        WorkflowRunning,
        WorkflowCompleted,
        WorkflowErrored,
        WorkflowTerminated,
        WorkflowPausing,
        WorkflowPaused,
        WorkflowResumed,
        WorkflowRestarted,
        StepStarted,
        AttemptStarted,
        AttemptCompleted,
        AttemptFailed,
        StepCompleted,
        StepFailed,
        SleepStarted,
        SleepCompleted,
        SleepSkipped,
        RetrySkipped,
        WaitStarted,
        WaitCompleted,
        WaitTimedOut,
        EventReceived,
        RollbackStarted,
        RollbackCompleted,
        RollbackFailed,
        RollbackStepStarted,
        RollbackStepCompleted,
        RollbackStepFailed,
        NonDeterminismDetected,
        VersionChanged,
        DebugSet,
        BreakpointReached,
        DebugContinued,
        Log,
    )
}

_encoder: Final = msgspec.json.Encoder()
_ending: Final = msgspec.json.Decoder(WorkflowTerminated)
_decoders: Final = {name: msgspec.json.Decoder(fact) for name, fact in FACTS.items()}


def fact_json(fact: Fact) -> str:
    """The JSON that is stored. Text must be free of lone surrogates (`well_formed`)."""
    return _encoder.encode(fact).decode()


def fact_of(entry: Entry) -> Fact:
    """The typed content of a committed entry."""
    return _decoders[entry.type].decode(entry.data)


def rollback_of(data: str) -> RollbackOutcome | None:
    """How the rollback ended that the JSON of an instance's last entry tells of, if there was one."""
    outcome = _ending.decode(data).rollback
    return None if isinstance(outcome, UnsetType) else outcome


def well_formed(text: str) -> str:
    """`text` with lone surrogates replaced by U+FFFD, as JavaScript's `toWellFormed` does."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
