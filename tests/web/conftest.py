"""The whole web over a real engine and a real database; only the isolates are Python."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from playground.bridge import create_dynamic_workflow_entrypoint
from playground.core.clock import ManualClock
from playground.engine.engine import Engine
from playground.engine.entries import FINISHED
from playground.storage.database import Database
from playground.storage.journal import Journal
from playground.storage.sessions import Sessions
from playground.storage.shares import Shares
from playground.storage.versions import Versions
from playground.web import Services, WebSettings, create_app
from tests.web.dispatcher import PythonDispatcher, load_runner_from
from tests.web.event_stream import EventStream

ROOT = Path(__file__).resolve().parent.parent.parent
BASE = "http://play.test"


class Playground:
    """An app, what it stands on, and visitors of it."""

    def __init__(self, services: Services, clock: ManualClock) -> None:
        self.services = services
        self.clock = clock
        self.app = create_app(services)
        self._visitors: list[httpx.AsyncClient] = []

    def visitor(self, **options: Any) -> httpx.AsyncClient:
        """A browser of its own: one cookie jar."""
        client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=BASE, **options)
        self._visitors.append(client)
        return client

    def stream(self, visitor: httpx.AsyncClient, path: str, **headers: str) -> EventStream:
        """An event stream, opened with the visitor's cookies."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.cookies.jar)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return EventStream(self.app, path, {"cookie": cookies, **named})

    async def ended(self, session: str, run: str) -> None:
        """Wait until the run has ended."""
        engine = self.services.engine
        instance = await engine.workflow(self.services.settings.workflow, session).get(run)
        async with engine.feed.subscribe(scope=session, instance=run) as wakes:
            while (await instance.status()).status not in FINISHED:
                await anext(wakes)

    async def reached(self, session: str, run: str, type: str) -> None:
        """Wait until the run's log holds an entry of that type."""
        engine = self.services.engine
        async with engine.feed.subscribe(scope=session, instance=run) as wakes:
            while type not in [entry.type for entry in await engine.history(session, run)]:
                await anext(wakes)

    async def close(self) -> None:
        for visitor in self._visitors:
            await visitor.aclose()


Open = Callable[..., Awaitable[Playground]]


@pytest.fixture
async def open_playground(tmp_path: Path) -> AsyncIterator[Open]:
    """Make playgrounds; keyword arguments are `WebSettings`."""
    clock = ManualClock()
    database = await Database.open(tmp_path / "playground.db")
    versions = Versions(database)
    entrypoint = create_dynamic_workflow_entrypoint(load_runner_from(versions))
    engine = Engine(Journal(database), clock, {"dynamic-workflow": entrypoint})
    await engine.start()
    await engine.recovered()
    opened: list[Playground] = []

    async def open(kill_server: Callable[[], None] | None = None, **settings: Any) -> Playground:
        services = Services(
            engine=engine,
            dispatcher=PythonDispatcher(engine, versions),
            sessions=Sessions(database),
            versions=versions,
            shares=Shares(database),
            clock=clock,
            settings=WebSettings(static=ROOT / "static", templates=ROOT / "templates", **settings),
            kill_server=kill_server,
        )
        opened.append(Playground(services, clock))
        return opened[-1]

    yield open
    for one in opened:
        await one.close()
    await engine.close()
    await database.close()


@pytest.fixture
async def playground(open_playground: Open) -> Playground:
    """A playground with the usual settings."""
    return await open_playground()


@pytest.fixture
async def visitor(playground: Playground) -> httpx.AsyncClient:
    """A visitor without a session."""
    return playground.visitor()
