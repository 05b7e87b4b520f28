"""Records a history: runs a flow, does what its drive says, and notes each commit."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

from playground import Instance
from playground.core.codec import encode
from playground.core.ports import StepKey
from playground.engine.debug_settings import read_debug
from playground.engine.entries import Lineage, fact_json
from playground.engine.excerpt import Told
from playground.engine.forking import Heir, Past
from playground.engine.moving import Move
from playground.engine.run_file import run_file, value_json
from playground.engine.run_file_reader import read_run_file
from playground.engine.settings import ENGINE_VERSION
from playground.engine.view import entry_json
from playground.storage.journal import Journal
from playground.storage.moves import MovedRun
from playground.storage.rows import Append, EntryRow, InstanceRow
from tests.goldens.flow import Flow
from tests.goldens.golden import Commit, Entry, Golden, digest_of
from tests.goldens.replay import act
from tests.goldens.world import World

_ENDS: Final = ("complete", "errored", "terminated")
_ROUNDS: Final = 2_000
ID: Final = "golden"


class Recording:
    """One flow on its way."""

    def __init__(self, folder: Path, cache: Path, flow: Flow) -> None:
        self._world = World(folder, [flow], cache, changed=False)
        self._folder, self._cache = folder, cache
        self._flow = flow
        self._commits: list[Commit] = []
        self._instance: Instance
        self._first_cut = 1
        self._first_seq = 2

    async def record(self) -> Golden:
        """Run it to its end."""
        try:
            return await self._record()
        finally:
            await self._world.close()

    async def _record(self) -> Golden:
        if self._flow.module is not None:
            setattr(self._flow.module, "CHANGED", False)  # noqa: B010
        await self._begin()
        self._instance = await self._create()
        row = await self._world.journal.by_key(self._instance._key)
        assert row is not None
        first = await self._world.entries(self._instance)
        for action in self._flow.drive:
            await self._do(*action)
        for _ in range(_ROUNDS):
            await self._world.quiet()
            if (await self._instance.status()).status in _ENDS:
                break
            await self._world.pass_time()
        created = Commit([entry for seq, entry in first if seq < self._first_seq])
        return Golden(
            self._flow.feature,
            self._flow.file,
            digest_of(self._flow.file),
            ENGINE_VERSION,
            self._instance.id,
            row.created,
            row.params,
            self._first_cut,
            self._flow.free,
            [created, *[await self._with_streams(commit) for commit in self._commits]],
            row.schedule,
            (row.success_retention, row.error_retention),
        )

    async def _create(self) -> Instance:
        world, begin = self._world, self._flow.begin
        workflow = world.engine.workflow(world.workflow_of(self._flow))
        params = world.params_of(self._flow)
        if (cron := begin.get("schedule")) is not None:
            schedule = await workflow.schedule(cron, params, ID)
            assert schedule.next is not None
            await world.clock.advance(schedule.next - world.clock.now())
            while not (fired := await world.journal.of_scope("")):
                await asyncio.sleep(0)
            await workflow.unschedule(ID)
            return await workflow.get(fired[0].id)
        if (fork := begin.get("fork") or begin.get("file")) is not None:
            self._instance = original = await workflow.create("original", params)
            for action in fork["drive"]:
                await self._do(*action)
            past = await original.past()
            if "file" in begin:
                past = self._by_file(past)
            await original.terminate()
            self._commits.clear()
            start = StepKey("do", fork["from"], 1) if fork["from"] is not None else None
            why: Literal["file", "fork"] = "file" if "file" in begin else "fork"
            lineage = Lineage(original.id, why, start, world.clock.now())
            return await workflow.take_over(past, Heir(ID, past.params, lineage))
        debug = read_debug(begin["debug"]) if "debug" in begin else None
        return await workflow.create(ID, params, self._flow.retention, debug)

    def _by_file(self, past: Past) -> Past:
        """The past as a file of it tells it."""
        head = {"run": {"id": past.id, "created": past.created}, "params": value_json(past.params)}
        document = json.loads(b"".join(run_file(past, head, _shown)))
        return read_run_file(document, self._world.settings, self._world.clock.now())

    async def _begin(self) -> None:
        await self._world.open()
        await self._world.start()
        self._listen(self._world.journal)

    def _listen(self, journal: Journal) -> None:
        append = journal.append

        def listening(item: Append, done: Any) -> None:
            entries = [Entry(e.time, e.type, json.loads(e.data), e.value) for e in item.entries]
            streams: dict[int, list[bytes]] = {number: [] for number, _ in item.streams}
            if entries:
                self._first_seq = item.expected_seq if not self._commits else self._first_seq
                expires = item.expires if self._flow.retention is not None else None
                self._commits.append(Commit(entries, item.projection, item.restart, streams, expires))
            append(item, done)

        setattr(journal, "append", listening)  # noqa: B010

    async def _do(self, what: str, *arguments: Any) -> None:
        world = self._world
        await world.quiet()
        match what:
            case "until":
                type, times = arguments
                for _ in range(_ROUNDS):
                    await world.quiet()
                    types = [entry.type for _, entry in await world.entries(self._instance)]
                    if types.count(type) >= times:
                        return
                    await world.pass_time()
                raise AssertionError(f"{self._flow.feature}: no {type}")
            case "crash" | "change":
                await world.close()
                changed = world.changed or what == "change"
                self._world = World(self._folder, [self._flow], self._cache, changed=changed)
                self._world.clock = world.clock
                if what == "change" and self._flow.module is not None:
                    setattr(self._flow.module, "CHANGED", True)  # noqa: B010
                # what comes from here on follows from that
                self._first_cut = len(self._commits) + 1
                await self._begin()
                self._instance = await self._world.find(self._flow, self._instance.id)
            case "event":
                type, payload = arguments
                sent = Entry(0, "event_received", {"eventType": type}, encode(payload).data)
                await act(self._instance, sent)
            case "skip":
                kind, name = arguments
                step = {"kind": kind, "name": name, "count": 1}
                skipped = "sleep_skipped" if kind == "sleep" else "retry_skipped"
                await act(self._instance, Entry(0, skipped, {"step": step}))
            case "skip all":
                await self._instance.skip_all()
            case "answer":
                name, payload = arguments
                step = {"kind": "wait", "name": name, "count": 1}
                type = next(wait.type for wait in await self._instance.waits() if wait.step.name == name)
                sent = Entry(0, "event_received", {"eventType": type, "to": step}, encode(payload).data)
                await act(self._instance, sent)
            case "move":
                assert self._flow.module is not None
                setattr(self._flow.module, "CHANGED", True)  # noqa: B010
                self._first_cut = len(self._commits) + 2
                seq = (await self._world.entries(self._instance))[-1][0]
                await self._instance.move(partial(self._moved, seq))
            case "cuts":
                self._first_cut = len(self._commits) + 1
            case "debug":
                await self._instance.debug(read_debug(arguments[0]))
            case "continue":
                await self._instance.go_on(arguments[0])
            case "pause":
                await self._instance.pause()
            case "resume":
                await self._instance.resume()
            case "terminate":
                await self._instance.terminate(rollback=arguments[0])
            case "restart":
                await self._instance.restart(arguments[0])
            case _:
                raise AssertionError(f"{self._flow.file}: {what} is nothing that can be done")

    def _moved(self, seq: int, row: InstanceRow) -> Move:
        along = MovedRun(row.key, row.scope, row.id, "two", row.params)
        return Move(seq, "one", "two", row.params, along)

    async def _with_streams(self, commit: Commit) -> Commit:
        key = self._instance._key
        for number, chunks in commit.streams.items():
            while (chunk := await self._world.journal.chunks.read(key, number, len(chunks))) is not None:
                chunks.append(chunk)
        return commit


def _shown(told: Told) -> dict[str, Any]:
    row = EntryRow(0, ID, told.seq, told.time, told.fact.type, fact_json(told.fact), None)
    return entry_json(row)
