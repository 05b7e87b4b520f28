"""A live server and a real browser, shared by all browser tests; every visitor is a context of its own."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.visit import Visit
from tests.live.server import LiveServer

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

SAVES_DATA = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"

Opener = Callable[..., Awaitable[Visit]]


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


@pytest_asyncio.fixture(loop_scope="session")
async def visit(server: LiveServer, browser: Browser) -> AsyncIterator[Opener]:
    """Opens pages. Afterwards no page may have complained, except of what its test has forgiven. Whoever does
    not ask for `types` saves data, so that no test waits for a megabyte that it has no use for.
    """
    visits: list[Visit] = []

    async def opened(
        path: str = "/",
        *,
        of: Visit | None = None,
        at: str | None = None,
        types: bool = False,
        **options: Any,
    ) -> Visit:
        context = of.page.context if of is not None else await browser.new_context(**options)
        page = await context.new_page()
        if not types:
            await page.add_init_script(SAVES_DATA)
        visits.append(Visit(page, at or server.url))
        await visits[-1].open(path)
        return visits[-1]

    yield opened
    complaints = [complaint for visit in visits for complaint in visit.complaints]
    for each in visits:
        await each.page.context.close()
    assert complaints == []
