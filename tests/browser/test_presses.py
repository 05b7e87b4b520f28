"""Presses while a run goes on: a click is for what was pressed, however much comes meanwhile."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PRESS_MS = 250


async def busy(visit: Opener) -> Visit:
    """A page with a run that goes on for seconds, with many steps and lines a second."""
    page = await visit(viewport={"width": 1440, "height": 1000})
    await page.run(workflows.BUSY)
    await expect(page.lines.first).to_be_visible()
    return page


async def press(page: Visit, target: Locator) -> None:
    """As a hand does it: down, a while, up. What the run commits meanwhile comes after that, and at once."""
    await hold(page, target)
    await page.page.wait_for_timeout(PRESS_MS)
    await page.page.mouse.up()
    shown = await page.page.evaluate("globalThis.counts")
    assert len(set(shown)) == 1
    await expect(page.page.locator(".console-count")).not_to_have_text(shown[0])


async def hold(page: Visit, target: Locator) -> None:
    box = await target.bounding_box()
    assert box is not None
    await page.page.evaluate(_WATCH, PRESS_MS - 50)
    await page.page.mouse.move(box["x"] + 12, box["y"] + box["height"] / 2)
    await page.page.mouse.down()


async def test_a_line_that_is_pressed_opens(visit: Opener) -> None:
    page = await busy(visit)
    await expect(page.lines.nth(9)).to_be_visible()
    await press(page, page.lines.last.locator(".line-object"))
    seq = await page.page.evaluate("globalThis.under")
    await expect(page.page.locator(f".line[data-seq='{seq}']").get_by_role("tree")).to_be_visible()
    # what is read does not scroll away
    await expect(page.page.locator(".console-body .follow")).to_be_visible()


async def test_a_step_that_is_pressed_opens(visit: Opener) -> None:
    page = await busy(visit)
    await press(page, page.step("first").locator(".step-row"))
    await expect(page.step("first").locator(".step-detail")).to_be_visible()


async def test_a_row_of_the_timeline_that_is_pressed_is_selected(visit: Opener) -> None:
    page = await busy(visit)
    await page.page.locator("#tab-timeline").click()
    await expect(page.page.locator(".tl-row").nth(15)).to_be_visible()  # down to the middle
    await press(page, page.page.locator(".timeline"))
    name = page.page.locator(".tl-row[aria-selected='true'] .tl-name")
    await expect(name).to_have_text(await page.page.evaluate("globalThis.under"))


async def test_a_fold_of_the_timeline_opens_while_time_goes_on(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.ENDLESS)
    await page.reaches("hibernate", "sleeping")
    await page.page.evaluate(_AN_HOUR_LATER)
    await page.page.locator("#tab-timeline").click()
    fold = page.page.locator(".tl-fold")
    await hold(page, fold)
    await page.page.wait_for_timeout(PRESS_MS)
    await page.page.mouse.up()
    await expect(fold).to_have_class("tl-fold open")


async def test_a_run_that_is_pressed_is_shown(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.run(workflows.BUSY)
    await expect(page.lines.nth(9)).to_be_visible()  # more than the other run has
    await page.page.locator(".run-picker").click()
    await press(page, page.page.locator(".run-option", has_text="Run 1"))
    await expect(page.page.locator(".run-number")).to_have_text("Run 1")


async def test_who_scrolls_without_wheel_or_key_is_not_taken_back(visit: Opener) -> None:
    page = await visit(viewport={"width": 1280, "height": 600})
    await page.run(workflows.BUSY)
    lines = page.page.locator(".console-lines")
    await expect(page.lines.nth(15)).to_be_visible()
    await lines.evaluate("lines => (lines.scrollTop = 0)")
    await expect(page.page.get_by_role("button", name="Follow")).to_be_visible()
    await page.page.wait_for_timeout(100)
    assert await lines.evaluate("lines => lines.scrollTop") == 0


_WATCH = """(later) => {
  const count = () => document.querySelector(".console-count")?.textContent ?? "";
  addEventListener("pointerdown", ({ target }) => {
    const row = target.closest(".tl-row, .line");
    globalThis.under = row?.dataset.seq ?? row?.querySelector(".tl-name").textContent;
    globalThis.counts = [count()];
    const look = setTimeout(() => globalThis.counts.push(count()), later);
    addEventListener("pointerup", () => clearTimeout(look), { capture: true, once: true });
  }, { capture: true, once: true });
}"""

_AN_HOUR_LATER = """() => {
  const now = Date.now;
  Date.now = () => now() + 3_600_000;
}"""
