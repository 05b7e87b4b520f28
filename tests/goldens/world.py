"""An engine on a manual clock that runs flows through both doors, and can be given histories that are cut."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final

from playground import (
    Instance,
    LoadRunnerContext,
    Platform,
    WorkerCode,
    create_dynamic_workflow_entrypoint,
    open_platform,
)
from playground.bridge.envelope import wrap_params
from playground.core.clock import ManualClock
from playground.core.ports import Runner
from playground.core.values import Encoded
from playground.engine.engine import Engine, EngineSettings
from playground.engine.streams import StoredStream
from playground.isolates.loader import Limits, Loader
from playground.isolates.pool import PoolSettings
from playground.isolates.run import Run
from playground.storage.database import Database
from playground.storage.journal import Journal
from playground.storage.rows import Append, NewEntry, NewInstance, Story
from tests.goldens.flow import Flow
from tests.goldens.golden import Commit, Entry, Golden

JAVASCRIPT: Final = "javascript"
_IDLE_MS: Final = 200
_STEP_MS: Final = 50
_CALM: Final = 16
_ENTRIES: Final = (
    "SELECT seq, time, type, data, value FROM entries WHERE instance_key = :key AND seq > :after ORDER BY seq"
)


class World:
    """The engine. `flows` are the workflows that it may run, all with the same settings; where one of them is
    JavaScript, `cache` is the folder of compiled templates. `changed` is CHANGED of those in JavaScript.
    """

    def __init__(self, folder: Path, flows: Iterable[Flow], cache: Path, *, changed: bool = True) -> None:
        self.clock = ManualClock()
        self.engine: Engine
        self.journal: Journal
        self.changed = changed
        self._flows = {flow.feature: flow for flow in flows}
        [said] = {json.dumps(flow.settings) for flow in self._flows.values()}
        self.settings = EngineSettings(hibernate_after_idle_ms=_IDLE_MS, **json.loads(said))
        self._alone = itertools.count()
        self._folder = folder
        self._cache = cache
        self._stack = AsyncExitStack()
        self._loader: Loader | None = None

    async def open(self) -> None:
        """Open the files, without an engine yet."""
        database = await Database.open(self._folder / "playground.db")
        self._stack.push_async_callback(database.close)
        self.journal = Journal(database)

    async def start(self) -> None:
        """Start the engine."""
        if all(flow.source is None for flow in self._flows.values()):
            self.engine = Engine(self.journal, self.clock, {}, self.settings)
            for name, factory in self._python().items():
                self.engine.register(name, factory, strict=self._flows[name].strict)
            await self.engine.start()
            self._stack.push_async_callback(self.engine.close)
            return
        await self.close()
        settings = PoolSettings(cache_dir=self._cache, standby=False)
        opened = open_platform(
            self._folder, self._workflows, clock=self.clock, isolates=settings, engine=self.settings
        )
        platform = await self._stack.enter_async_context(opened)
        self.engine, self.journal = platform.engine, platform.engine._journal
        self._loader = platform.loader

    async def close(self) -> None:
        """End the engine, and close the files."""
        await self._stack.aclose()

    def workflow_of(self, flow: Flow) -> str:
        """The name that the flow is registered under."""
        return flow.feature if flow.source is None else JAVASCRIPT

    def params_of(self, flow: Flow) -> Any:
        """What an instance of the flow is created with."""
        return flow.params if flow.source is None else wrap_params(flow.params, {"feature": flow.feature})

    async def find(self, flow: Flow, id: str, scope: str = "") -> Instance:
        """The instance of that id."""
        return await self.engine.workflow(self.workflow_of(flow), scope).get(id)

    async def entries(self, instance: Instance, after: int = 0) -> list[tuple[int, Entry]]:
        """The instance's own entries since its last restart from the top, with their seqs, after that seq."""
        row = await self.journal.by_key(instance._key)
        assert row is not None
        about = {"key": row.key, "after": max(after, row.base_seq - 1)}
        rows = await self.journal._database.read(_ENTRIES, about)
        return [(seq, Entry(time, type, json.loads(data), value)) for seq, time, type, data, value in rows]

    async def load(self, golden: Golden, flow: Flow, cut: int, scope: str) -> None:
        """Put the first `cut` commits into the journal, as if the last of them had just been made."""
        delta = self.clock.now() - golden.commits[cut - 1].entries[-1].time
        first, *story = [_moved(entry, delta) for entry in golden.commits[0].entries]
        new = NewInstance(
            scope,
            self.workflow_of(flow),
            golden.id,
            golden.created,
            golden.params,
            golden.engine_version,
            first,
            *golden.retention,
            schedule=golden.schedule,
            story=Story(story) if story else None,
        )
        ((key, _),) = await self.journal.create([new])
        seq = 2 + len(story)
        for commit in golden.commits[1:cut]:
            await self._append(commit, key, scope, seq, delta)
            seq += len(commit.entries)

    async def _append(self, commit: Commit, key: int, scope: str, seq: int, delta: int) -> None:
        entries = [_moved(entry, delta) for entry in commit.entries]
        streams = []
        for old, chunks in commit.streams.items():
            number = await self.journal.chunks.begin(key)
            for at, chunk in enumerate(chunks):
                await self.journal.chunks.append(number, at, chunk)
            stored = StoredStream(number, sum(map(len, chunks)))
            streams.append(stored)
            value = StoredStream(old, stored.size).encoded()
            entries = [e._replace(value=stored.encoded()) if e.value == value else e for e in entries]
        status = None
        if commit.status is not None:
            wake_at = commit.status[1]
            status = (commit.status[0], wake_at + delta if wake_at is not None else None)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def committed(positions: range | Exception) -> None:
            if isinstance(positions, Exception):
                done.set_exception(positions)
            else:
                done.set_result(None)

        restart: Any = commit.restart
        expires = commit.expires + delta if commit.expires is not None else None
        self.journal.append(Append(key, scope, seq, entries, status, streams, expires, restart), committed)
        await done

    async def pass_time(self) -> None:
        """Let a little time pass: until the next deadline, if that is near."""
        await self.quiet()
        deadline = self.clock.next_deadline
        left = _STEP_MS if deadline is None else max(1, min(_STEP_MS, deadline - self.clock.now()))
        await self.clock.advance(left)

    async def quiet(self) -> None:
        """Return when nothing is to be done without time passing."""
        calm = 0
        while calm < _CALM:
            await asyncio.sleep(0 if calm else 0.0005)
            calm = 0 if self._busy() else calm + 1

    def _busy(self) -> bool:
        executions, timers = self.engine._executions, self._timers()
        return bool(executions._waking) or any(
            not execution._loaded or execution.gate._holds > timers[execution] or execution.log._uncommitted
            for execution in executions._running.values()
        )

    def _timers(self) -> Counter[object]:
        """How many timers of their isolates hold executions: what waits for the clock has nothing to do until
        that goes on.
        """
        kept = self._loader._kept.values() if self._loader is not None else ()
        return Counter(
            _execution_of(context.run)
            for isolate in kept
            if isolate.session is not None
            for _, context in isolate.session._timers._set.values()
            if context is not None and context.run is not None
        )

    def _python(self) -> dict[str, Callable[[], Any]]:
        return {
            flow.feature: partial(_PythonRunner, flow.module, self.clock)
            for flow in self._flows.values()
            if flow.module is not None
        }

    def _workflows(self, platform: Platform) -> Mapping[str, Callable[[], Any]]:
        def load_runner(context: LoadRunnerContext) -> Runner:
            flow = self._flows[context.metadata["feature"]]
            code = WorkerCode(*flow.modules(changed=self.changed), limits=Limits(**flow.limits or {}))
            # what ends an isolate ends all that is under way there
            name = flow.feature if flow.limits is None else f"{flow.feature} {next(self._alone)}"
            made: Runner = platform.loader.get(name, code).get_entrypoint(flow.entrypoint)
            return made

        return {**self._python(), JAVASCRIPT: create_dynamic_workflow_entrypoint(load_runner)}


class _PythonRunner:
    def __init__(self, module: Any, clock: ManualClock) -> None:
        self._module = module
        self._clock = clock

    async def run(self, event: Any, step: Any) -> Any:
        self._module.clock = self._clock
        return await self._module.run(event, step)


def _moved(entry: Entry, delta: int) -> NewEntry:
    """The entry, later by `delta` ms, with its deadlines."""
    data = dict(entry.data)
    for name in ("until", "retryAt"):
        if data.get(name) is not None:
            data[name] += delta
    return NewEntry(entry.time + delta, entry.type, json.dumps(data), entry.value)


def encoded(value: bytes | None) -> Any:
    """A stored value as an argument of the engine."""
    return Encoded(value) if value is not None else None


def _execution_of(run: Run) -> object:
    return getattr(run.journaled, "_execution", None)
