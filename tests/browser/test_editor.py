"""The editor, written in as users do. A page that complains, of its policy for instance, fails its test."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("typed", ["x", "mine", "several\nlines"])
async def test_text_typed_over_all_replaces_it(visit: Opener, typed: str) -> None:
    page = await visit()
    await page.write(workflows.QUICK)
    editor, keyboard = page.page.locator(".editor-host .cm-content"), page.page.keyboard
    await keyboard.press("ControlOrMeta+a")
    await keyboard.insert_text(typed)
    await expect(editor).to_have_text(typed.replace("\n", ""))
    await keyboard.press("ControlOrMeta+z")
    await expect(editor).to_contain_text("step.do")


async def test_a_bracket_typed_over_a_word_goes_around_it(visit: Opener) -> None:
    page = await visit()
    await page.write("word")
    await page.page.keyboard.press("ControlOrMeta+a")
    await page.page.keyboard.type("(")
    await expect(page.page.locator(".editor-host .cm-content")).to_have_text("(word)")


async def test_a_paste_over_a_selection(visit: Opener) -> None:
    page = await visit(permissions=["clipboard-read", "clipboard-write"])
    await page.page.evaluate("navigator.clipboard.writeText('one line')")
    await page.page.locator(".editor-host .cm-content").click()
    await page.page.keyboard.press("ControlOrMeta+a")
    await page.page.keyboard.press("ControlOrMeta+v")
    await expect(page.page.locator(".editor-host .cm-content")).to_have_text("one line")
