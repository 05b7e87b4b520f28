"""Two runs side by side."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def compared(visit: Opener, first: str, second: str) -> tuple[Visit, Locator]:
    """Two runs that ended, in the comparison."""
    page = await visit()
    for source in (first, second):
        await page.run(source, {"name": "Ada"})
        await page.reaches("decide", "waiting")
        await page.press("Approve")
        await page.ends("Complete")
    await page.choose("Compare")
    dialog = page.page.get_by_role("dialog", name="Compare two runs")
    await expect(dialog).to_be_visible()
    return page, dialog


async def test_what_differs_first_is_said_and_shown(visit: Opener) -> None:
    _, dialog = await compared(visit, workflows.ORDER, workflows.TAXED_ORDER)
    await expect(dialog.locator(".comparison-verdict")).to_contain_text(
        "They first differ at “taxes”: only Run 2 has it."
    )
    names = dialog.locator(".pair-text")
    await expect(names).to_have_text(["price", "taxes", "charge", "decide", "ship"])
    charge = dialog.get_by_role("listitem").filter(has_text="charge")
    await charge.get_by_role("button").click()
    changed = charge.locator('[data-change="removed"], [data-change="added"]')
    await expect(changed).to_have_text(['−  "paid": 12\n', '+  "paid": 15\n'])
    result = dialog.get_by_role("region", name="Result")
    await expect(result.locator('[data-change="added"]')).to_contain_text("15")
    code = dialog.get_by_role("region", name="Code")
    await expect(code.locator(".cm-changedLine, .cm-insertedLine").first).to_be_visible()


async def test_runs_of_the_same_code_and_input_are_the_same(visit: Opener) -> None:
    page, dialog = await compared(visit, workflows.ORDER, workflows.ORDER)
    await expect(dialog.locator(".comparison-verdict")).to_have_text("All 4 steps came to the same.")
    await expect(dialog.get_by_role("region", name="Code")).to_contain_text("Both went by the same code.")
    await dialog.get_by_label("Run on the left").select_option(label="Run 2 · Complete")
    await expect(dialog.get_by_label("Run on the left")).to_be_focused()
    await page.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()


async def test_there_is_nothing_to_compare_with_at_first(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.choose("Compare")
    await expect(page.page.get_by_text("There is nothing to compare with: run once more.")).to_be_visible()
