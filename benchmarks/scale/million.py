"""Creating and waking among a thousand hibernated instances and among a million.

The many are copies of one that really ran: its entries are written for each of them through the journal, in
large batches, so that making them takes minutes and not hours. To the engine they are instances like any
other, and those that are woken run through to their end.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.scale.figure import Figure
from benchmarks.tenants import TENANT, Bench, opened
from playground.bridge.binding import DynamicWorkflowBinding, wrap_workflow_binding
from playground.storage.journal import Journal
from playground.storage.rows import Append, EntryRow, InstanceRow, NewEntry, NewInstance

_BATCH: Final = 4_096
_WORKFLOW: Final = "flow"
_CLASS: Final = "Resumed"
_SCOPE: Final = "asleep"
_REST_S: Final = 0.5


class Asleep:
    """Hibernated instances, of which each is woken once."""

    def __init__(self, bench: Bench, journal: Journal, row: InstanceRow, entries: Sequence[EntryRow]) -> None:
        self._bench = bench
        self._journal = journal
        self._row = row
        self._entries = [NewEntry(entry.time, entry.type, entry.data, entry.value) for entry in entries]
        self._made = 0
        self._ids: list[str] = []
        self._random = random.Random(1)

    def __len__(self) -> int:
        return len(self._ids)

    async def grow(self, count: int) -> None:
        """Write copies until so many are asleep."""
        while len(self._ids) < count:
            some = min(_BATCH, count - len(self._ids))
            ids = [f"copy-{number}" for number in range(self._made, self._made + some)]
            self._made += some
            await self._write(ids)
            self._ids += ids

    async def wake(self, binding: DynamicWorkflowBinding) -> None:
        """Send one of them, whichever, its event and see it end."""
        chosen = self._random.randrange(len(self._ids))
        self._ids[chosen], self._ids[-1] = self._ids[-1], self._ids[chosen]
        id = self._ids.pop()
        async with self._bench.engine.feed.subscribe(scope=_SCOPE, instance=id) as wakes:
            stub = await binding.get(id)
            await stub.send_event({"type": "go", "payload": None})
            while (await anext(wakes)).status not in ("complete", "errored"):
                pass
        status = await stub.status()
        assert status["output"] == 0, status

    async def _write(self, ids: Sequence[str]) -> None:
        row, first, rest = self._row, self._entries[0], self._entries[1:]
        new = [
            NewInstance(_SCOPE, _WORKFLOW, id, row.created, row.params, row.engine_version, first)
            for id in ids
        ]
        created = await self._journal.create(new)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        left = len(created)

        def committed(outcome: range | Exception) -> None:
            nonlocal left
            left -= 1
            if isinstance(outcome, Exception) and not done.done():
                done.set_exception(outcome)
            elif not left and not done.done():
                done.set_result(None)

        for key, _ in created:
            append = Append(key, _SCOPE, 2, rest, ("waiting", row.wake_at))
            self._journal.append(append, committed)
        await done


async def fall_asleep(bench: Bench) -> Asleep:
    """Run one instance until it is asleep, to be copied."""
    binding = _binding(bench, _SCOPE)
    journal = bench.engine._journal  # the one writer: another would count positions anew
    await _create(bench, binding, _SCOPE)
    await asyncio.sleep(_REST_S)
    (row,) = await journal.of_scope(_SCOPE)
    entries, _ = await journal.for_replay(row)
    assert row.status == "waiting", row
    return Asleep(bench, journal, row, entries)


async def among(
    folder: Path, counts: Sequence[int], calls: int, in_flight: int, rounds: int
) -> AsyncIterator[Figure]:
    """The middle rates of the rounds at each of the counts, which grow, in one database."""
    async with opened(folder / "asleep") as bench:
        asleep = await fall_asleep(bench)
        clients = [f"client-{each}" for each in range(in_flight)]
        bindings = {scope: _binding(bench, scope) for scope in clients}
        sleepers = _binding(bench, _SCOPE)

        async def create(scope: str) -> None:
            await _create(bench, bindings[scope], scope)

        async def wake(scope: str) -> None:
            await asleep.wake(sleepers)

        first: dict[str, float] = {}
        for count in counts:
            began = time.perf_counter()
            await asleep.grow(count)
            yield Figure(f"writing copies up to {count:,}", round(time.perf_counter() - began, 1), "s")
            rates: dict[str, list[float]] = {"create": [], "wake": []}
            for _ in range(rounds + 1):
                rates["create"].append(await _rate(create, clients, calls))
                rates["wake"].append(await _rate(wake, clients, min(calls, len(asleep))))
                await asleep.grow(count)
            for name, found in rates.items():
                middle = round(statistics.median(found[1:]), 1)  # the first was to warm up
                aim = round(first[name] * 0.8, 1) if name in first else None
                first.setdefault(name, middle)
                yield Figure(f"{name}, with {count:,} hibernated", middle, "/s", at_least=aim)


async def _create(bench: Bench, binding: DynamicWorkflowBinding, scope: str) -> None:
    """Create an instance and see it wait."""
    async with bench.engine.feed.subscribe(scope=scope) as wakes:
        await binding.create({"params": 0})
        while (await anext(wakes)).status != "waiting":
            pass


async def _rate(call: Callable[[str], Awaitable[None]], scopes: Sequence[str], calls: int) -> float:
    left = iter(range(calls))

    async def client(scope: str) -> None:
        for _ in left:
            await call(scope)

    began = time.perf_counter()
    await asyncio.gather(*map(client, scopes))
    return calls / (time.perf_counter() - began)


def _binding(bench: Bench, scope: str) -> DynamicWorkflowBinding:
    return wrap_workflow_binding(bench.engine.workflow(_WORKFLOW, scope), {**TENANT, "class": _CLASS})
