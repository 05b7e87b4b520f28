"""Reading committed entries from a cursor on, and those that follow as they are committed.

Who reads is woken first and reads by the cursor alone, so that nothing is left out and nothing is given
twice; a batch is read when the one before is through with, so that a slow reader costs one batch of memory,
however far it is behind.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from typing import Final

from playground.core.ports import StepKey
from playground.engine.entries import FACTS, FINISHED, Entry
from playground.engine.feed import Feed, Subscription
from playground.engine.view import entry_json
from playground.storage.journal import Journal

BATCH: Final = 256
"""The most entries that are read at a time."""


class EntryFilter:
    """Which entries are wanted: those of `types` (None: all), of the step (None: also those of none)."""

    def __init__(self, types: Collection[str] | None = None, step: StepKey | None = None) -> None:
        if unknown := [type for type in types or () if type not in FACTS]:
            raise ValueError(f"no entry has the type {unknown[0]!r}; known are {', '.join(sorted(FACTS))}")
        self._types = frozenset(types) if types is not None else None
        self._step = {"kind": step.kind, "name": step.name, "count": step.count} if step is not None else None

    def __call__(self, entries: list[Entry]) -> list[Entry]:
        """The entries that are wanted."""
        return [entry for entry in entries if self._wants(entry)]

    def _wants(self, entry: Entry) -> bool:
        if self._types is not None and entry.type not in self._types:
            return False
        return self._step is None or entry_json(entry).get("step") == self._step


class Entries:
    """The entries of one instance (`key`), or of all of a scope, from a cursor on: `async for entry in …`.

    The cursor of an instance is a seq, that of a scope a position. An instance's end with its last entry,
    once it has finished, or when it is deleted; a scope's do not end.
    """

    def __init__(
        self,
        journal: Journal,
        feed: Feed,
        scope: str,
        instance: tuple[int, str] | None,
        cursor: int,
        wanted: EntryFilter,
    ) -> None:
        self._journal = journal
        self._feed = feed
        self._scope = scope
        self._instance = instance
        self._wanted = wanted
        self.cursor = cursor
        """What was read up to."""
        self.deleted = False
        """Whether the instance was deleted."""
        self.removed: frozenset[str] | None = frozenset()
        """The instances of the scope that were deleted between the last batch and the one before, which is to
        be said before that batch: an id may be used again. None where they were too many to tell.
        """

    async def __aiter__(self) -> AsyncGenerator[Entry, None]:
        async with aclosing(self.batches()) as batches:
            async for batch in batches:
                for entry in batch:
                    yield entry

    async def batches(self) -> AsyncGenerator[list[Entry], None]:
        """The same, with what each look at the log has found: at most 256 entries, and maybe none."""
        id = self._instance[1] if self._instance is not None else None
        async with self._feed.subscribe(scope=self._scope, instance=id) as wakes:
            looks = (
                self._of_scope(wakes) if self._instance is None else self._of_one(self._instance[0], wakes)
            )
            async with aclosing(looks):
                async for log in looks:
                    yield self._wanted(log)

    async def _of_scope(self, wakes: Subscription) -> AsyncGenerator[list[Entry], None]:
        while True:
            self.removed = wakes.take_removed()
            log = await self._journal.scope_history(self._scope, self.cursor, BATCH)
            if log:
                self.cursor = log[-1].position
            yield log
            if len(log) < BATCH:
                await anext(wakes)

    async def _of_one(self, key: int, wakes: Subscription) -> AsyncGenerator[list[Entry], None]:
        while True:
            row = await self._journal.by_key(key)
            if row is None:
                self.deleted = True
                return
            log = await self._journal.history(row, self.cursor, BATCH)
            if log:
                self.cursor = log[-1].seq
            yield log
            if len(log) == BATCH:
                continue
            # the row was read before the log: what came in between has woken this
            if row.status in FINISHED and self.cursor >= row.next_seq - 1:
                return
            await anext(wakes)
