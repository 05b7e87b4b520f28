"""What a selected step opens: its output as a tree, its errors, its configuration, its lines."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit
from tests.live.workflows import workflow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def opened(visit: Opener, step: str) -> tuple[Visit, Locator]:
    """A page with a run that is over, and the panel of one of its steps."""
    page = await visit()
    await page.run(workflows.OUTPUTS)
    await page.ends("Failed")
    await page.step(step).locator(".step-row").click()
    return page, page.step(step).locator(".step-detail")


async def test_an_output_is_a_tree_with_what_json_cannot_say(visit: Opener) -> None:
    page, panel = await opened(visit, "report")
    tree = panel.get_by_role("tree", name="Output")
    await expect(tree).to_be_visible()
    rows = await tree.locator(".tree-row").all_text_contents()
    assert "big: 12nBigInt" in rows
    assert any(row.startswith("when: 1970-01-01T00:00:00.000ZDate, here") for row in rows)
    assert "seen: Map(1)" in rows
    people = tree.get_by_role("treeitem").filter(
        has=page.page.locator(":scope > .tree-row", has_text="people")
    )
    await people.last.focus()
    await page.page.keyboard.press("ArrowLeft")
    await expect(people.last).to_have_attribute("aria-expanded", "false")
    await page.page.keyboard.press("ArrowRight")
    await page.page.keyboard.press("ArrowRight")
    await expect(tree.locator(":focus")).to_contain_text("Ada")


async def test_texts_are_found_in_a_tree(visit: Opener) -> None:
    _, panel = await opened(visit, "report")
    field = panel.get_by_role("searchbox", name="Find in this value")
    await field.fill("name")
    await expect(panel.locator(".tree-found")).to_have_text("1 of 3")
    await field.press("Enter")
    await field.press("Enter")
    await expect(panel.locator(".tree-found")).to_have_text("3 of 3")
    await expect(panel.locator(".tree-item.found")).to_contain_text("Cyd")


async def test_the_whole_of_a_large_output_comes_when_it_is_wanted(visit: Opener) -> None:
    _, panel = await opened(visit, "large")
    await expect(panel.locator(".json")).to_contain_text('[{"id":0,')
    await panel.get_by_role("button", name=re.compile("^Show all .* KB$")).click()
    tree = panel.get_by_role("tree", name="Output")
    await expect(tree.get_by_role("treeitem")).to_have_count(101)
    await panel.get_by_role("searchbox", name="Find in this value").fill("item 3999")
    await expect(tree.locator(".found")).to_contain_text("item 3999")


async def test_bytes_are_shown_as_bytes(visit: Opener) -> None:
    _, panel = await opened(visit, "bytes")
    await expect(panel).to_contain_text("Uint8Array, 11 B")
    await panel.get_by_role("button", name="Show the bytes").click()
    await expect(panel.locator(".hex")).to_contain_text("68 65 6c 6c 6f 20 62 79")
    await expect(panel.locator(".hex")).to_contain_text("hello bytes")


async def test_a_stream_shows_its_text_and_can_be_saved(visit: Opener) -> None:
    page, panel = await opened(visit, "stream")
    await expect(panel).to_contain_text("text stream, 8 B")
    await expect(panel.locator(".json")).to_have_text("one\ntwo\n")
    async with page.page.expect_download() as begun:
        await panel.get_by_role("link", name="Download").click()
    assert (await begun.value).suggested_filename == "output.txt"


async def test_a_sensitive_output_says_that_it_is(visit: Opener) -> None:
    _, panel = await opened(visit, "secret")
    await expect(panel).to_contain_text("Redacted")
    await expect(panel).not_to_contain_text("a password")


async def test_an_error_tells_what_led_to_it_and_leads_to_the_source(visit: Opener) -> None:
    page, panel = await opened(visit, "flaky")
    await expect(panel.locator(".attempt")).to_have_count(2)
    await expect(panel.locator(".error-cause").last).to_contain_text("caused by RangeError: the line is busy")
    frame = panel.locator(".error-block > .error-stack .frame").last
    await expect(frame).to_contain_text("workflow.js:")
    await frame.click()
    await expect(page.page.locator(".editor-host .cm-content")).to_be_focused()
    line = page.page.locator(".editor-host .cm-activeLine")
    await expect(line).to_contain_text("throw new TypeError")


async def test_what_is_no_function_is_named(visit: Opener) -> None:
    page = await visit()
    once = "{ retries: { limit: 0, delay: 0 } }"
    await page.run(workflow(f"const order = {{}}; await step.do('a', {once}, async () => order.pay(1));"))
    await page.ends("Failed")
    await expect(page.result.locator(".error-text")).to_have_text("TypeError: not a function")
    await expect(page.result.locator(".error-hint")).to_contain_text("order.pay is no function")


async def test_the_configuration_is_told_in_words_and_exactly(visit: Opener) -> None:
    _, panel = await opened(visit, "flaky")
    summary = panel.locator(".config summary")
    await expect(summary).to_contain_text("up to 1 retry, 20 ms apart · 10 min for each attempt")
    await summary.click()
    await expect(panel.locator(".config-exact")).to_contain_text("600000 ms")


async def test_the_last_lines_of_the_step_lead_to_the_log(visit: Opener) -> None:
    page, panel = await opened(visit, "report")
    await expect(panel.locator(".step-log-text")).to_have_text([f"line {at}" for at in (3, 4, 5, 6)])
    await panel.get_by_role("button", name="All 6 in the log").click()
    await expect(page.lines.filter(has_text="line 3")).to_be_focused()
    await expect(page.lines.filter(has_text="line 1")).to_be_visible()


async def test_the_details_have_the_input_the_events_and_the_output(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.APPROVED, {"letter": "dear all"})
    await page.ends("Waiting for you")
    await page.prompt.get_by_role("button", name="Approve", exact=True).click()
    await page.ends("Complete")
    await page.page.get_by_role("tab", name="Details").click()
    details = page.page.locator(".run-details")
    await expect(details.get_by_role("tree", name="Input")).to_contain_text("dear all")
    await expect(details.locator(".event-item")).to_contain_text("taken by sign the letter")
    await expect(details.get_by_role("tree", name="Output")).to_contain_text("approved: true")
    await details.get_by_role("button", name="sign the letter").click()
    await expect(page.page.locator("#dock")).to_be_visible()
    await expect(
        page.page.locator("#dock").get_by_role("button", name="Restart from sign the letter")
    ).to_be_visible()
