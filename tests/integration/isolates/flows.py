"""Workflows in JavaScript over a real engine and a real isolate."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playground.core.clock import ManualClock
from playground.core.codec import decode
from playground.engine.engine import EngineSettings, Instance, InstanceStatus
from playground.isolates.code import WorkerCode
from playground.isolates.entrypoint import Entrypoint
from tests.integration.isolates.conftest import Isolates
from tests.unit.engine.harness import Server

HEAD = """
import { WorkflowEntrypoint } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
const once = { retries: { limit: 0, delay: 0 } };
const say = (...what) => console.log(JSON.stringify(what));
const named = (error) => `${error.name}: ${error.message}`;
export class Flow extends WorkflowEntrypoint {
  async run(event, step) {
"""


class Flows:
    """An engine whose workflow is the source that was given last. Its clock moves by itself, an hour a moment
    where `hasty`.
    """

    def __init__(self, server: Server, isolates: Isolates) -> None:
        self.server = server
        self.clock = server.clock
        self._isolates = isolates
        self._count = 0
        self._env: Callable[[], dict[str, Any]] = dict
        self.entrypoint: Entrypoint
        self.stub: Any

    def bind(self, env: Callable[[], dict[str, Any]]) -> None:
        """Give the workflows that are loaded from now on what `env` gives."""
        self._env = env

    def use(self, body: str) -> None:
        """Have the workflow's `run(event, step)` do `body`."""
        source = HEAD + body + "\n} }"
        self._count += 1

        async def factory() -> WorkerCode:
            return WorkerCode("index.js", {"index.js": source}, env=self._env())

        self.stub = self._isolates.loader.get(f"flow/{self._count}", factory)
        self.entrypoint = self.stub.get_entrypoint("Flow")

    async def start(self, body: str, params: Any = None) -> Instance:
        """Create an instance that does `body`."""
        self.use(body)
        return await self.server.engine.workflow("flow").create(None, params)

    async def ended(self, body: str, params: Any = None) -> InstanceStatus:
        """What an instance comes to that does `body`."""
        return await self.server.ended(await self.start(body, params))

    async def output(self, body: str, params: Any = None) -> Any:
        """What it gives."""
        status = await self.ended(body, params)
        assert status.status == "complete", status
        assert status.output is not None
        return decode(status.output)

    async def error(self, body: str) -> tuple[str, str]:
        """Name and message of what it throws."""
        status = await self.ended(body)
        assert status.error is not None, status
        return status.error.name, status.error.message

    async def said(self, instance: Instance) -> list[Any]:
        """What `say` said; not what the runtime logs by itself."""
        lines = await self.server.entries(instance, "log")
        return [json.loads(line["message"]) for line in lines if line["kind"] == "log"]

    async def lose_isolate(self) -> None:
        """The isolate is gone, as in a crash of its process."""
        async with self.stub.session() as session:
            session.close()

    async def pass_time(self, milliseconds: int) -> None:
        """Let time pass, so much a moment, until this is cancelled."""
        while True:
            await self.clock.advance(milliseconds)
            await asyncio.sleep(0.0005)


@asynccontextmanager
async def opened(
    isolates: Isolates, folder: Path, *, settings: EngineSettings | None = None, pace_ms: int = 3
) -> AsyncIterator[Flows]:
    """An engine on a manual clock that moves by `pace_ms` a moment."""
    server = Server(folder, ManualClock(), settings if settings is not None else EngineSettings())
    await server.open()
    flows = Flows(server, isolates)
    server.engine.register("flow", lambda: flows.entrypoint)
    await server.engine.start()
    passing = asyncio.create_task(flows.pass_time(pace_ms))
    try:
        yield flows
    finally:
        passing.cancel()
        await server.close()
