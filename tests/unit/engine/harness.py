"""An engine on a manual clock over files of its own, and a second one over a copy of them: a crash."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playground.core.clock import ManualClock
from playground.core.codec import decode
from playground.core.errors import RemoteError, WorkflowFatalError
from playground.engine.engine import Engine, EngineSettings, Instance, InstanceStatus
from playground.engine.entries import FINISHED
from playground.engine.step import WorkflowStep
from playground.engine.view import entry_json
from playground.storage.database import Database
from playground.storage.journal import Journal

Run = Callable[[WorkflowStep], Awaitable[Any]]

PATIENCE_S = 20.0


class Server:
    """An open engine. Workflows are set by name in `workflows` before or after it was opened."""

    def __init__(self, folder: Path, clock: ManualClock, settings: EngineSettings) -> None:
        self.folder = folder
        self.clock = clock
        self.settings = settings
        self.database: Database
        self.engine: Engine
        self._others: list[Server] = []

    async def open(self) -> None:
        self.database = await Database.open(self.folder / "engine.db")
        self.engine = Engine(Journal(self.database), self.clock, {}, self.settings)

    async def close(self) -> None:
        for other in self._others:
            await other.close()
        await self.engine.close()
        await self.database.close()

    def register(self, run: Run, name: str = "test") -> None:
        """Have `run(step)` be the workflow `name`."""

        class Workflow:
            async def run(self, event: Any, step: WorkflowStep) -> Any:
                return await run(step)

        self.engine.register(name, Workflow)

    async def start(
        self, run: Run, *, id: str | None = None, params: Any = None, scope: str = ""
    ) -> Instance:
        """Register `run` and create an instance of it."""
        self.register(run)
        return await self.engine.workflow("test", scope).create(id, params)

    async def finish(self, run: Run) -> InstanceStatus:
        """Run it to its end without moving the clock."""
        return await self.ended(await self.start(run))

    async def output(self, run: Run) -> Any:
        """The decoded output of a run that completes."""
        status = await self.finish(run)
        assert status.status == "complete", status
        assert status.output is not None
        return decode(status.output)

    async def error(self, run: Run) -> tuple[str, str]:
        """Name and message of the error of a run that fails."""
        status = await self.finish(run)
        assert status.status == "errored", status
        assert status.error is not None
        return status.error.name, status.error.message

    async def ended(self, instance: Instance, scope: str = "") -> InstanceStatus:
        """The status once the instance has finished."""
        return await self.status(instance, *FINISHED, scope=scope)

    async def status(self, instance: Instance, *wanted: str, scope: str = "") -> InstanceStatus:
        """The status once it is one of `wanted`."""
        async with (
            asyncio.timeout(PATIENCE_S),
            self.engine.feed.subscribe(scope=scope, instance=instance.id) as wakes,
        ):
            while (status := await instance.status()).status not in wanted:
                await anext(wakes)
        return status

    async def waiting(self, instance: Instance) -> None:
        """Return when the instance only waits."""
        await self.status(instance, "waiting")

    async def seen(self, instance: Instance, type: str, times: int = 1, scope: str = "") -> None:
        """Return when the log holds `times` entries of `type`."""
        async with (
            asyncio.timeout(PATIENCE_S),
            self.engine.feed.subscribe(scope=scope, instance=instance.id) as wakes,
        ):
            while len(await self.entries(instance, type, scope=scope)) < times:
                await anext(wakes)

    async def entries(self, instance: Instance, *types: str, scope: str = "") -> list[dict[str, Any]]:
        """The log's entries as JSON; only those of `types`, where any are given."""
        log = await self.engine.history(scope, instance.id)
        return [entry_json(entry) for entry in log if not types or entry.type in types]

    async def types(self, instance: Instance) -> list[str]:
        """The types of the log's entries."""
        return [entry.type for entry in await self.engine.history("", instance.id)]

    async def advance(self, milliseconds: int) -> None:
        """Move the clock on."""
        await self.clock.advance(milliseconds)

    async def forgotten(self) -> None:
        """Return when no instance is in memory."""
        async with asyncio.timeout(PATIENCE_S):
            while self.engine.in_memory:
                await asyncio.sleep(0)

    async def hibernated(self, instance: Instance) -> None:
        """Return when the instance waits and has left memory, for which such tests give it 10 ms."""
        await self.waiting(instance)
        await self.advance(20)
        await self.forgotten()

    async def crash(self, run: Run) -> Server:
        """A second server over what is on the disk now, as if this one had been killed; not started yet."""
        folder = self.folder / f"after-crash-{len(self._others)}"
        folder.mkdir()
        for file in self.folder.glob("engine.db*"):
            if not file.name.endswith(".lock"):
                shutil.copy(file, folder)
        await self.engine.close()
        after = Server(folder, self.clock, self.settings)
        self._others.append(after)
        await after.open()
        after.register(run)
        return after

    async def find(self, id: str) -> Instance:
        """The instance of that id."""
        return await self.engine.workflow("test").get(id)


class Gate:
    """Holds a callback until the test opens it, and tells the test that it was reached."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def __call__(self) -> None:
        self.reached.set()
        await self.opened.wait()


async def fails_with(step: WorkflowStep, *arguments: Any) -> tuple[str, str]:
    """Name and message of what `step.do` raises."""
    try:
        await step.do(*arguments)
    except RemoteError as error:
        return error.name, error.message
    except WorkflowFatalError as error:
        return error.name, error.message
    raise AssertionError("the step did not fail")


async def turns(count: int = 40) -> None:
    """Let the event loop go around so often."""
    for _ in range(count):
        await asyncio.sleep(0)


async def quiet() -> None:
    """Let everything that could happen now happen."""
    await asyncio.sleep(0.03)


async def status(instance: Instance) -> str:
    """What the instance's status is called."""
    return (await instance.status()).status


async def output(server: Server, instance: Instance) -> Any:
    """The decoded output of an instance that completes."""
    ended = await server.ended(instance)
    assert ended.status == "complete", ended
    assert ended.output is not None
    return decode(ended.output)
