"""Records a history: runs a flow, does what its drive says, and notes each commit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from playground import Instance
from playground.core.codec import encode
from playground.engine.debug_settings import read_debug
from playground.engine.settings import ENGINE_VERSION
from playground.storage.journal import Journal
from playground.storage.rows import Append
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
        self._world = World(folder, [flow], cache)
        self._folder, self._cache = folder, cache
        self._flow = flow
        self._commits: list[Commit] = []
        self._instance: Instance
        self._first_cut = 1

    async def record(self) -> Golden:
        """Run it to its end."""
        if self._flow.module is not None:
            setattr(self._flow.module, "CHANGED", False)  # noqa: B010
        await self._begin()
        workflow = self._world.engine.workflow(self._world.workflow_of(self._flow))
        self._instance = await workflow.create(ID, self._world.params_of(self._flow))
        row = await self._world.journal.by_key(self._instance._key)
        assert row is not None
        queued = Commit([entry for seq, entry in await self._world.entries(self._instance) if seq == 1])
        for action in self._flow.drive:
            await self._do(*action)
        for _ in range(_ROUNDS):
            await self._world.quiet()
            if (await self._instance.status()).status in _ENDS:
                break
            await self._world.pass_time()
        golden = Golden(
            self._flow.feature,
            self._flow.file,
            digest_of(self._flow.file),
            ENGINE_VERSION,
            ID,
            row.created,
            row.params,
            self._first_cut,
            self._flow.free,
            [queued, *[await self._with_streams(commit) for commit in self._commits]],
        )
        await self._world.close()
        return golden

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
                self._commits.append(Commit(entries, item.projection, item.restart, streams))
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
                clock, self._world = world.clock, World(self._folder, [self._flow], self._cache)
                self._world.clock = clock
                if what == "change":
                    assert self._flow.module is not None
                    setattr(self._flow.module, "CHANGED", True)  # noqa: B010
                # what comes from here on follows from that
                self._first_cut = len(self._commits) + 1
                await self._begin()
                self._instance = await self._world.find(self._flow, ID)
            case "event":
                type, payload = arguments
                sent = Entry(0, "event_received", {"eventType": type}, encode(payload).data)
                await act(self._instance, sent)
            case "skip":
                kind, name = arguments
                step = {"kind": kind, "name": name, "count": 1}
                skipped = "sleep_skipped" if kind == "sleep" else "retry_skipped"
                await act(self._instance, Entry(0, skipped, {"step": step}))
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

    async def _with_streams(self, commit: Commit) -> Commit:
        key = self._instance._key
        for number, chunks in commit.streams.items():
            while (chunk := await self._world.journal.chunks.read(key, number, len(chunks))) is not None:
                chunks.append(chunk)
        return commit
