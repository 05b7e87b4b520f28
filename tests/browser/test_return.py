"""Coming back: a reload, a second tab, a server that was killed in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.live.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[LiveServer]:
    """A server that may be killed."""
    with LiveServer(tmp_path / "data") as server:
        yield server


async def test_after_a_reload_everything_is_there_and_live(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.APPROVED, {"kept": True})
    await page.ends("Waiting for you")
    await page.open()
    await page.ends("Waiting for you")
    await expect(page.page.locator(".editor-host .cm-content")).to_contain_text("sign the letter")
    await expect(page.page.locator("#payload")).to_have_value('{"kept": true}')
    await page.prompt.get_by_role("button", name="Approve", exact=True).click()
    await page.ends("Complete")


async def test_a_second_tab_shows_the_same_run_live(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    other = await visit(of=page)
    await other.ends("Waiting for you")
    await page.prompt.get_by_role("button", name="Approve", exact=True).click()
    await other.ends("Complete")
    await page.ends("Complete")
    assert await other.states() == await page.states() == {"sign the letter": "completed"}


async def test_what_was_typed_without_a_run_is_there_after_a_reload(visit: Opener) -> None:
    page = await visit()
    await page.write(workflows.SLEEPY)
    await expect(page.page.locator("#save-state")).to_contain_text("Saved")
    await page.open()
    await expect(page.page.locator(".editor-host .cm-content")).to_contain_text("long nap")


async def test_the_runs_of_a_session_can_be_chosen(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.run(workflows.FAILING)
    await page.ends("Failed")
    await page.page.locator(".run-picker").click()
    await page.page.locator(".run-option").filter(has_text="Run 1").click()
    await page.ends("Complete")
    assert await page.states() == {"first": "completed", "second": "completed"}


async def test_a_killed_server_is_missed_and_the_run_goes_on_when_it_is_back(
    visit: Opener, own_server: LiveServer
) -> None:
    page = await visit(at=own_server.url)
    page.forgive_loss()
    await page.run(workflows.SLEEPY)
    await page.reaches("long nap", "sleeping")
    await asyncio.to_thread(own_server.kill)
    await expect(page.page.locator("#offline-banner")).to_contain_text("Reconnecting")
    await expect(page.page.locator("#connection")).to_have_attribute("data-state", "lost")
    await asyncio.to_thread(own_server.start)
    await expect(page.page.locator("#connection")).to_have_attribute("data-state", "live")
    await page.ends("Complete")
    assert await page.states() == {"before": "completed", "long nap": "completed", "after": "completed"}
    await expect(page.step("before").locator(".attempt-bar")).to_have_count(0)
    await expect(page.result).to_contain_text("kept and gone on")


async def test_a_server_that_is_killed_while_somebody_is_asked_still_takes_the_answer(
    visit: Opener, own_server: LiveServer
) -> None:
    page = await visit(at=own_server.url)
    page.forgive_loss()
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    await page.prompt.locator("textarea").fill('{"note": "typed before"}')
    await asyncio.to_thread(own_server.restart)
    await expect(page.page.locator("#connection")).to_have_attribute("data-state", "live")
    await page.prompt.get_by_role("button", name="Approve", exact=True).click()
    await page.ends("Complete")
    await expect(page.result).to_contain_text("typed before")


async def test_a_server_that_has_lost_its_data_gives_a_new_session_for_the_same_code(
    visit: Opener, own_server: LiveServer, tmp_path: Path
) -> None:
    page = await visit(at=own_server.url)
    page.forgive("ERR_")
    page.forgive("status of 404")
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await asyncio.to_thread(own_server.kill)
    own_server.data = tmp_path / "empty"
    await asyncio.to_thread(own_server.start)
    await expect(page.page.locator("#offline-banner")).to_contain_text("not here any more")
    await page.run()
    await page.ends("Complete")
    await expect(page.page.locator(".run-number")).to_have_text("Run 1")
    await expect(page.page.locator("#connection")).to_have_attribute("data-state", "live")
    await expect(page.page.locator("#offline-banner")).to_be_hidden()
