"""An engine on a bench: a folder that is thrown away, and a clock that stands still."""

from __future__ import annotations

import asyncio
import inspect
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from playground.core.clock import ManualClock
from playground.core.durations import YEAR, parse_duration
from playground.core.errors import WorkflowError
from playground.core.ports import WorkflowEvent
from playground.core.values import UNDEFINED
from playground.engine.engine import Engine, EngineSettings, RunnerFactory
from playground.engine.instance import Instance
from playground.engine.invocation import run_with
from playground.engine.workflow import Workflow
from playground.platform import Platform, Workflows
from playground.storage.database import Database
from playground.storage.journal import Journal
from playground.testing.changes import Registry
from playground.testing.introspector import InstanceIntrospector, WorkflowIntrospector
from playground.testing.isolates import isolates_of
from playground.testing.sight import IntrospectionError

__all__ = ["Bench", "IntrospectionError", "platform", "workflows"]

_LOOK_S: Final = 0.002
_PATIENCE_S: Final = 10.0


class Bench:
    """What the context managers of this package give.

    `clock` stands still until `advance`; `engine` is the engine itself. Where there is one workflow, methods
    need not be told its name.
    """

    def __init__(
        self, engine: Engine, journal: Journal, clock: ManualClock, changes: Registry, scope: str = ""
    ) -> None:
        self.engine = engine
        self.journal = journal
        self.clock = clock
        self.changes = changes
        self.scope = scope
        self._names: list[str] = []

    def register(self, name: str, factory: RunnerFactory, schedules: Sequence[str] = ()) -> None:
        """Name a workflow, as `Engine.register` does."""
        self.engine.register(name, lambda: _Introspected(self, factory), schedules=schedules)
        self._names.append(name)

    def workflow(self, name: str | None = None) -> Workflow:
        """The engine's handle of a workflow. Raises `LookupError` for one that is not there."""
        return self.engine.workflow(self._name(name), self.scope)

    async def create(
        self, params: Any = UNDEFINED, *, id: str | None = None, workflow: str | None = None
    ) -> Instance:
        """Create an instance; `await instance.result()` waits for its output."""
        return await self.workflow(workflow).create(id, params)

    def introspect_instance(self, id: str, *, workflow: str | None = None) -> InstanceIntrospector:
        """Look into the instance of that id, and change it: before it is created, or later. To be entered
        with `async with`.
        """
        return InstanceIntrospector(self, self._name(workflow), id)

    def introspect_workflow(self, workflow: str | None = None) -> WorkflowIntrospector:
        """Look into and change all instances that are created from now on. To be entered, too."""
        return WorkflowIntrospector(self, self._name(workflow))

    async def advance(self, duration: float | str, *, patience: float = _PATIENCE_S) -> None:
        """Move the clock on by a number of ms or a text like `"3 days"`.

        Each deadline on the way comes at its own time, and what follows from it has happened before the next
        one, and before this returns. A callback or a run that waits for something else than the engine is
        waited for no longer than `patience`, in real seconds, each time.
        """
        target = self.clock.now() + parse_duration(duration)
        await self.settle(patience=patience)
        while (deadline := self.clock.next_deadline) is not None and deadline <= target:
            await self.clock.advance(max(0, deadline - self.clock.now()))
            await self.settle(patience=patience)
        await self.clock.advance(max(0, target - self.clock.now()))
        await self.settle(patience=patience)

    async def settle(self, *, patience: float = _PATIENCE_S) -> bool:
        """Return when all instances only wait, or have ended; that is committed then. Answers False where
        that was not so within `patience`, in real seconds.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        while not await self.engine.settled():
            if loop.time() > until:
                return False
            await asyncio.sleep(_LOOK_S)
        return True

    async def send_unsent(self, workflow: str, instance: str) -> None:
        """Send an instance what is mocked for it and was not sent."""
        for changes in self.changes.of(workflow, instance):
            for type, payload in changes.unsent(instance):
                found = await self.engine.workflow(workflow, self.scope).get(instance)
                await found.send_event(type=type, payload=payload)

    def _name(self, workflow: str | None) -> str:
        if workflow is not None:
            self.engine.workflow(workflow, self.scope)
            return workflow
        if len(self._names) != 1:
            raise WorkflowError(f"which workflow? There are {', '.join(sorted(self._names)) or 'none'}")
        return self._names[0]


class _Introspected:
    """A workflow whose instances are sent the events that are mocked for them, and run then."""

    def __init__(self, bench: Bench, factory: RunnerFactory) -> None:
        self._bench = bench
        self._factory = factory

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        await self._bench.send_unsent(event.workflow_name, event.instance_id)
        made = self._factory()
        runner = await made if inspect.isawaitable(made) else made
        return await run_with(runner, event, step)


@asynccontextmanager
async def workflows(
    workflows: RunnerFactory | Mapping[str, RunnerFactory],
    *,
    schedules: Mapping[str, Sequence[str]] | None = None,
    clock: ManualClock | None = None,
    settings: EngineSettings | None = None,
) -> AsyncIterator[Bench]:
    """Open an engine for workflows in Python: one class, which is named like itself, or several by name.

    `schedules` are cron expressions by workflow, which fire as the clock is moved; `settings` are the
    engine's, `clock` one that the test moves itself.
    """
    if isinstance(workflows, Mapping):
        named = dict(workflows)
    else:
        named = {getattr(workflows, "__name__", "workflow"): workflows}
    async with AsyncExitStack() as stack:
        folder = await _folder(stack)
        bench, _ = await open_bench(stack, folder, clock, settings)
        for name, factory in named.items():
            bench.register(name, factory, (schedules or {}).get(name, ()))
        await start(stack, bench)
        yield bench


@asynccontextmanager
async def platform(
    workflows: Workflows,
    *,
    clock: ManualClock | None = None,
    settings: EngineSettings | None = None,
    scope: str = "",
    cache: Path | None = None,
) -> AsyncIterator[tuple[Platform, Bench]]:
    """Open a platform of your own, as `playground.open_platform` does: `workflows(platform)` names the
    workflows, whose isolates are real. Gives the platform, and the bench for it.

    Isolates have the real time. `scope` is the one in which the platform makes its instances. `cache` is a
    folder for their compiled template, which takes some seconds to make; it is in the user's cache folder
    where none is given.
    """
    async with AsyncExitStack() as stack:
        folder = await _folder(stack)
        bench, database = await open_bench(stack, folder, clock, settings, scope)
        pool, loader = await isolates_of(stack, cache)
        opened = Platform(bench.clock, database, bench.engine, pool, loader)
        for name, factory in workflows(opened).items():
            bench.register(name, factory)
        await start(stack, bench)
        yield opened, bench


async def open_bench(
    stack: AsyncExitStack,
    folder: Path,
    clock: ManualClock | None,
    settings: EngineSettings | None,
    scope: str = "",
) -> tuple[Bench, Database]:
    """A bench without workflows, whose engine is not started; `stack` closes its database."""
    database = await Database.open(folder / "playground.db")
    stack.push_async_callback(database.close)
    journal, time, changes = Journal(database), clock or ManualClock(), Registry()
    # all deadlines in memory: an hour that passes is no reason to look for more of them
    chosen = replace(settings or EngineSettings(), horizon_ms=2 * YEAR)
    engine = Engine(journal, time, {}, chosen, introspection=changes)
    return Bench(engine, journal, time, changes, scope), database


async def start(stack: AsyncExitStack, bench: Bench) -> None:
    """Start the engine; `stack` closes it."""
    await bench.engine.start()
    stack.push_async_callback(bench.engine.close)


async def _folder(stack: AsyncExitStack) -> Path:
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="playground-testing-"))
    stack.push_async_callback(asyncio.to_thread, shutil.rmtree, folder, ignore_errors=True)
    return folder
