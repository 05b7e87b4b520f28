"""The playground's own platform: a session is a tenant, and each version of its code has an isolate.

It does what a builder of a platform does with the public names of this package: hand each tenant a wrapped
binding, and load the code that an instance's metadata names. Code is stored before it is run, so the
metadata holds no more than its version.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec

from playground.bridge.binding import InstanceStub, wrap_workflow_binding
from playground.bridge.entrypoint import LoadRunnerContext, create_dynamic_workflow_entrypoint
from playground.bridge.rehearsal import RehearsedBinding
from playground.bridge.starts import LoggedWorkflow, Starts
from playground.core.errors import IsolateLost, LimitExceeded, TenantError
from playground.core.ports import Runner
from playground.engine.debug_entries import DebugSet
from playground.engine.version_entries import Lineage
from playground.isolates.code import WorkerCode
from playground.isolates.entrypoint import Entrypoint
from playground.isolates.loader import Loader, WorkerStub
from playground.isolates.module import ModuleSource
from playground.isolates.request import Request
from playground.isolates.version import digest

WORKFLOW_CLASS: Final = "TenantWorkflow"
_START_URL: Final = "https://tenant.internal/start"
_MOST_STUBS: Final = 1024
"""Handles of versions that are kept: they hold no isolate, and are made anew where they are gone."""


class TenantCode(Protocol):
    """One version of a tenant's code: modules by name, and the name of the main one."""

    @property
    def main(self) -> str: ...
    @property
    def modules(self) -> Mapping[str, ModuleSource]: ...


class CodeSource(Protocol):
    """Where stored versions come from."""

    async def code(self, tenant: str, version: str) -> TenantCode | None:
        """The version's code, or None where there is no such version."""
        ...


@dataclass(frozen=True, slots=True)
class StartAnswer:
    """What the tenant's `fetch` answered: the HTTP status, and the body's text."""

    status: int
    text: str


class TenantDispatcher:
    """Starts runs through tenants' `fetch` handlers, and loads their workflows when the engine runs them.

    `workflow_of(tenant)` is the engine's handle in which the tenant's instances live.
    """

    def __init__(
        self, loader: Loader, source: CodeSource, workflow_of: Callable[[str], LoggedWorkflow]
    ) -> None:
        self._loader = loader
        self._source = source
        self._workflow_of = workflow_of
        self._starts = Starts()
        self._stubs: OrderedDict[tuple[str, str], WorkerStub] = OrderedDict()

    async def start(
        self,
        tenant: str,
        version: str,
        run_id: str,
        payload: Any,
        debug: DebugSet | None = None,
        lineage: Lineage | None = None,
    ) -> StartAnswer:
        """Call the tenant's `fetch` with `{id: run_id, payload}` and hand on its answer. What it creates
        meanwhile is debugged as `debug` says; `lineage` is where the run comes from.

        Raises what loading raises (`LoadError`, `LimitExceeded`, …) and, as a `RemoteError`, what the
        handler throws.
        """
        body = msgspec.json.encode({"id": run_id, "payload": payload})
        request = Request("POST", _START_URL, {"content-type": "application/json"}, body)
        start = self._starts.begin(tenant, run_id, debug, lineage)
        try:
            response = await self._stub(tenant, version).get_entrypoint().fetch(request, tail=start.add)
            return StartAnswer(response.status, response.text())
        except (IsolateLost, LimitExceeded):
            # a handler shares the isolate with the run that it created, and may end with it
            if start.instance is None:
                raise
            status = await InstanceStub(start.instance).status()
            return StartAnswer(200, msgspec.json.encode({"id": run_id, "status": status}).decode())
        finally:
            await self._starts.end(tenant, run_id)

    async def crash(self, tenant: str, version: str) -> bool:
        """Throw away the isolate of a version of the tenant's code, whatever is under way there; answers
        whether there was one. What was under way begins again by itself.
        """
        return self._stub(tenant, version).crash()

    async def load_runner(self, context: LoadRunnerContext) -> Runner:
        """The tenant's workflow class, in the version that the instance was created with."""
        tenant, version = context.metadata.get("tenant"), context.metadata.get("version")
        if not isinstance(tenant, str) or not isinstance(version, str):
            raise TenantError("the dispatcher metadata names no tenant and version")
        runner: Entrypoint = self._stub(tenant, version).get_entrypoint(WORKFLOW_CLASS)
        return runner

    @asynccontextmanager
    async def rehearsal(
        self, tenant: str, main: str, modules: Mapping[str, ModuleSource]
    ) -> AsyncIterator[type[Runner]]:
        """What runs the code in an isolate of its own, which is thrown away when the context ends. Nothing
        that it is given reaches outside.
        """
        env = {"WORKFLOWS": RehearsedBinding()}
        stub = self._loader.load(WorkerCode(main, modules, env=env, tenant=tenant))

        def load_runner(context: LoadRunnerContext) -> Runner:
            runner: Entrypoint = stub.get_entrypoint(WORKFLOW_CLASS)
            return runner

        try:
            yield create_dynamic_workflow_entrypoint(load_runner)
        finally:
            stub.discard()

    def _stub(self, tenant: str, version: str) -> WorkerStub:
        stub = self._stubs.pop((tenant, version), None) or self._made(tenant, version)
        self._stubs[tenant, version] = stub
        if len(self._stubs) > _MOST_STUBS:
            self._stubs.popitem(last=False)
        return stub

    def _made(self, tenant: str, version: str) -> WorkerStub:
        env = self._env(tenant, version)

        async def code() -> WorkerCode:
            stored = await self._source.code(tenant, version)
            if stored is None:
                raise TenantError(f"version {version} of the code is not stored")
            return WorkerCode(stored.main, stored.modules, env=env, tenant=tenant)

        # the stored version is the code's alone; an isolate is also what it was given
        return self._loader.get(f"{tenant}/{version}/{digest(env)[:16]}", code)

    def _env(self, tenant: str, version: str) -> dict[str, Any]:
        workflows = wrap_workflow_binding(
            self._starts.watch(tenant, self._workflow_of(tenant)),
            {"tenant": tenant, "version": version},
            identity=["tenant"],
        )
        return {"WORKFLOWS": workflows}
