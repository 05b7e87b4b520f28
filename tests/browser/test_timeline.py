"""The timeline: bars to scale, idle time folded, zoom, and all of it by keys."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_retried_step_has_a_bar_for_each_attempt_and_the_backoff_between(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.RETRIED)
    await page.page.locator("#tab-timeline").click()
    await page.ends("Complete")
    bars = page.page.locator(".tl-row .tl-bar")
    await expect(bars).to_have_count(3)
    kinds = await bars.evaluate_all("bars => bars.map((bar) => bar.dataset.kind)")
    assert kinds == ["attempt", "backoff", "attempt"]
    await bars.nth(0).hover(force=True)
    await expect(page.page.locator(".tl-tip")).to_contain_text("TypeError: not this time")


async def test_keys_go_from_row_to_row_and_bar_to_bar_and_select(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.page.locator("#tab-timeline").click()
    rows = page.page.get_by_role("listbox", name="Steps over time")
    await rows.focus()
    await page.page.keyboard.press("ArrowDown")
    tip = page.page.locator(".tl-tip")
    await expect(tip).to_contain_text("second")
    await expect(tip).to_contain_text(re.compile(r"\d\d:\d\d:\d\d\.\d{3} – "))
    await page.page.keyboard.press("Enter")
    await expect(page.page.get_by_role("option", name=re.compile("^second"))).to_have_attribute(
        "aria-selected", "true"
    )
    await expect(page.page.locator("#dock")).to_be_visible()
    before = await page.page.locator(".tl-canvas").evaluate("canvas => canvas.clientWidth")
    await rows.focus()
    await page.page.keyboard.press("+")
    await page.page.keyboard.press("+")
    after = await page.page.locator(".tl-canvas").evaluate("canvas => canvas.clientWidth")
    assert after > before * 1.3
    await page.page.keyboard.press("0")
    assert await page.page.locator(".tl-canvas").evaluate("canvas => canvas.clientWidth") <= before


async def test_a_long_wait_is_folded_and_says_what_it_was(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.SLEEPIER)
    await page.page.locator("#tab-timeline").click()
    await expect(page.page.locator(".tl-now")).to_be_visible()
    await page.ends("Complete")
    fold = page.page.locator(".tl-fold")
    await expect(fold).to_contain_text(re.compile(r"^[\d.]+ s asleep$"))
    await expect(page.page.locator(".tl-now")).to_be_hidden()
    await fold.click()
    await expect(page.page.locator(".tl-fold.open")).to_have_count(1)
    await expect(page.page.locator(".tl-break")).to_have_count(0)


async def test_only_the_rows_in_sight_are_there(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.LOGGING_LOOP)
    await page.ends("Complete")
    await page.page.locator("#tab-timeline").click()
    rows = page.page.locator(".tl-row")
    await expect(rows.first).to_be_visible()
    assert await rows.count() < 60
    await page.page.get_by_role("listbox", name="Steps over time").focus()
    await page.page.keyboard.press("End")
    await expect(rows.last).to_contain_text("item 119")
    await expect(rows.last).to_be_in_viewport()
