"""Whether what is shown is live, and how the page heals: a server that is killed or restarts, no network, a
machine that slept; and refusals that are nobody's fault: too many runs, a full disk, a page half loaded.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Route, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit
from tests.live.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PROBE = re.compile(r"/api/sessions/[^/]+$")
SCRIPTS = re.compile(r"/static/(js/run/pill\.js|build/page/.*\.js)")


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[LiveServer]:
    """A server that may be killed."""
    with LiveServer(tmp_path / "data") as server:
        yield server


async def state(page: Visit, name: str) -> None:
    dot = page.page.locator("#connection")
    await expect(dot).to_have_attribute("data-state", name)


async def test_a_restart_is_told_from_a_loss_and_heals(visit: Opener, own_server: LiveServer) -> None:
    page = await visit(at=own_server.url)
    page.forgive_loss()
    page.forgive("status of 503")
    await page.run(workflows.ENDLESS)
    await page.reaches("hibernate", "sleeping")

    async def busy(route: Route) -> None:
        body = json.dumps({"error": "not ready", "code": "storage_refused"})
        await route.fulfill(status=503, content_type="application/json", body=body)

    await page.page.route(PROBE, busy)
    await asyncio.to_thread(own_server.kill)
    await state(page, "restarting")
    await expect(page.page.locator("#offline-banner")).to_contain_text("The server restarts")
    await expect(page.page.locator(".why-text")).to_contain_text("this is how it stood")
    await page.page.unroute(PROBE)
    await state(page, "lost")
    await asyncio.to_thread(own_server.start)
    await state(page, "live")
    await expect(page.page.locator(".why-text")).to_contain_text("Asleep until")
    streams = await page.page.evaluate(_STREAMS)
    assert streams["open"] <= 1, streams


async def test_without_a_network_it_says_offline_and_comes_back_by_itself(visit: Opener) -> None:
    page = await visit()
    page.forgive("ERR_INTERNET_DISCONNECTED")
    await page.run(workflows.ENDLESS)
    await page.reaches("hibernate", "sleeping")
    await page.page.context.set_offline(True)
    await state(page, "offline")
    await expect(page.page.locator("#offline-banner")).to_contain_text("You are offline")
    await page.page.context.set_offline(False)
    await state(page, "live")
    await expect(page.page.locator("#offline-banner")).to_be_hidden()


async def test_a_machine_that_slept_asks_anew(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.ENDLESS)
    await page.reaches("hibernate", "sleeping")
    async with page.page.expect_request(PROBE, timeout=15_000):
        await page.page.evaluate(_SLEEP)
    await state(page, "live")


async def test_too_many_runs_are_counted_down_and_run_comes_back(visit: Opener) -> None:
    page = await visit()
    page.forgive("status of 429")
    button = page.page.locator("#run-button")

    async def refuse(route: Route) -> None:
        body = json.dumps({"error": "too many runs in a short time", "code": "too_many_runs"})
        await route.fulfill(
            status=429, content_type="application/json", body=body, headers={"retry-after": "5"}
        )

    await page.page.route("**/api/run", refuse)
    await page.run(workflows.QUICK, {"name": "Ada"})
    await expect(button).to_contain_text(re.compile(r"Run in [1-5] s"))
    await expect(button).to_have_attribute("aria-disabled", "true")
    await expect(page.page.locator(".toast")).to_contain_text("you can run again")
    await page.page.unroute("**/api/run")
    await expect(button).not_to_have_attribute("aria-disabled", "true")
    await page.run()
    await page.ends("Complete")


@pytest.mark.parametrize(
    ("status", "code", "what", "then"),
    [
        (507, "disk_full", "disk is full", "Delete runs that you do not need"),
        (500, "internal", "Something went wrong at the server", "Nothing of yours was lost"),
        (503, "storage_refused", "cannot store anything", "kept in this browser"),
    ],
)
async def test_what_is_wrong_with_the_server_is_said_with_what_to_do(
    visit: Opener, status: int, code: str, what: str, then: str
) -> None:
    page = await visit()
    page.forgive(f"status of {status}")
    body = json.dumps({"error": "no", "code": code})
    await page.page.route(
        "**/api/run",
        lambda route: route.fulfill(status=status, content_type="application/json", body=body),
    )
    await page.run(workflows.QUICK, {"name": "Ada"})
    alert = page.page.get_by_role("alert").filter(has_text="Not run.")
    await expect(alert).to_contain_text(what)
    await expect(alert).to_contain_text(then)
    await page.page.unroute("**/api/run")
    await alert.get_by_role("button", name="Try again").click()
    await page.ends("Complete")


async def test_a_page_that_does_not_load_whole_keeps_what_is_typed(
    server: LiveServer, browser: Browser
) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.route(SCRIPTS, lambda route: route.abort())
    await page.goto(server.url)
    banner = page.locator("#offline-banner")
    await expect(banner).to_contain_text("could not be loaded whole")
    await page.locator("#source").fill("// typed without help")
    await expect(page.locator("#run-pane")).to_contain_text("Those that are under way go on without it")
    await expect(page.locator("#console-pane")).to_contain_text("What your code logs is shown here then")
    await expect(page.get_by_role("button", name="Run", exact=False).first).to_be_disabled()
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_role("navigation", name="Views").get_by_role("button", name="Run").click()
    await expect(page.locator("#run-pane").get_by_role("button", name="Load it again")).to_be_visible()
    await page.unroute(SCRIPTS)
    await banner.get_by_role("button", name="Load it again").click()
    await expect(page.locator("#editor-host .cm-content")).to_contain_text("// typed without help")
    await context.close()


_STREAMS = """async () => {
  const { id } = JSON.parse(document.getElementById("page-data").textContent);
  const all = performance.getEntriesByType("resource").filter(({ name }) => /\\/stream/.test(name));
  return { open: all.filter(({ responseEnd }) => responseEnd === 0).length, id };
}"""

_SLEEP = """() => {
  const real = Date.now;
  Date.now = () => real() + 60_000;
}"""
