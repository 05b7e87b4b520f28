"""This project without HTTP: `python -m benchmarks.peers.playground_binding FOLDER PORT tenant|python`.

`tenant`: JavaScript in an isolate, created through its binding. `python`: a Python workflow in the engine.
Either creates, waits to be told of the end, and reads the result.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.engine import Trivial
from benchmarks.peers.driver import Client, Run, answer, expect
from benchmarks.tenants import TENANT, Bench, opened
from playground import __version__
from playground.allocator import keep_freed_memory, settle_what_stays
from playground.bridge.binding import wrap_workflow_binding
from playground.core.clock import SystemClock
from playground.engine.engine import Engine
from playground.storage.database import Database
from playground.storage.journal import Journal

FINISHED = ("complete", "errored")


def tenant_client(bench: Bench) -> Client:
    """Clients that call a tenant's `env.WORKFLOWS`."""
    scopes = iter(range(1 << 30))

    @asynccontextmanager
    async def client() -> AsyncIterator[Run]:
        scope = f"client-{next(scopes)}"
        workflow = bench.engine.workflow("flow", scope)
        binding = wrap_workflow_binding(workflow, {**TENANT, "class": "Three"})
        async with bench.engine.feed.subscribe(scope=scope) as wakes:

            async def run(number: int) -> None:
                stub = await binding.create({"params": number})
                while (await anext(wakes)).status not in FINISHED:
                    pass
                status: dict[str, Any] = await stub.status()
                expect(status["output"], number)

            yield run

    return client


def python_client(engine: Engine) -> Client:
    """Clients that call the engine."""
    scopes = iter(range(1 << 30))

    @asynccontextmanager
    async def client() -> AsyncIterator[Run]:
        scope = f"client-{next(scopes)}"
        workflow = engine.workflow("trivial", scope)
        async with engine.feed.subscribe(scope=scope) as wakes:

            async def run(number: int) -> None:
                instance = await workflow.create(params=number)
                while (await anext(wakes)).status not in FINISHED:
                    pass
                expect(await instance.result(), number)

            yield run

    return client


async def main(folder: Path, kind: str) -> None:
    """Open the platform, or the engine alone."""
    about = {"version": __version__}
    if kind == "tenant":
        async with opened(folder) as bench:
            await answer(tenant_client(bench), about)
        return
    database = await Database.open(folder / "engine.db")
    engine = Engine(Journal(database), SystemClock(), {"trivial": Trivial})
    await engine.start()
    settle_what_stays()
    try:
        await answer(python_client(engine), about)
    finally:
        await engine.close()
        await database.close()


if __name__ == "__main__":
    keep_freed_memory()
    uvloop.run(main(Path(sys.argv[1]), sys.argv[3]))
