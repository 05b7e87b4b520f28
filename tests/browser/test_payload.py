"""The payload's pane: an editor of JSON that knows what was sent before."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def editor_of(page: Visit) -> Locator:
    return page.page.locator(".payload .cm-content")


async def typed(page: Visit, text: str) -> None:
    await editor_of(page).click()
    await page.page.keyboard.press("ControlOrMeta+a")
    await page.page.keyboard.insert_text(text)


async def test_what_is_typed_is_what_runs_and_a_mistake_is_marked(visit: Opener) -> None:
    page = await visit()
    await page.write(workflows.QUICK)
    await typed(page, '{"name": Ada}')
    await expect(page.page.locator(".payload .cm-lintRange-error")).to_have_text("A")
    await expect(editor_of(page)).to_have_attribute("aria-invalid", "true")
    await typed(page, '{"name": "Ada"}')
    await expect(page.page.locator(".payload .cm-lintRange-error")).to_have_count(0)
    await page.page.keyboard.press("ControlOrMeta+Enter")
    await page.ends("Complete")
    await expect(page.result).to_contain_text("hello Ada")


async def test_it_is_formatted_and_tab_leaves_it(visit: Opener) -> None:
    page = await visit()
    await typed(page, '{"name":"Ada"}')
    await page.page.locator(".payload-tools").get_by_role("button", name="Format").click()
    await expect(page.page.locator("#payload")).to_have_value('{\n  "name": "Ada"\n}')
    await editor_of(page).focus()
    await page.page.keyboard.press("Tab")
    await expect(editor_of(page)).not_to_be_focused()


async def test_payloads_used_before_are_listed_chosen_and_removed(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.run(None, {"name": "Bob"})
    await expect(page.page.locator(".run-number")).to_have_text("Run 2")
    await page.ends("Complete")
    await page.press("Used before")
    choices = page.page.locator(".payload-choice code")
    await expect(choices).to_have_text(['{"name":"Bob"}', '{"name":"Ada"}'])
    await choices.nth(1).click()
    await expect(page.page.locator("#payload")).to_have_value('{\n  "name": "Ada"\n}')
    await page.press("Used before")
    await page.page.locator(".payload-item", has_text="Bob").get_by_role("button", name="Remove").click()
    await expect(choices).to_have_text(['{"name":"Ada"}'])
    await page.page.keyboard.press("Escape")
    await expect(page.page.get_by_role("button", name="Used before")).to_be_focused()


async def test_it_folds_and_stays_folded_and_a_refusal_unfolds_it(visit: Opener) -> None:
    page = await visit()
    await page.write(workflows.QUICK)
    await page.pay("{bad")
    fold = page.page.get_by_role("button", name="Payload", exact=True)
    await fold.click()
    await expect(page.page.locator("#payload-state")).to_contain_text("Not JSON")
    await page.open()
    await expect(fold).to_have_attribute("aria-expanded", "false")
    await page.page.locator("#run-button").click()
    await expect(fold).to_have_attribute("aria-expanded", "true")
    await expect(editor_of(page)).to_be_focused()


async def test_it_is_made_larger_by_keys(visit: Opener) -> None:
    page = await visit()
    handle = page.page.get_by_role("separator", name="Height of the payload")
    body = page.page.locator(".payload-body")
    before = await body.bounding_box()
    await handle.focus()
    for _ in range(3):
        await page.page.keyboard.press("ArrowUp")
    after = await body.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"] + 40
