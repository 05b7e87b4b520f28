"""What an instance takes over of another's log: the steps that began before a certain one, as they went.
Pure.

As with a restart from a step, a step that began before it is taken over whole, also where it ended after
that. What only befell the other instance (pauses, restarts, rollbacks, other code) is left out: deadlines
that a pause has moved are written as they are now, and an attempt that was in flight has not been made yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from msgspec import structs

from playground.core.ports import StepKey
from playground.engine import entries as facts
from playground.engine.entries import fact_json
from playground.engine.history import History, StepRecord
from playground.storage.rows import NewEntry, Story

_OF_STEPS: Final = (
    facts.StepStarted,
    facts.AttemptStarted,
    facts.AttemptCompleted,
    facts.AttemptFailed,
    facts.StepCompleted,
    facts.StepFailed,
    facts.SleepStarted,
    facts.SleepCompleted,
    facts.SleepSkipped,
    facts.RetrySkipped,
    facts.WaitStarted,
    facts.WaitCompleted,
    facts.WaitTimedOut,
)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of a log, with its value; where that is a stream, with its chunks instead. `omitted` says why
    its value is not here, where there is one.
    """

    seq: int
    time: int
    fact: facts.Fact
    value: bytes | None = None
    chunks: Sequence[bytes] | None = None
    omitted: str | None = None


def excerpt(log: Sequence[Told], history: History, start: StepKey | None) -> list[Told]:
    """The entries that are taken over of `log`, whose fold is `history`, where the other instance is to go
    on from the step `start` (None: from where this one is). Their seqs are those that they have there: 2, 3,
    …

    Raises `KeyError` where there is no such step.
    """
    cut = history.steps[start].started_seq if start is not None else None
    taking = _Taking(history, cut)
    kept = [told for each in log if (told := taking.told(each)) is not None]
    places = {told.seq: place for place, told in enumerate(kept, 2)}
    return [replace(_pointing(told, places), seq=places[told.seq]) for told in kept]


def story_of(kept: Sequence[Told]) -> Story:
    """What is stored of them."""
    entries = [NewEntry(told.time, told.fact.type, fact_json(told.fact), told.value) for told in kept]
    streams = {place: told.chunks for place, told in enumerate(kept) if told.chunks is not None}
    return Story(entries, streams)


class _Taking:
    """Decides entry by entry."""

    def __init__(self, history: History, cut: int | None) -> None:
        self._history = history
        self._cut = cut
        records = [step for step in history.steps.values() if step.key.kind != "rollback"]
        self._steps = {step.key: step for step in records if cut is None or step.started_seq < cut}
        done = (step.completion for step in self._steps.values())
        self._taken = {each.event for each in done if each is not None and each.event is not None}
        self._started = False

    def told(self, each: Told) -> Told | None:
        fact = each.fact
        if isinstance(fact, facts.EventReceived):  # a restart leaves no event out
            return each if each.seq in self._taken or self._is_before(each) else None
        if any(each.seq in part for part in self._history.left_out):
            return None
        if isinstance(fact, facts.WorkflowStarted):
            first, self._started = not self._started, True
            return each if first else None
        if isinstance(fact, facts.Log):
            return each if self._keeps_line(each, fact) else None
        if not isinstance(fact, _OF_STEPS):
            return None
        record = self._steps.get(fact.step)
        if record is None or each.seq < record.started_seq:
            return None
        if isinstance(fact, facts.AttemptStarted) and _is_open(record, fact.attempt):
            return None
        return replace(each, fact=_settled(fact, record))

    def _is_before(self, each: Told) -> bool:
        return self._cut is None or each.seq < self._cut

    def _keeps_line(self, each: Told, line: facts.Log) -> bool:
        if not isinstance(line.step, StepKey):
            return self._is_before(each)
        record = self._steps.get(line.step)
        if record is None or each.seq < record.started_seq:
            return False
        return not isinstance(line.attempt, int) or not _is_open(record, line.attempt)


def _is_open(record: StepRecord, attempt: int) -> bool:
    return record.open_attempt and record.completion is None and attempt == record.attempts


def _settled(fact: facts.Fact, record: StepRecord) -> facts.Fact:
    """The fact with the deadline that pauses have moved."""
    if record.completion is not None:
        return fact
    if isinstance(fact, (facts.SleepStarted, facts.WaitStarted)):
        return structs.replace(fact, until=record.until)
    is_last = isinstance(fact, facts.AttemptFailed) and fact.attempt == record.attempts
    if is_last and isinstance(fact, facts.AttemptFailed) and fact.retry_at is not None:
        return structs.replace(
            fact, retry_at=record.retry_at if record.retry_at is not None else fact.retry_at
        )
    return fact


def _pointing(told: Told, places: dict[int, int]) -> Told:
    """The entry with the seq of the event that it took as it is now."""
    if isinstance(told.fact, facts.WaitCompleted):
        return replace(told, fact=structs.replace(told.fact, event=places[told.fact.event]))
    return told
