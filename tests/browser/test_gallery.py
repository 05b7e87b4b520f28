"""The gallery: examples are found, opened without losing a word, and bring what to try."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def opened(page: Visit) -> None:
    await page.page.evaluate("() => document.activeElement.blur()")
    await page.page.keyboard.press("g")
    await expect(page.page.get_by_role("dialog").get_by_role("button", name="Hello")).to_be_visible()


async def test_an_example_is_found_opened_and_run(visit: Opener) -> None:
    page = await visit()
    await opened(page)
    cards = page.page.locator("button.gallery-card")
    assert await cards.count() >= 10
    await page.page.keyboard.type("event order")
    await expect(cards.first).to_contain_text("The order of events")
    await page.page.keyboard.press("Control+a")
    await page.page.keyboard.type("no such lesson")
    await expect(page.page.get_by_role("dialog")).to_contain_text("No example is about that")
    await page.page.keyboard.press("Control+a")
    await page.page.keyboard.type("hello")
    await cards.first.click()
    await expect(page.page.locator("#lesson-note")).to_contain_text("Change the name in the payload")
    await expect(page.page.locator("#payload")).to_have_value('{\n  "name": "Ada"\n}')
    await page.run()
    await page.ends("Complete")
    await expect(page.result).to_contain_text("Hello, Ada")


async def test_what_was_typed_comes_back_and_is_among_the_versions(visit: Opener) -> None:
    page = await visit()
    await page.write("// my own words\nexport default {};")
    await opened(page)
    await page.page.get_by_role("button", name="Hello").click()
    await expect(page.page.locator("#editor-host .cm-content")).to_contain_text("Hello: the smallest")
    await page.page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(page.page.locator("#editor-host .cm-content")).to_contain_text("// my own words")
    await expect(page.page.locator("#lesson-note")).to_be_hidden()
    kept = await page.page.evaluate(_VERSIONS)
    assert any("my own words" in text for text in kept)


async def test_several_files_come_as_tabs(visit: Opener) -> None:
    page = await visit()
    await opened(page)
    await page.page.get_by_role("button", name="TypeScript in several files").click()
    await expect(page.page.locator(".file-tab-name")).to_have_text(["workflow.ts", "prices.ts", "types.ts"])


async def test_the_arrows_walk_through_the_cards(visit: Opener) -> None:
    page = await visit()
    await opened(page)
    card = page.page.get_by_role("button", name="Hello")
    await card.focus()
    await page.page.keyboard.press("ArrowRight")
    await expect(page.page.get_by_role("button", name="A first walk")).to_be_focused()
    await page.page.keyboard.press("ArrowLeft")
    await page.page.keyboard.press("ArrowUp")
    await expect(page.page.get_by_role("searchbox", name="Find an example")).to_be_focused()


async def test_a_gallery_that_does_not_load_says_so_and_tries_again(visit: Opener) -> None:
    page = await visit()
    page.forgive("ERR_FAILED")
    await page.page.route("**/api/examples", lambda route: route.abort())
    await page.page.evaluate("() => document.activeElement.blur()")
    await page.page.keyboard.press("g")
    dialog = page.page.get_by_role("dialog", name="Examples")
    await expect(dialog.get_by_role("alert")).to_contain_text("could not be loaded")
    await page.page.unroute("**/api/examples")
    await dialog.get_by_role("button", name="Try again").click()
    await expect(dialog.get_by_role("button", name="Hello")).to_be_visible()


_VERSIONS = """async () => {
  const { id } = await (await fetch("/api/sessions", {
    method: "POST", headers: { "content-type": "application/json" }, body: "{}",
  })).json();
  const { versions } = await (await fetch(`/api/sessions/${id}/versions`)).json();
  const whole = versions.map(async (each) => JSON.stringify(
    await (await fetch(`/api/sessions/${id}/versions/${each.id}`)).json(),
  ));
  return Promise.all(whole);
}"""
