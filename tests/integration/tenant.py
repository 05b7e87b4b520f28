"""A platform over files of its own, and one tenant on it, whose runs can be looked at from all sides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from playground.bridge.binding import InstanceStub, wrap_workflow_binding
from playground.bridge.entrypoint import LoadRunnerContext, create_dynamic_workflow_entrypoint
from playground.core.ports import Runner
from playground.engine.view import entry_json
from playground.isolates.loader import WorkerCode
from playground.isolates.pool import PoolSettings
from playground.platform import Platform, open_platform

PATIENCE_S = 30.0
FLOW = """
import { WorkflowEntrypoint } from "cloudflare:workers";
export class Flow extends WorkflowEntrypoint { async run(event, step) { const { env } = this; %s } }
export default {};
"""


class Tenant:
    """A platform that can be closed and opened again over the same files, and one tenant on it."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self._folder = folder
        self._cache = cache
        self._stack = AsyncExitStack()
        self._source = ""
        self.id = "one"
        """Of the instance that is started, found and looked at."""
        self.env: dict[str, Any] = {}
        self.platform: Platform
        self.loads = 0

    async def open(self, **changes: Any) -> None:
        settings = PoolSettings(cache_dir=self._cache, standby=False, **changes)
        opened = open_platform(self._folder, self._workflows, isolates=settings)
        self.platform = await self._stack.enter_async_context(opened)

    async def close(self) -> None:
        await self._stack.aclose()

    async def reopen(self, **changes: Any) -> None:
        """Stop the server and start another one, with other settings of the isolates where any are given:
        every unfinished instance is replayed.
        """
        await self.close()
        await self.open(**changes)

    def lose_isolates(self) -> None:
        """Kill the process that they live in."""
        link = self.platform.pool._places[0].link
        assert link is not None
        link.end("a test")

    def _workflows(self, platform: Platform) -> dict[str, Callable[[], Runner]]:
        def load_runner(context: LoadRunnerContext) -> Runner:
            code = WorkerCode("index.js", {"index.js": self._source}, env=self.env)
            made: Runner = platform.loader.get("tenant", code).get_entrypoint("Flow")
            return made

        return {"flow": create_dynamic_workflow_entrypoint(load_runner)}

    async def start(self, body: str, params: Any = None) -> InstanceStub:
        self._source = FLOW % body
        binding = wrap_workflow_binding(self.platform.engine.workflow("flow"), {"tenant": "t"})
        return await binding.create({"id": self.id, "params": params})

    async def found(self) -> InstanceStub:
        binding = wrap_workflow_binding(self.platform.engine.workflow("flow"), {"tenant": "t"})
        return await binding.get(self.id)

    async def until(self, stub: InstanceStub, *statuses: str) -> dict[str, Any]:
        async with (
            asyncio.timeout(PATIENCE_S),
            self.platform.engine.feed.subscribe(scope="") as wakes,
        ):
            while (status := await stub.status())["status"] not in statuses:
                await anext(wakes)
        return status

    async def output(self, body: str, params: Any = None) -> Any:
        status = await self.until(await self.start(body, params), "complete", "errored")
        assert status["status"] == "complete", status
        return status["output"]

    async def entries(self, *types: str) -> list[dict[str, Any]]:
        log = await self.platform.engine.history("", self.id)
        return [entry_json(entry) for entry in log if not types or entry.type in types]

    @property
    def turns(self) -> int:
        """Turns of isolates so far."""
        return sum(place.link.turns for place in self.platform.pool._places if place.link is not None)
