"""An instance that takes over history: a fork of another one, or what goes on from a file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from playground.core.errors import StorageError, WorkflowError
from playground.core.ports import StepKey
from playground.core.values import Encoded
from playground.engine import entries as facts
from playground.engine.creation import launch
from playground.engine.entries import fact_json, fact_of
from playground.engine.excerpt import Told, excerpt, story_of
from playground.engine.history import History, fold
from playground.engine.outputs import show
from playground.engine.parts import Parts
from playground.engine.settings import ENGINE_VERSION
from playground.engine.streams import StoredStream
from playground.storage.chunks import CHUNK_BYTES
from playground.storage.journal import InstanceExists
from playground.storage.rows import Along, EntryRow, InstanceRow, NewEntry, NewInstance

MOST_BYTES: Final = 32 * 1024 * 1024
"""The most that an instance may store, and that its log may be, to be taken over."""
MOST_ENTRIES: Final = 50_000
TOO_LARGE: Final = "instance.too_large"
NO_STEP: Final = "instance.no_step"
_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Past:
    """Another instance's log, whole, and what it folds to. `created` is epoch ms."""

    id: str
    created: int
    params: Encoded
    log: Sequence[Told]
    history: History

    def until(self, start: StepKey | None) -> list[Told]:
        """What is taken over of it to go on from the step `start` (None: from where it is). Raises
        `WorkflowError` `instance.no_step`, and `instance.no_value` where the value of a step is needed and
        not there.
        """
        if start is not None and (start not in self.history.steps or start.kind == "rollback"):
            raise WorkflowError(f'{NO_STEP}: the run has no step "{start.name}" of that kind and count')
        kept = excerpt(self.log, self.history, start)
        _check_values(kept)
        return kept


async def past_of(parts: Parts, row: InstanceRow) -> Past:
    """All of an instance's log as it is committed, with its values and streams.

    Raises `WorkflowError` `instance.too_large` where that is more than may be held at once.
    """
    entries, size = await parts.journal.extent(row)
    if entries > MOST_ENTRIES or size + row.value_bytes > MOST_BYTES:
        raise WorkflowError(f"{TOO_LARGE}: the run stores more than can be taken over at once")
    rows: list[EntryRow] = []
    while page := await parts.journal.whole(row, rows[-1].seq if rows else 0, _PAGE):
        rows += page
    log, history = await asyncio.to_thread(_understood, rows)
    log = [each if not _is_stream(each) else await _with_chunks(parts, row, each) for each in log]
    return Past(row.id, row.created, Encoded(row.params), log, history)


def _understood(rows: Sequence[EntryRow]) -> tuple[list[Told], History]:
    return [Told(row.seq, row.time, fact_of(row), row.value) for row in rows], fold(rows)


def _is_stream(told: Told) -> bool:
    return isinstance(told.fact, facts.StepCompleted) and told.fact.stream is not None


async def _with_chunks(parts: Parts, row: InstanceRow, told: Told) -> Told:
    assert told.value is not None
    stored = StoredStream.of(told.value)
    chunks: list[bytes] = []
    for number in range(-(-stored.size // CHUNK_BYTES)):
        chunk = await parts.journal.chunks.read(row.key, stored.number, number)
        if chunk is None:
            raise StorageError("what the stream stands for was deleted")
        chunks.append(chunk)
    return replace(told, value=None, chunks=chunks)


@dataclass(frozen=True, slots=True)
class Heir:
    """A new instance that takes over history: its id, its params, where it comes from; and what is committed
    with it.
    """

    id: str
    params: Encoded
    lineage: facts.Lineage
    along: Along | None = None


async def take_over(parts: Parts, scope: str, workflow: str, past: Past, heir: Heir) -> int:
    """Create an instance whose log begins with `past`, up to the step that the lineage names; durable when
    this returns its key, and it runs on from there.

    Its time is the other's: it was created when that was, and what it takes over keeps its times. Raises
    `WorkflowError` `instance.no_step`, `instance.no_value` where the value of a step is needed and not there,
    and `instance.already_exists`.
    """
    # a long log takes a while
    story = await asyncio.to_thread(lambda: story_of(past.until(heir.lineage.start)))
    fact = facts.WorkflowQueued(workflow, show(heir.params, parts.settings), lineage=heir.lineage)
    entry = NewEntry(past.created, fact.type, fact_json(fact))
    about = (scope, workflow, heir.id, past.created, heir.params.data, ENGINE_VERSION, entry)
    new = NewInstance(*about, story=story, along=heir.along)
    try:
        [created] = await parts.journal.create([new])
    except InstanceExists as error:
        raise WorkflowError("instance.already_exists") from error
    launch(parts, new, created, fresh=False)
    return created.key


def _check_values(kept: Sequence[Told]) -> None:
    for told in kept:
        if told.omitted is not None:
            step = getattr(told.fact, "step", None)
            what = (
                f'the output of step "{step.name}"'
                if isinstance(step, StepKey)
                else "the payload of an event"
            )
            raise WorkflowError(
                f"instance.no_value: {what} is not in the file ({told.omitted}): "
                "run on from that step, or from an earlier one"
            )
