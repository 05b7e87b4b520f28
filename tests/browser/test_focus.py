"""Where the focus is for whoever uses keys alone: in sight, where something was asked for, and never lost."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("width", [1440, 390])
async def test_the_debug_panel_has_it_when_it_was_asked_for(visit: Opener, width: int) -> None:
    page = await visit(viewport={"width": width, "height": 844})
    await page.page.keyboard.press("d")
    await expect(page.page.get_by_role("radio", name="Next runs")).to_be_focused()
    await page.page.keyboard.press("Escape")
    await expect(page.page.get_by_role("button", name="Debug", exact=True)).to_be_focused()


async def test_it_goes_along_where_a_run_comes_in_the_place_of_the_editor(visit: Opener) -> None:
    page = await visit(viewport={"width": 390, "height": 844})
    await page.write(workflows.QUICK)
    await page.page.keyboard.press("ControlOrMeta+Enter")
    await page.ends("Complete")
    await expect(page.page.locator("[data-show=run]")).to_be_focused()


async def test_it_stays_on_a_button_of_the_step_while_the_run_goes_on(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.BUSY)
    await page.reaches("first", "completed")
    await page.step("first").locator(".step-row").click()
    pin = page.step("first").get_by_role("button", name="Pin output")
    await pin.focus()
    count = page.page.locator(".console-count")
    before = await count.text_content()
    await expect(count).not_to_have_text(before or "")
    await expect(pin).to_be_focused()
