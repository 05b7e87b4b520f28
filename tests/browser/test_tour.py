"""The guided walk: somebody who has never heard of all this runs, crashes, approves and shares."""

from __future__ import annotations

import re
import time

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def card(page: Visit) -> Locator:
    return page.page.get_by_role("region", name="Guided walk")


def title(page: Visit) -> Locator:
    return card(page).locator(".tour-title")


async def begun(visit: Opener, **options: object) -> Visit:
    page = await visit(**options)
    tab = page.page.locator("[data-show=run]")
    if await tab.is_visible():
        await tab.click()
    await page.press("Take the two-minute walk")
    await expect(title(page)).to_have_text("Run it")
    return page


async def test_the_walk_goes_on_when_the_real_thing_has_happened(visit: Opener) -> None:
    started = time.monotonic()
    page = await begun(visit, viewport={"width": 390, "height": 844})
    await expect(card(page)).to_be_focused()
    await expect(page.page.locator("#run-button")).to_have_class(re.compile("tour-here"))
    await page.page.locator("#run-button").click()
    await expect(title(page)).to_have_text("Crash it")
    await expect(card(page).locator(".tour-after")).to_contain_text("will never run twice")
    await page.choose("Crash this run")
    await expect(title(page)).to_have_text("Approve it")
    await expect(card(page).locator(".tour-after")).to_contain_text("as attempt 2")
    await page.prompt.get_by_role("button", name="Approve", exact=True).click()
    await expect(title(page)).to_have_text("Share it")
    await page.ends("Complete")
    await page.page.locator("#share-button").click()
    dialog = page.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Create link").click()
    await expect(dialog.locator("input[readonly]").first).to_be_visible()
    await page.page.keyboard.press("Escape")
    await expect(title(page)).to_have_text("That is durable execution")
    assert time.monotonic() - started < 60
    await card(page).get_by_role("button", name="Done").click()
    await expect(card(page)).to_have_count(0)


async def test_the_walk_is_left_and_found_again(visit: Opener) -> None:
    page = await begun(visit)
    await page.page.keyboard.press("Escape")
    await expect(card(page)).to_have_count(0)
    await page.open()
    await expect(page.page.get_by_role("button", name="Take the two-minute walk")).to_have_count(0)
    await page.page.locator("#help-button").click()
    await page.page.get_by_role("button", name="Guided walk").click()
    await expect(title(page)).to_have_text("Run it")


async def test_stops_may_be_skipped_and_nothing_is_blocked(visit: Opener) -> None:
    page = await begun(visit)
    for wanted in ("Crash it", "Approve it", "Share it", "That is durable execution"):
        await card(page).get_by_role("button", name="Skip this").click()
        await expect(title(page)).to_have_text(wanted)
    await page.page.locator(".editor-host .cm-content").click()
    await card(page).get_by_role("button", name="Open the examples").click()
    await expect(page.page.get_by_role("dialog")).to_contain_text("Retries and backoff")


async def test_the_walk_keeps_what_was_typed(visit: Opener) -> None:
    page = await visit()
    await page.write("// mine")
    await page.page.locator("#help-button").click()
    await page.page.get_by_role("button", name="Guided walk").click()
    await expect(title(page)).to_have_text("Run it")
    await page.page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(page.page.locator(".editor-host .cm-content")).to_contain_text("// mine")
