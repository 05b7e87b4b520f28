"""A live server and a real browser, shared by all browser tests; every visitor is a context of its own.

Contexts are used again, emptied of all but what the browser has cached: a window of its own and a first load
of all modules are a third of what a visit costs.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ViewportSize, async_playwright, expect

from tests.browser.visit import STEP_TIMEOUT_MS, Visit
from tests.live.server import LiveServer

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

SAVES_DATA = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"

Opener = Callable[..., Awaitable[Visit]]

expect.set_options(timeout=STEP_TIMEOUT_MS)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    data: Path = tmp_path_factory.mktemp("browser")
    with LiveServer(data) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium: the system's where there is one, else the one that Playwright has installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


class Contexts:
    """Contexts that visitors enter and leave. The first page of each is empty, and keeps its window open."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[BrowserContext] = []

    async def enter(self) -> BrowserContext:
        if self._free:
            return self._free.pop()
        context = await self._browser.new_context()
        await context.new_page()
        return context

    async def leave(self, context: BrowserContext, origins: set[str]) -> None:
        """Empty it: the next visitor is somebody else."""
        window, *pages = context.pages
        for page in pages:
            await page.close()
        await context.set_offline(False)
        await context.clear_cookies()
        devtools = await context.new_cdp_session(window)
        for origin in origins:
            storage = {"origin": origin, "storageTypes": "local_storage,indexeddb"}
            await devtools.send("Storage.clearDataForOrigin", storage)
        await devtools.detach()
        self._free.append(context)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def contexts(browser: Browser) -> Contexts:
    return Contexts(browser)


@pytest_asyncio.fixture(loop_scope="session")
async def visit(server: LiveServer, browser: Browser, contexts: Contexts) -> AsyncIterator[Opener]:
    """Opens pages. Afterwards no page may have complained, except of what its test has forgiven. Whoever does
    not ask for `types` saves data, so that no test waits for a megabyte that it has no use for. `first`: in a
    browser that has cached nothing.
    """
    visits: list[Visit] = []
    entered: list[BrowserContext] = []
    made: list[BrowserContext] = []

    async def opened(
        path: str = "/",
        *,
        of: Visit | None = None,
        at: str | None = None,
        types: bool = False,
        first: bool = False,
        viewport: ViewportSize | None = None,
        **options: Any,
    ) -> Visit:
        if of is not None:
            context = of.page.context
        elif first or types or options:
            context = await browser.new_context(**options)
            made.append(context)
        else:
            context = await contexts.enter()
            entered.append(context)
        page = await context.new_page()
        if viewport is not None:
            await page.set_viewport_size(viewport)
        if not types:
            await page.add_init_script(SAVES_DATA)
        visits.append(Visit(page, at or server.url))
        await visits[-1].open(path)
        return visits[-1]

    yield opened
    complaints = [complaint for visit in visits for complaint in visit.complaints]
    for context in made:
        await context.close()
    for context in entered:
        await contexts.leave(context, {each.base for each in visits})
    assert complaints == []
