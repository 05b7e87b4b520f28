"""A dispatcher whose tenants' code is the name of a Python workflow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from playground.bridge import (
    LoadRunner,
    LoadRunnerContext,
    create_dynamic_workflow_entrypoint,
    wrap_workflow_binding,
)
from playground.bridge.starts import Start, Starts
from playground.core import errors
from playground.core.ports import Runner
from playground.engine.debug_entries import DebugSet
from playground.engine.engine import Engine
from playground.engine.version_entries import Lineage
from playground.isolates.module import text_of
from playground.storage.versions import ModuleJson, Versions
from tests.web.workflows import WORKFLOWS

FAILURES: dict[str, errors.PlaygroundError] = {
    "syntax error": errors.LoadError(
        "unexpected token", name="SyntaxError", module="index.js", line=3, column=7
    ),
    "spins": errors.LimitExceeded("CPU_LIMIT", "used more than 1000 ms"),
    "throws": errors.RemoteError(
        errors.ErrorRecord("TypeError", "x is not a function", stack="at index.js:1")
    ),
    "throws at a place": errors.RemoteError(
        errors.ErrorRecord(
            "TypeError",
            "not a function",
            stack="at made (native)\n at fetch (index.js:1:8)\n at other (index.js:9:9)",
        )
    ),
    "no class": errors.NoSuchEntrypoint("TenantWorkflow"),
    "lost": errors.IsolateLost("worker process 4242 died"),
    "disk full": errors.DiskFull(),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a `fetch` handler answered."""

    status: int
    text: str


ANSWERS = {
    "answers 418": Answer(418, "short and stout"),
    "answers 500 with nothing": Answer(500, ""),
    "answers text": Answer(200, "hello"),
    "answers null": Answer(200, "null"),
    "answers a list": Answer(200, "[]"),
    "answers nothing known": Answer(200, '{"other": 1}'),
    "answers deep": Answer(200, "[" * 100_000),
    "answers its own id": Answer(200, '{"id": "other", "status": "anything"}'),
}


class PythonDispatcher:
    """Starts `WORKFLOWS[source]`, or fails or answers as the tables above say."""

    def __init__(self, engine: Engine, versions: Versions) -> None:
        self._engine = engine
        self._versions = versions
        self.payloads: list[Any] = []
        self.crashed: list[tuple[str, str]] = []
        self.rehearsed: list[str] = []
        self._starts = Starts()

    async def crash(self, tenant: str, version: str) -> bool:
        self.crashed.append((tenant, version))
        return True

    @asynccontextmanager
    async def rehearsal(
        self, tenant: str, main: str, modules: Mapping[str, ModuleJson]
    ) -> AsyncIterator[type[Runner]]:
        def load_runner(context: LoadRunnerContext) -> Runner:
            source = text_of(modules[main]) or ""
            if source in FAILURES:
                raise FAILURES[source]
            return WORKFLOWS[source]()

        self.rehearsed.append(tenant)
        yield create_dynamic_workflow_entrypoint(load_runner)

    async def start(
        self,
        tenant: str,
        version: str,
        run_id: str,
        payload: Any,
        debug: DebugSet | None = None,
        lineage: Lineage | None = None,
    ) -> Answer:
        self.payloads.append(payload)
        start = self._starts.begin(tenant, run_id, debug, lineage)
        try:
            return await self._start(tenant, version, run_id, payload, start)
        finally:
            await self._starts.end(tenant, run_id)

    async def _start(self, tenant: str, version: str, run_id: str, payload: Any, start: Start) -> Answer:
        code = await self._versions.code(tenant, version)
        assert code is not None, "the version is stored before it is asked for"
        source = text_of(code.modules[code.main]) or ""
        if source in FAILURES:
            raise FAILURES[source]
        if source in ANSWERS:
            return ANSWERS[source]
        if source == "never answers":
            await asyncio.Event().wait()
        workflow = self._engine.workflow("dynamic-workflow", tenant)
        watched = self._starts.watch(tenant, workflow)
        binding = wrap_workflow_binding(watched, {"tenant": tenant, "version": version}, identity=["tenant"])
        instance = await binding.create({"id": run_id, "params": payload})
        body = {"id": instance.id, "status": await instance.status()}
        return Answer(200, msgspec.json.encode(body).decode())


def load_runner_from(versions: Versions) -> LoadRunner:
    """A `load_runner` that finds the workflow whose name is the stored source."""

    async def load_runner(context: LoadRunnerContext) -> Runner:
        code = await versions.code(context.metadata["tenant"], context.metadata["version"])
        assert code is not None
        return WORKFLOWS[text_of(code.modules[code.main]) or ""]()

    return load_runner
