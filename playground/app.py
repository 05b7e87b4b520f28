"""The composition root: builds the services bottom-up and hands them to the web."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground import __version__
from playground.allocator import keep_freed_memory, settle_what_stays
from playground.bridge.dispatcher import TenantDispatcher
from playground.bridge.entrypoint import create_dynamic_workflow_entrypoint
from playground.core import faults
from playground.core.errors import PlaygroundError
from playground.engine.engine import EngineSettings
from playground.isolates.pool import PoolSettings
from playground.platform import Platform, open_platform
from playground.settings import Settings, asset_dir
from playground.storage.sessions import Sessions
from playground.storage.shares import Shares
from playground.storage.versions import Versions
from playground.web.app import create_app
from playground.web.services import Services, WebSettings

WORKFLOW: Final = "dynamic-workflow"


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Everything that the web needs, open until the context ends."""
    isolates = PoolSettings(
        workers=settings.workers,
        cpu_ms=settings.cpu_ms,
        attempt_cpu_ms=settings.attempt_cpu_ms,
        tenant_cpu_ms=settings.tenant_cpu_ms,
        calls_per_second=settings.calls_per_second,
        memory_mib=settings.memory_mib,
        recycle_isolates=settings.recycle_isolates,
        recycle_mib=settings.recycle_mib,
        cache_dir=settings.cache or settings.data / "cache",
    )
    made: list[tuple[Versions, TenantDispatcher]] = []

    def workflows(platform: Platform) -> dict[str, type]:
        versions = Versions(platform.database)
        dispatcher = TenantDispatcher(
            platform.loader, versions, lambda tenant: platform.engine.workflow(WORKFLOW, tenant)
        )
        made.append((versions, dispatcher))
        return {WORKFLOW: create_dynamic_workflow_entrypoint(dispatcher.load_runner)}

    engine = EngineSettings(step_limit=settings.step_limit, strict=bool(settings.strict))
    async with open_platform(settings.data, workflows, isolates=isolates, engine=engine) as platform:
        versions, dispatcher = made[0]
        yield Services(
            engine=platform.engine,
            dispatcher=dispatcher,
            sessions=Sessions(platform.database),
            versions=versions,
            shares=Shares(platform.database),
            clock=platform.clock,
            settings=web_settings(settings),
            isolates=platform.pool,
            storage=platform.database,
            kill_server=_kill if settings.allow_kill else None,
        )


def web_settings(settings: Settings) -> WebSettings:
    """The web's share of the settings."""
    return replace(
        WebSettings(static=asset_dir("static"), templates=asset_dir("templates")),
        version=__version__,
        workflow=WORKFLOW,
        body_limit=settings.body_limit_kib * 1024,
        source_limit=settings.source_limit_kib * 1024,
        runs_per_minute=settings.runs_per_minute,
    )


def _kill() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


class Application:
    """The ASGI application: opens the services when the server starts, and closes them when it stops."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._web: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._web is not None:
            await self._web(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        _tell_of_compiling()
        try:
            async with open_services(self._settings) as services:
                self._web = create_app(services)
                settle_what_stays()
                if services.isolates is not None:
                    print(_protection(services.isolates.health()), flush=True)
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except PlaygroundError as error:
            await send(self._failed(error))
        else:
            await send({"type": "lifespan.shutdown.complete"})

    def _failed(self, error: PlaygroundError) -> Message:
        kind = "startup" if self._web is None else "shutdown"
        return {"type": f"lifespan.{kind}.failed", "message": error.message}


def _tell_of_compiling() -> None:
    """Have the terminal say when the isolates' runtime is compiled, for nobody waits for seconds unasked."""
    log = logging.getLogger("playground.isolates.compiling")
    if not log.handlers:
        log.addHandler(logging.StreamHandler(sys.stdout))
    log.setLevel(logging.INFO)
    log.propagate = False


def _protection(health: Mapping[str, Any]) -> str:
    """One line for whoever starts the server."""
    missing = f"; not here: {', '.join(health['missing'])}" if health["missing"] else ""
    return f"Isolates: {', '.join(health['layers'])}{missing}"


def from_environment() -> Application:
    """The application with the settings of `PLAYGROUND_*`; what the server process is started with."""
    faults.arm_from_environment()
    keep_freed_memory()
    return Application(Settings.from_environment())
