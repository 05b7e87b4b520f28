"""Whoever may not edit types anyway, in a session of their own; and links that carry the code itself."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.test_share import dialog, shared
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def own(page: Visit) -> None:
    """Wait until the page is that of a session of one's own, with its editor."""
    await expect(page.page.locator("body")).to_have_attribute("data-access", "own")
    await expect(page.page.locator(".editor-host .cm-content")).to_be_visible()


async def test_who_watches_forks_by_editing_and_loses_no_key(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    stranger = await visit(await shared(page))
    await stranger.ends("Waiting for an event")
    await stranger.page.locator(".editor-host .cm-content").click()
    await stranger.page.keyboard.press("ControlOrMeta+Home")
    await stranger.page.keyboard.type("// mine now\n")
    await expect(stranger.page.locator("#fork-note")).to_contain_text("It is saved")
    await stranger.press("Open it")
    await own(stranger)
    await expect(stranger.page.locator(".cm-line").first).to_have_text("// mine now")
    await expect(stranger.page.locator(".editor-host .cm-content")).to_contain_text("sign the letter")
    await expect(stranger.page.locator("#empty")).to_be_visible()  # nothing has run here
    await expect(page.page.locator(".editor-host .cm-content")).not_to_contain_text("mine now")
    await stranger.page.locator("#run-button").click()
    await stranger.ends("Waiting for you")
    await expect(page.page.locator(".run-status .pill")).to_have_text("Waiting for you")


async def test_the_fork_button_keeps_what_one_had(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    path = await shared(page)
    stranger = await visit()
    await stranger.run(workflows.FAILING)
    await stranger.ends("Failed")
    await stranger.open(path)
    await expect(stranger.page.locator("#watching-banner")).to_be_visible()
    await stranger.press("Fork")
    await own(stranger)
    await expect(stranger.page.locator("#empty")).to_be_visible()
    await expect(stranger.page.locator(".editor-host .cm-content")).to_contain_text("inside first")
    await stranger.run(payload={"name": "Bo"})
    await stranger.ends("Complete")
    await stranger.open("/")
    await stranger.ends("Failed")


async def test_a_link_carries_the_code_and_runs_nothing(visit: Opener) -> None:
    page = await visit(permissions=["clipboard-read", "clipboard-write"])
    await page.write(workflows.QUICK)
    await page.pay({"name": "Ada"})
    await page.press("Share")
    await dialog(page).get_by_role("button", name="Copy a link that carries the code").click()
    await expect(dialog(page).locator(".code-link")).to_contain_text("Copied")
    url = str(await page.page.evaluate("navigator.clipboard.readText()"))
    assert url.startswith(f"{page.base}/#code=1.")
    stranger = await visit()
    await stranger.write("// what I was typing")
    await stranger.page.goto(url)
    note = stranger.page.locator("#code-link-note")
    await expect(note).to_contain_text("It does not run by itself")
    assert "#" not in stranger.page.url
    await expect(stranger.page.locator(".editor-host .cm-content")).to_have_text("// what I was typing")
    await stranger.press("Open shared code")
    await expect(stranger.page.locator(".editor-host .cm-content")).to_contain_text("inside first")
    await expect(stranger.page.locator("#payload")).to_have_value('{"name": "Ada"}')
    await expect(stranger.page.locator("#empty")).to_be_visible()
    await stranger.press("Undo")
    await expect(stranger.page.locator(".editor-host .cm-content")).to_have_text("// what I was typing")


async def test_a_broken_code_link_changes_nothing(visit: Opener) -> None:
    stranger = await visit()
    await stranger.write("// what I was typing")
    await stranger.page.goto(f"{stranger.base}/#code=1.AAAA")
    await expect(stranger.page.locator(".toast")).to_contain_text("cannot be opened")
    await expect(stranger.page.locator(".editor-host .cm-content")).to_have_text("// what I was typing")
