"""The page on screens of all sizes, in both themes, and by the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("width", [1440, 1024, 390])
async def test_nothing_sticks_out_sideways(visit: Opener, width: int) -> None:
    page = await visit(viewport={"width": width, "height": 800})
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    overhang = await page.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overhang <= 0


async def test_a_phone_shows_one_pane_at_a_time_and_brings_the_run_forward(visit: Opener) -> None:
    page = await visit(viewport=PHONE, has_touch=True, is_mobile=True)
    panes = {name: page.page.locator(f"#{name}-pane") for name in ("source", "run", "console")}
    await expect(panes["source"]).to_be_visible()
    await expect(panes["run"]).to_be_hidden()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await expect(panes["run"]).to_be_visible()
    await expect(panes["source"]).to_be_hidden()
    await page.page.get_by_role("button", name="Console").click()
    await expect(page.lines).to_have_count(3)
    await expect(panes["run"]).to_be_hidden()


async def test_a_phone_can_approve(visit: Opener) -> None:
    page = await visit(viewport=PHONE, has_touch=True, is_mobile=True)
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    await page.prompt.get_by_role("button", name="Approve", exact=True).tap()
    await page.ends("Complete")


async def test_the_theme_follows_the_system_until_one_is_chosen_and_then_stays(visit: Opener) -> None:
    page = await visit(color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = await page.page.evaluate(ground)
    await page.page.locator("#theme-button").click()
    light = await page.page.evaluate(ground)
    assert light != dark
    await page.open()
    assert await page.page.evaluate(ground) == light


async def test_the_keyboard_alone_is_enough(visit: Opener) -> None:
    page = await visit()
    await page.write(workflows.QUICK)
    await page.pay({"name": "Ada"})
    keyboard = page.page.keyboard
    await keyboard.press("ControlOrMeta+Enter")
    await page.ends("Complete")
    await page.page.locator("#reset-button").focus()
    await keyboard.press("r")
    await expect(page.step("first").locator(".step-row")).to_be_focused()
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(page.step("second").locator(".step-detail")).to_be_visible()
    await keyboard.press("Escape")
    await expect(page.step("second").locator(".step-detail")).to_be_hidden()
    await keyboard.press("?")
    await expect(page.page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
    await keyboard.press("Escape")
    await expect(page.page.get_by_role("dialog")).to_have_count(0)


async def test_tab_leaves_the_editor_after_escape(visit: Opener) -> None:
    page = await visit()
    await page.page.locator(".editor-host .cm-content").click()
    await page.page.keyboard.press("Escape")
    await page.page.keyboard.press("Tab")
    await expect(page.page.locator(".editor-host .cm-content")).not_to_be_focused()
