"""A rollback goes on where its isolate takes longer to load than an idle run is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playground import (
    LoadRunnerContext,
    Platform,
    WorkerCode,
    WorkerStub,
    create_dynamic_workflow_entrypoint,
    open_platform,
    wrap_workflow_binding,
)
from playground.core.ports import Runner
from playground.engine.engine import EngineSettings
from playground.isolates.pool import PoolSettings
from tests.compiled import CACHE

SOURCE = """
import { WorkflowEntrypoint } from "cloudflare:workers";
export class Flow extends WorkflowEntrypoint {
  async run(event, step) {
    const undo = { rollback: async ({ stepName }) => this.env.undone(stepName) };
    for (const name of ["first", "second"]) await step.do(name, async () => name, undo);
    throw new RangeError("the end");
  }
}
export default {};
"""


async def test_an_isolate_that_is_loaded_slowly_is_waited_for(tmp_path: Path) -> None:
    loads = 0
    undone: list[str] = []
    stubs: list[WorkerStub] = []

    async def undo(name: str) -> None:
        undone.append(name)
        if len(undone) == 1:
            stubs[0].crash()
            await asyncio.Event().wait()

    def workflows(platform: Platform) -> dict[str, Callable[[], Runner]]:
        async def code() -> WorkerCode:
            nonlocal loads
            loads += 1
            await asyncio.sleep(0.3 if loads > 1 else 0)
            return WorkerCode("index.js", {"index.js": SOURCE}, env={"undone": undo})

        def load_runner(context: LoadRunnerContext) -> Any:
            stubs[:] = [platform.loader.get("tenant", code)]
            return stubs[0].get_entrypoint("Flow")

        return {"flow": create_dynamic_workflow_entrypoint(load_runner)}

    settings = EngineSettings(hibernate_after_idle_ms=30)
    pool = PoolSettings(cache_dir=CACHE, standby=False)
    async with open_platform(tmp_path, workflows, isolates=pool, engine=settings) as platform:
        engine = platform.engine
        instance = await wrap_workflow_binding(engine.workflow("flow"), {"tenant": "t"}).create()
        async with asyncio.timeout(30), engine.feed.subscribe(scope="") as commits:
            while (status := await instance.status())["status"] != "errored":
                await anext(commits)
    assert loads == 2
    assert undone == ["second", "second", "first"]
    assert status["rollback"] == {"outcome": "complete", "error": None}
