"""What the owner does to runs and steps: hold, skip, begin anew, end, crash, delete; and what shows of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit
from tests.live.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[LiveServer]:
    """A server that may be killed."""
    with LiveServer(tmp_path / "data") as server:
        yield server


async def asleep(visit: Opener, **options: object) -> Visit:
    """A run that has booked, and sleeps."""
    page = await visit(**options)
    await page.run(workflows.HELD_UP)
    await page.reaches("nap", "sleeping")
    return page


def button(page: Visit, name: str) -> Locator:
    return page.page.get_by_role("button", name=name, exact=True)


async def test_a_pause_holds_the_run_and_says_how_long(visit: Opener) -> None:
    page = await asleep(visit)
    await page.press("Pause")
    await expect(page.pill).to_have_text("Paused")
    await expect(page.page.locator(".why")).to_contain_text("goes on when it is resumed")
    await expect(page.happenings).to_have_text([re.compile(r"Paused for .* so far")])
    time = page.step("nap").locator(".step-time")
    held = await time.inner_text()
    assert held.endswith(" left")
    await page.page.wait_for_timeout(1_200)
    assert await time.inner_text() == held
    await page.press("Resume")
    await expect(page.pill).to_have_text("Waiting")
    await expect(page.happenings).to_have_text([re.compile(r"^Paused for \d\.\d\d s$")])
    await expect(button(page, "Pause")).to_be_visible()


async def test_a_pause_waits_for_the_callback_in_flight_and_says_so(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.UNHURRIED)
    await page.reaches("work", "running")
    await page.press("Pause")
    await expect(page.pill).to_have_text("Pausing")
    await expect(page.page.locator(".why")).to_contain_text("in flight end first")
    await expect(page.pill).to_have_text("Paused")
    await page.reaches("work", "completed")
    await expect(page.step("rest")).to_have_attribute("data-state", "planned")
    await page.press("Resume")
    await page.ends("Complete")


async def test_a_sleep_and_the_delay_of_a_retry_are_skipped_where_they_stand(visit: Opener) -> None:
    page = await asleep(visit)
    await page.press("Skip the wait of nap")
    await page.reaches("nap", "completed")
    await expect(page.step("nap").locator(".tag.skipped")).to_have_text("skipped")
    await page.reaches("call", "retrying")
    await page.press("Skip the wait of call")
    await page.ends("Complete")
    await expect(page.step("call").locator(".tag.skipped")).to_have_text("skipped")
    await expect(page.page.get_by_role("button", name=re.compile("^Skip the wait"))).to_have_count(0)


async def test_what_is_paused_is_not_skipped_and_the_button_says_why(visit: Opener) -> None:
    page = await asleep(visit)
    await page.press("Pause")
    await expect(page.pill).to_have_text("Paused")
    skip = button(page, "Skip the wait of nap")
    await expect(skip).to_have_attribute("aria-disabled", "true")
    await expect(skip).to_have_attribute("aria-description", "The run is paused: resume it first.")
    await skip.click(force=True)
    await expect(page.page.locator(".toast")).to_contain_text("resume it first")
    await expect(page.step("nap")).to_have_attribute("data-state", "sleeping")


async def test_a_restart_from_the_top_begins_anew(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.press("Restart")
    await expect(page.happenings).to_have_text(["Restarted from the top"])
    await page.ends("Complete")
    await expect(page.result).to_contain_text('greeting: "hello Ada"')
    await expect(page.lines).to_have_count(3)


async def test_a_restart_from_a_step_keeps_what_was_before_it(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.FAILING)
    await page.ends("Failed")
    started = await page.page.locator(".rail-time").inner_text()
    await page.press("Restart from broken")
    await expect(page.happenings).to_have_text(["Restarted from “broken”"])
    await page.ends("Failed")
    assert await page.states() == {"fine": "completed", "broken": "failed", "never": "missed"}
    assert await page.page.locator(".rail-time").inner_text() == started
    await page.step("fine").hover()
    await page.press("Restart from fine")
    await expect(page.happenings.last).to_have_text("Restarted from “fine”")
    await page.ends("Failed")


async def test_terminating_with_rollback_undoes_and_the_card_says_so(visit: Opener) -> None:
    page = await asleep(visit)
    await page.choose("Terminate this run")
    await page.answer("Terminate and roll back")
    await page.ends("Terminated")
    await expect(page.result).to_contain_text("Rolled back: 1 step undone")
    await expect(page.happenings).to_have_text([re.compile("^Rolling back")])
    await expect(page.lines.locator(".line-text")).to_have_text(["cancel the room"])


async def test_a_rollback_that_fails_is_on_the_card_with_its_error(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.BROKEN_ROLLBACK)
    await page.ends("Failed")
    await expect(page.result.locator(".undone")).to_contain_text("The rollback failed: 0 of 1 step undone")
    await expect(page.result.locator(".undone")).to_contain_text("the desk is closed")


async def test_keeping_a_run_changes_nothing(visit: Opener) -> None:
    page = await asleep(visit)
    for action in ("Terminate this run", "Delete this run"):
        await page.choose(action)
        await page.answer("Keep it")
    await expect(page.page.get_by_role("dialog")).to_have_count(0)
    await expect(page.pill).to_have_text("Waiting")


async def test_a_crash_costs_an_attempt_and_nothing_else(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.SLOW)
    await page.reaches("slow", "running")
    await page.choose("Crash this run")
    await expect(page.page.locator(".toast")).to_contain_text("The isolate is gone")
    await page.ends("Complete")
    await expect(page.happenings).to_have_text(
        ["The isolate was lost in attempt 1 of “slow”; the run went on as attempt 2"]
    )
    await expect(page.step("slow")).to_contain_text("attempt 2")
    await expect(page.step("before").locator(".attempt-bar")).to_have_count(0)


async def test_a_replay_that_goes_another_way_is_told_where_it_did(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.FICKLE)
    await page.reaches("nap", "sleeping")
    await page.press("Pause")
    await expect(page.pill).to_have_text("Paused")
    await page.press("Resume")
    mismatch = page.page.locator('.happening[data-kind="mismatch"]')
    await expect(mismatch).to_contain_text("The replay went another way")
    await expect(page.lines.first.locator(".line-level")).to_have_text("warn")


async def test_what_an_ended_run_cannot_do_says_why(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    pause = button(page, "Pause")
    await expect(pause).to_have_attribute("aria-description", "The run is complete.")
    await pause.click(force=True)
    await expect(page.page.locator(".toast")).to_contain_text("The run is complete.")
    await page.press("More to do with this run")
    for name in ("Terminate this run", "Crash this run"):
        await expect(button(page, name)).to_have_attribute("aria-disabled", "true")
        await expect(button(page, name)).to_contain_text("The run is complete.")
    await expect(button(page, "Delete this run")).to_have_attribute("aria-disabled", "false")


async def test_the_menu_is_walked_by_the_keyboard(visit: Opener) -> None:
    page = await asleep(visit)
    keyboard = page.page.keyboard
    await button(page, "Restart").focus()
    await keyboard.press("Tab")
    await keyboard.press("Enter")
    await expect(page.page.locator(".run-menu .menu-item").first).to_be_focused()
    await keyboard.press("ArrowUp")
    await expect(button(page, "Delete this run")).to_be_focused()
    await keyboard.press("Escape")
    await expect(button(page, "More to do with this run")).to_be_focused()
    await expect(button(page, "Delete this run")).to_be_hidden()
    await page.step("nap").locator(".step-row").focus()
    await keyboard.press("Tab")
    await expect(button(page, "Skip the wait of nap")).to_be_focused()
    await keyboard.press("Enter")
    await page.reaches("nap", "completed")


async def test_a_deleted_run_leaves_every_page_at_once(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.run(workflows.ENDLESS)
    await page.reaches("hibernate", "sleeping")
    other = await visit(of=page)
    await other.reaches("hibernate", "sleeping")
    await page.choose("Delete this run")
    await page.answer("Delete")
    for each in (page, other):
        await expect(each.page.locator(".toast")).to_contain_text("Run 2 was deleted.")
        await expect(each.page.locator(".run-number")).to_have_text("Run 1")
        await each.ends("Complete")
    await page.choose("Delete this run")
    await page.answer("Delete")
    await expect(page.page.locator(".lesson")).to_be_visible()
    await expect(other.page.locator(".lesson")).to_be_visible()
    await page.open()
    await expect(page.page.locator(".lesson")).to_be_visible()


async def test_a_run_that_is_deleted_behind_the_one_that_is_looked_at_goes_quietly(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    first = await page.page.locator(".run-picker").get_attribute("title")
    await page.run(workflows.ENDLESS)
    await page.reaches("hibernate", "sleeping")
    await page.page.evaluate(_DELETE, first)
    await expect(page.page.locator(".toast")).to_contain_text("Run 1 was deleted.")
    await expect(page.step("hibernate")).to_have_attribute("data-state", "sleeping")
    await expect(page.page.locator(".run-number")).to_have_text("Run 1")


async def test_what_was_deleted_while_nobody_followed_is_gone_on_the_return(
    visit: Opener, own_server: LiveServer
) -> None:
    page = await visit(at=own_server.url)
    await page.run(workflows.ENDLESS)
    await page.reaches("hibernate", "sleeping")
    id = await page.page.locator(".run-picker").get_attribute("title")
    page.forgive_loss()
    page.forgive("ERR_FAILED")
    probe = re.compile(r"/api/sessions/[^/]+$")
    await page.page.route(probe, lambda route: route.abort())
    await asyncio.to_thread(own_server.restart)
    await page.page.evaluate(_DELETE, id)
    await expect(page.page.locator("#connection")).to_have_attribute("data-state", "lost")
    await page.page.unroute(probe)
    await expect(page.page.locator(".lesson")).to_be_visible()
    await expect(page.page.locator("#connection")).to_have_attribute("data-state", "live")


@pytest.mark.parametrize("width", [1440, 1024, 390])
async def test_the_controls_fit(visit: Opener, width: int) -> None:
    page = await asleep(visit, viewport={"width": width, "height": 800})
    for name in ("Pause", "Restart", "More to do with this run", "Skip the wait of nap"):
        box = await button(page, name).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
        assert box["x"] + box["width"] <= width
    await page.press("More to do with this run")
    menu = await page.page.locator(".run-menu").bounding_box()
    assert menu is not None
    assert menu["x"] >= 0
    await page.press("Terminate this run")
    overhang = await page.page.locator("dialog").evaluate("dialog => dialog.scrollWidth - dialog.clientWidth")
    assert overhang <= 0


_DELETE = """async (id) => {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`/api/instances/${id}/delete`, { method: "POST", headers, body: "{}" });
  if (!answer.ok) throw new Error(String(answer.status));
}"""
