"""What a step came to, for those who look at an instance from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from msgspec import UNSET

from playground.core.ports import StepKey
from playground.core.streams import StepValue
from playground.core.values import Encoded
from playground.engine.entries import StepCompleted, WorkflowRestarted, fact_of
from playground.engine.folding import folded
from playground.engine.streams import StoredStream, stored_stream
from playground.storage.journal import Journal
from playground.storage.rows import EntryRow, InstanceRow


@dataclass(frozen=True, slots=True)
class StepOutput:
    """A step's result as it is stored, `size` bytes long. Where it is a stream, `stream` says whether it
    looks like text. Of a `sensitive` one the value is not given out.
    """

    value: StepValue | None
    size: int
    stream: Literal["text", "binary"] | None
    sensitive: bool


async def step_output(journal: Journal, row: InstanceRow, key: StepKey) -> StepOutput | None:
    """What the `do` with this key came to; None where it has not completed, or there is none."""
    entries = await journal.of_step(row, key.name, key.count)
    facts = [fact_of(entry) for entry in entries]
    if any(isinstance(fact, WorkflowRestarted) and fact.start is not UNSET for fact in facts):
        entries = await journal.history(row)  # what such a restart leaves out depends on all steps
    record = (await folded(entries)).steps.get(key)
    if record is None or record.completion is None or record.completion.failed or record.config is None:
        return None
    completed = fact_of(_entry(entries, record.completion.seq))
    assert isinstance(completed, StepCompleted)
    about = (completed.size, completed.stream, record.config.sensitive)
    if record.config.sensitive:
        return StepOutput(None, *about)
    value = await journal.value(row.key, record.completion.seq)
    assert value is not None
    if completed.stream is None:
        return StepOutput(Encoded(value), *about)
    return StepOutput(stored_stream(row.key, StoredStream.of(value), journal.chunks), *about)


def _entry(entries: list[EntryRow], seq: int) -> EntryRow:
    return next(entry for entry in entries if entry.seq == seq)
