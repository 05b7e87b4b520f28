"""The checklist: loops and groups as such, attempts with their gaps, branches that were not taken."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.live.workflows import workflow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BRANCHED = workflow("""
    for (let i = 0; i < 30; i++) await step.do(`item ${i}`, async () => i);
    await Promise.all([step.do('left', async () => 1), step.do('right', async () => 2)]);
    if (event.payload.name === 'Ada') await step.do('greet', async () => 'hello');
    else await step.do('ignore', async () => null);
    return 1;
""")


async def test_a_long_loop_is_one_line_that_opens_by_keys_alone(visit: Opener) -> None:
    page = await visit()
    await page.run(BRANCHED, {"name": "Ada"})
    await page.ends("Complete")
    groups = page.page.locator(".group-group .group-name")
    await expect(groups).to_have_text(["for i = 0; i < 30; i++", "In parallel"])
    assert await page.states() == {
        "item 29": "completed",
        "left": "completed",
        "right": "completed",
        "greet": "completed",
        "ignore": "missed",
    }
    await expect(page.step("ignore")).to_contain_text("branch not taken")
    folded = page.page.locator(".group-more .group-row")
    await expect(folded).to_contain_text("29 more rounds")
    await folded.focus()
    await page.page.keyboard.press("Enter")
    await expect(page.steps).to_have_count(34)
    await page.page.locator(".group-group .group-row").first.focus()
    await page.page.keyboard.press("ArrowLeft")
    await expect(page.steps).to_have_count(4)


async def test_what_is_selected_elsewhere_is_unfolded_and_in_sight(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.LOGGING_LOOP)
    await page.ends("Complete")
    await expect(page.step("item 3")).to_have_count(0)
    await page.page.locator("#tab-timeline").click()
    await page.page.locator(".tl-row", has_text="item 3").first.click()
    await page.page.locator("#tab-checklist").click()
    await expect(page.step("item 3").locator(".step-detail")).to_be_in_viewport()


async def test_attempts_stand_with_the_gaps_between_them(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.RETRIED)
    await page.ends("Complete")
    strip = page.step("stubborn").locator(".attempts > *")
    kinds = await strip.evaluate_all("parts => parts.map((part) => part.className)")
    assert kinds == ["attempt-bar", "attempt-wait", "attempt-bar", "attempts-count"]
