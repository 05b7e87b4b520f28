"""A tenant's JavaScript on a bench: the real code, in a real isolate."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from playground.bridge.binding import DynamicWorkflowBinding, wrap_workflow_binding
from playground.bridge.entrypoint import LoadRunnerContext, create_dynamic_workflow_entrypoint
from playground.core.clock import ManualClock
from playground.core.ports import Runner
from playground.core.values import UNDEFINED
from playground.engine.engine import EngineSettings
from playground.engine.instance import Instance
from playground.isolates.code import WorkerCode
from playground.isolates.entrypoint import Entrypoint
from playground.isolates.loader import WorkerStub
from playground.isolates.log_line import LogLine, TailEvent
from playground.isolates.module import ModuleSource
from playground.isolates.request import Request, Response
from playground.platform import Platform
from playground.testing.bench import Bench, platform

NAME: Final = "tenant"
_MAIN: Final = "index.js"
_URL: Final = "https://tenant.internal/"


class TenantBench(Bench):
    """A bench with one tenant. `lines` are what it has logged outside runs."""

    def __init__(self, bench: Bench, stub: WorkerStub, binding: DynamicWorkflowBinding) -> None:
        super().__init__(bench.engine, bench.journal, bench.clock, bench.changes, bench.scope)
        self._names = [NAME]
        self._binding = binding
        self.stub = stub
        self.lines: list[str] = []

    async def create(
        self, params: Any = UNDEFINED, *, id: str | None = None, workflow: str | None = None
    ) -> Instance:
        """Create an instance as the tenant's `env.WORKFLOWS.create({ id, params })` does."""
        options: dict[str, Any] = {"params": params} if id is None else {"params": params, "id": id}
        made = await self._binding.create(options)
        return await self.workflow(workflow).get(made.id)

    async def fetch(self, request: Request | None = None) -> Response:
        """Call the tenant's own `fetch`, with a `GET` where there is no request."""
        return await self.entrypoint().fetch(request or Request("GET", _URL), tail=self.heard)

    def entrypoint(self, name: str | None = None) -> Entrypoint:
        """An export of the tenant's; its methods are called by their names."""
        return self.stub.get_entrypoint(name)

    def heard(self, event: TailEvent) -> None:
        """Keep a line."""
        if isinstance(event, LogLine) and event.instance is None:
            self.lines.append(event.message)


@asynccontextmanager
async def tenant(
    source: str | Mapping[str, ModuleSource],
    *,
    main: str | None = None,
    entrypoint: str = "TenantWorkflow",
    env: Mapping[str, Any] | None = None,
    binding: str = "WORKFLOWS",
    clock: ManualClock | None = None,
    settings: EngineSettings | None = None,
    cache: Path | None = None,
) -> AsyncIterator[TenantBench]:
    """Open a bench for a tenant's code: the main module's text, or modules by name (`main` is the first where
    it is not said).

    `entrypoint` is the class of its workflow, `env` what it is given beside `env.WORKFLOWS` (under the name
    `binding`). `cache` is as in `platform`. Raises what loading raises when it is first called: `LoadError`,
    `NoSuchEntrypoint`.
    """
    modules = {_MAIN: source} if isinstance(source, str) else dict(source)
    given: dict[str, Any] = dict(env or {})
    first = main if main is not None else next(iter(modules))
    stubs: list[WorkerStub] = []

    async def code() -> WorkerCode:
        return WorkerCode(first, modules, env=given)

    async def load_runner(context: LoadRunnerContext) -> Runner:
        runner: Runner = stubs[0].get_entrypoint(entrypoint)
        return runner

    def only_workflow(opened: Platform) -> dict[str, type[Runner]]:
        stubs.append(opened.loader.get(NAME, code))
        return {NAME: create_dynamic_workflow_entrypoint(load_runner)}

    async with AsyncExitStack() as stack:
        opened = platform(only_workflow, clock=clock, settings=settings, cache=cache)
        _, bench = await stack.enter_async_context(opened)
        workflows = wrap_workflow_binding(bench.workflow(NAME), {"tenant": NAME})
        given[binding] = workflows
        yield TenantBench(bench, stubs[0], workflows)
