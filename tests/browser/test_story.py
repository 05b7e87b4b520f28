"""The story of a run: back to any entry, and everything as it was then."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def back_to(page: Visit, words: str) -> None:
    """By keys, from the last entry of the run's story to the one that says so."""
    count = page.page.locator(".story-count")
    size = int((await count.inner_text()).split()[0])
    for place in range(size - 1, 0, -1):
        await page.page.keyboard.press("ArrowLeft")
        await expect(count).to_have_text(f"entry {place} of {size}")
        if words in await page.page.locator(".story-words").inner_text():
            return
    raise AssertionError(f"no entry says {words}")


async def test_going_back_shows_everything_as_it_was(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.press("Story")
    slider = page.page.get_by_role("slider", name="The run's entries")
    await expect(slider).to_be_focused()
    says = page.page.locator(".story-words")
    await expect(says).to_contain_text("The run is complete")
    await back_to(page, "first is done")
    await expect(page.pill).to_have_text("Running")
    assert await page.states() == {"first": "completed", "second": "planned"}
    await expect(page.page.locator("body")).to_have_attribute("data-past", "true")
    await expect(page.result).to_have_count(0)
    await expect(page.page.get_by_role("button", name="Pause", exact=True)).to_be_hidden()
    elapsed = await page.page.locator(".run-elapsed").inner_text()
    await page.page.wait_for_timeout(250)
    assert await page.page.locator(".run-elapsed").inner_text() == elapsed
    await page.press("Back to now")
    await page.ends("Complete")
    await expect(page.page.locator("body")).to_have_attribute("data-past", "false")


async def test_entries_that_arrive_meanwhile_only_lengthen_the_strip(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.SLEEPIER)
    await page.reaches("long nap", "sleeping")
    await page.press("Story")
    slider = page.page.get_by_role("slider", name="The run's entries")
    await expect(slider).to_be_focused()
    await page.page.keyboard.press("Home")
    await expect(page.page.locator(".story-words")).to_contain_text("in the queue")
    length = int(await slider.get_attribute("max") or "0")
    grown = "slider => Number(slider.max)"
    await page.page.wait_for_function(f"() => ({grown})(document.querySelector('.story-slider')) > {length}")
    assert await slider.input_value() == "0"
    await expect(page.pill).to_have_text("Queued")


async def test_it_plays_to_the_end_and_is_back_at_now(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.LOGGING_LOOP)
    await page.ends("Complete")
    await page.press("Story")
    await page.page.locator("#story").get_by_role("button", name="Play").click()
    await expect(page.page.locator("body")).to_have_attribute("data-past", "true")
    await page.page.get_by_label("Speed").select_option("64")
    await expect(page.page.locator("body")).to_have_attribute("data-past", "false")
    await page.ends("Complete")
    await page.press("Close the story")
    await expect(page.page.locator("#story")).to_be_hidden()


async def test_the_way_back_is_found_in_the_palette_too(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.page.keyboard.press("ControlOrMeta+k")
    await expect(page.page.get_by_role("combobox", name="Find a command")).to_be_focused()
    await page.page.keyboard.type("Story: go back")
    await page.page.keyboard.press("Enter")
    await expect(page.page.get_by_role("slider", name="The run's entries")).to_be_focused()
