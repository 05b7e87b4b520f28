"""The runs of a session: filtered, walked by keys, compared, cleared away; and why one is not moving."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def three(visit: Opener, **options: object) -> Visit:
    """A run that is complete, one that failed, one that waits; and the list is open."""
    page = await visit(**options)
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.run(workflows.FAILING)
    await page.ends("Failed")
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    await page.page.locator(".run-picker").click()
    return page


def rows(page: Visit) -> Locator:
    return page.page.locator(".run-option")


def name(page: Visit) -> Locator:
    return page.page.locator(".run-option .run-option-name")


async def test_runs_say_how_they_are_and_which_code_they_had(visit: Opener) -> None:
    page = await three(visit)
    await expect(name(page)).to_have_text(["Run 3", "Run 2", "Run 1"])
    await expect(rows(page).nth(0)).to_contain_text("Waiting for an event of type “signature”")
    await expect(rows(page).nth(1)).to_contain_text("out of paper")
    await expect(rows(page).nth(0).locator(".run-version")).to_contain_text("same as editor")
    await expect(rows(page).nth(2).locator(".run-version")).to_contain_text("other code")


async def test_they_are_filtered_by_status_and_words(visit: Opener) -> None:
    page = await three(visit)
    await page.page.get_by_role("group", name="Status").get_by_role("button", name="Failed").click()
    await expect(name(page)).to_have_text(["Run 2"])
    await page.page.get_by_role("group", name="Status").get_by_role("button", name="All").click()
    field = page.page.get_by_role("searchbox", name="Filter the runs")
    await field.fill("paper out")
    await expect(name(page)).to_have_text(["Run 2"])
    await field.fill("nothing like that")
    await expect(page.page.locator(".runs-none")).to_have_text("No run is like that.")
    await field.fill("")
    await page.page.keyboard.press("ArrowDown")
    await page.page.keyboard.press("ArrowDown")
    await page.page.keyboard.press("Enter")
    await expect(page.page.locator(".run-number")).to_have_text("Run 2")
    await expect(page.page.locator(".run-picker")).to_be_focused()


async def test_two_that_are_chosen_are_compared(visit: Opener) -> None:
    page = await three(visit)
    await page.page.get_by_role("checkbox", name="Choose run 1").check()
    compare = page.page.locator(".runs-foot").get_by_role("button", name="Compare")
    await expect(compare).to_have_attribute("aria-disabled", "true")
    await page.page.get_by_role("checkbox", name="Choose run 2").check()
    await compare.click()
    await expect(page.page.get_by_role("dialog", name=re.compile("[Cc]ompar"))).to_be_visible()


async def test_what_is_over_is_cleared_away_at_once(visit: Opener) -> None:
    page = await three(visit)
    await page.page.locator(".runs-foot").get_by_role("button", name="Delete the 2 that are over").click()
    await page.answer("Delete")
    await expect(page.page.locator(".toast")).to_contain_text("2 runs deleted.")
    await expect(page.page.locator(".toast")).to_have_count(1)
    await expect(page.page.locator(".run-number")).to_have_text("Run 1")
    await expect(page.pill).to_have_text("Waiting for you")


async def test_hundreds_of_runs_are_quick(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.page.evaluate(_MANY, 150)
    await expect(page.page.locator(".run-number")).to_have_text("Run 151")
    took = await page.page.evaluate(_OPEN)
    print(f"opening a list of 151 runs: {took:.0f} ms of script")
    assert took < 400
    await expect(rows(page)).to_have_count(100)
    await page.press("Show 51 more")
    await expect(rows(page)).to_have_count(151)


async def test_the_story_of_a_sleep_ends_with_a_way_to_skip_it(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.HELD_UP)
    await page.reaches("nap", "sleeping")
    await page.page.locator(".why-button").click()
    story = page.page.get_by_role("group", name="Why is it not moving?")
    await expect(story).to_contain_text("“nap” sleeps until")
    await expect(story).to_contain_text("memory")
    await story.get_by_role("button", name="Skip the sleep").click()
    await page.reaches("nap", "completed")
    await page.press("Pause")
    await expect(page.page.locator(".why-text")).to_contain_text("Paused")
    await page.page.locator(".why-button").click()
    await story.get_by_role("button", name="Resume").click()
    await expect(page.pill).not_to_have_text("Paused")


async def test_the_story_of_a_wait_leads_to_its_answer(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    await page.page.locator(".why-button").click()
    story = page.page.get_by_role("group", name="Why is it not moving?")
    await expect(story).to_contain_text("Somebody has to send it")
    await story.get_by_role("button", name="Answer it").click()
    assert await page.page.evaluate("() => document.activeElement.closest('.prompt') !== null")


_MANY = """async (count) => {
  const given = await (await fetch("/api/source")).text();
  const source = "import { WorkflowEntrypoint } from 'cloudflare:workers';\\n"
    + "export class TenantWorkflow extends WorkflowEntrypoint { async run() { return 1; } }\\n"
    + given.slice(given.indexOf("export default"));
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ source, payload: {} });
  for (let at = 0; at < count; at += 10) {
    await Promise.all(Array.from({ length: 10 }, () => fetch("/api/run", { method: "POST", headers, body })));
  }
}"""

_OPEN = """() => {
  const started = performance.now();
  document.querySelector(".run-picker").click();
  document.querySelector(".run-list").getBoundingClientRect();
  return performance.now() - started;
}"""


async def test_a_run_that_is_created_by_the_one_that_was_started_stays_behind_it(visit: Opener) -> None:
    page = await visit()
    await page.write(workflows.SHORT_PARENT)
    for number in (1, 3, 5, 7, 9, 11):
        await page.run()
        await page.page.locator(".run-picker").click()
        await expect(page.page.locator(".run-option", has_text="Complete")).to_have_count(number + 1)
        await page.page.keyboard.press("Escape")
        await expect(page.page.locator(".run-number")).to_have_text(f"Run {number}")
