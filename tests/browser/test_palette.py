"""The palette: every command, step, run and example by a few letters; what cannot be done says why."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def option(page: Visit, name: str) -> Locator:
    return page.page.get_by_role("dialog").get_by_role("option", name=name).first


async def opened(page: Visit, query: str = "") -> None:
    await page.page.keyboard.press("Control+k")
    await expect(page.page.get_by_role("combobox", name="Find a command")).to_be_focused()
    await page.page.keyboard.type(query)


async def test_a_command_is_found_and_done_and_comes_first_the_next_time(visit: Opener) -> None:
    page = await visit()
    await opened(page, "keyb short")
    first = page.page.locator('.palette-row[aria-selected="true"]')
    await expect(first).to_contain_text("Keyboard shortcuts")
    await page.page.keyboard.press("Enter")
    await expect(page.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await page.page.keyboard.press("Escape")
    await opened(page)
    first = page.page.get_by_role("group", name="Recent").get_by_role("option").first
    await expect(first).to_contain_text("Keyboard shortcuts")
    await page.page.keyboard.press("Control+k")
    await expect(page.page.get_by_role("dialog")).to_have_count(0)


async def test_it_opens_again_in_the_moment_in_which_it_closed(visit: Opener) -> None:
    page = await visit()
    await opened(page)
    await page.page.evaluate(_CLOSED_AND_ASKED_FOR_AGAIN)
    await expect(page.page.get_by_role("combobox", name="Find a command")).to_be_focused()


async def test_what_cannot_be_done_is_there_and_says_why(visit: Opener) -> None:
    page = await visit()
    await opened(page, "restart top")
    found = option(page, "Restart from the top")
    await expect(found).to_have_attribute("aria-disabled", "true")
    await expect(found).to_contain_text("There is no run yet.")
    await page.page.keyboard.press("Enter")
    await expect(page.page.get_by_role("dialog", name="Commands")).to_be_visible()


async def test_it_goes_to_steps_runs_and_examples(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.run()
    await expect(page.page.locator(".run-number")).to_have_text("Run 2")
    await page.ends("Complete")
    await opened(page, "second")
    await page.page.get_by_role("group", name="Steps").get_by_role("option").first.click()
    await expect(page.step("second")).to_have_class("step selected")
    await opened(page, "run 1")
    await page.page.get_by_role("group", name="Runs").get_by_role("option", name="Run 1").click()
    await expect(page.page.locator(".run-number")).to_have_text("Run 1")
    await opened(page, "saga")
    await page.page.get_by_role("group", name="Examples").get_by_role("option").first.click()
    await expect(page.page.locator("#editor-host .cm-content")).to_contain_text("A saga with rollback")


async def test_keys_do_what_the_palette_lists(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.HELD_UP)
    await page.reaches("nap", "sleeping")
    await page.page.evaluate("() => document.activeElement.blur()")
    keyboard = page.page.keyboard
    await keyboard.press("p")
    await expect(page.pill).to_have_text("Paused")
    await keyboard.press("s")
    await expect(page.page.locator(".toast")).to_contain_text("resume it first")
    await keyboard.press("p")
    await expect(page.pill).to_have_text("Waiting")
    await keyboard.press("s")
    await page.reaches("nap", "completed")
    await keyboard.press("t")
    await page.answer("Terminate")
    await page.ends("Terminated")
    await keyboard.press("Shift+R")
    await page.reaches("nap", "sleeping")


async def test_no_two_commands_have_the_same_key(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.HELD_UP)
    await page.reaches("nap", "sleeping")
    await page.page.evaluate("() => document.activeElement.blur()")
    await page.page.keyboard.press("?")
    rows = page.page.get_by_role("dialog").locator(".key-row dd")
    shown = [text for text in await rows.all_inner_texts() if "\n" not in text.strip()]
    assert len(shown) > 8
    assert sorted(shown) == sorted(set(shown))


async def test_at_390_px_it_is_a_sheet_that_can_be_closed(visit: Opener) -> None:
    page = await visit(viewport={"width": 390, "height": 844})
    await page.page.locator("#palette-button").click()
    dialog = page.page.get_by_role("dialog", name="Commands")
    box = await dialog.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    rows = await dialog.get_by_role("option").evaluate_all("rows => rows.map((row) => row.offsetHeight)")
    assert min(rows) >= 44
    await dialog.get_by_role("button", name="Close").click()
    await expect(dialog).to_have_count(0)


_CLOSED_AND_ASKED_FOR_AGAIN = """() => {
  const key = new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true, cancelable: true });
  document.querySelector("dialog[open]").close(); // what hears of that hears it in a later turn
  document.body.dispatchEvent(key);
}"""
