"""Links that let somebody else in: to watch, to approve, to edit, and nothing more than that."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

CONTROLS = ("Pause", "Restart", "More to do with this run")

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def dialog(page: Visit) -> Locator:
    return page.page.get_by_role("dialog", name="Share this session")


async def linked(page: Visit, scope: str = "Watch", label: str = "") -> str:
    """Make a link in the share dialog, which stays open; its address."""
    if not await dialog(page).is_visible():
        await page.press("Share")
    await dialog(page).locator(".scope-choice", has_text=scope).first.click()
    await page.page.get_by_label("Label of the link").fill(label)
    before = await dialog(page).locator(".link-rows .link-row").count()
    await page.answer("Create link")
    await expect(dialog(page).locator(".link-rows .link-row")).to_have_count(before + 1)
    url = await page.page.get_by_label(f"Link: {scope}").input_value()
    assert url.startswith(page.base + "/s/")
    return url


async def shared(page: Visit, scope: str = "Watch") -> str:
    """Make a link and close the dialog; the link's path, with its secret."""
    url = await linked(page, scope)
    await page.page.keyboard.press("Escape")
    return url.removeprefix(page.base)


async def test_a_stranger_watches_live_and_can_do_nothing(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    stranger = await visit(await shared(page))
    await expect(stranger.page.locator("#watching-banner")).to_contain_text("You are watching")
    await expect(stranger.page.locator(".editor-host .cm-content")).to_contain_text("sign the letter")
    await stranger.ends("Waiting for an event")
    assert "share=" not in stranger.page.url
    for name in ("Run", "Approve", "Reject", "Share", "Reset", *CONTROLS):
        await expect(stranger.page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    await expect(stranger.page.get_by_role("link", name="Open your own")).to_be_visible()
    await page.prompt.get_by_role("button", name="Approve", exact=True).click()
    await stranger.ends("Complete")
    await expect(stranger.result).to_contain_text(re.compile(r"approved:\s*true"))


async def test_a_stranger_sees_a_run_that_starts_later_with_its_code(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    stranger = await visit(await shared(page))
    await stranger.ends("Complete")
    await page.run(workflows.FAILING)
    await stranger.ends("Failed")
    await expect(stranger.page.locator(".editor-host .cm-content")).to_contain_text("out of paper")


async def test_who_may_approve_answers_what_waits_and_nothing_more(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    approver = await visit(await shared(page, "Approve"))
    await expect(approver.page.locator("#watching-banner")).to_contain_text("You may approve")
    for name in ("Run", "Share", "Reset", *CONTROLS):
        await expect(approver.page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    await approver.prompt.get_by_role("button", name="Approve", exact=True).click()
    await page.ends("Complete")
    await expect(page.result).to_contain_text(re.compile(r"approved:\s*true"))


async def test_who_may_edit_runs_in_the_session_and_does_not_share_it_on(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    editor = await visit(await shared(page, "Edit"))
    await expect(editor.page.locator("#watching-banner")).to_contain_text("You are editing a shared session")
    await expect(editor.page.get_by_role("button", name="Share", exact=True)).to_have_count(0)
    await editor.run(workflows.FAILING)
    await editor.ends("Failed")
    await page.ends("Failed")


async def test_a_revoked_link_opens_nothing(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    url = await linked(page, label="the wrong one")
    await page.press("Revoke the link the wrong one")
    await expect(dialog(page)).to_contain_text("Nobody comes in by that link any more")
    await expect(dialog(page)).to_contain_text("No links yet")
    stranger = await visit()
    stranger.forgive("status of 404")
    await stranger.page.goto(url)
    await expect(stranger.page.locator("#closed-title")).to_have_text("This link does not work any more")
    await expect(stranger.page.locator("#workbench")).to_be_hidden()


async def test_a_session_without_a_link_stays_closed(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    path = (await shared(page)).partition("#")[0]
    stranger = await visit()
    await stranger.page.goto(stranger.base + path)
    await expect(stranger.page.locator("#closed-title")).to_have_text("This session is not open to you")
    assert "hello" not in await stranger.page.content()


async def test_who_watches_by_a_link_that_is_revoked_is_out_with_the_next_entry(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    url = await linked(page)
    stranger = await visit(url.removeprefix(page.base))
    stranger.forgive("status of 404")
    await stranger.ends("Waiting for an event")
    await page.press("Revoke the link Watch")
    await expect(dialog(page)).to_contain_text("Revoked")
    await page.page.keyboard.press("Escape")
    await page.prompt.get_by_role("button", name="Approve", exact=True).click()
    await page.ends("Complete")
    await expect(stranger.page.locator("#offline-banner")).to_contain_text("You cannot watch any longer")
    await expect(stranger.pill).to_have_text("Waiting for an event")


async def test_a_stranger_sees_what_the_owner_does_but_no_button_of_it(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.HELD_UP)
    await page.reaches("nap", "sleeping")
    stranger = await visit(await shared(page))
    await stranger.reaches("nap", "sleeping")
    await expect(stranger.page.locator(".step-actions:visible")).to_have_count(0)
    await page.press("Pause")
    await stranger.ends("Paused")
    await expect(stranger.happenings).to_have_text([re.compile("^Paused for")])
    await page.choose("Delete this run")
    await page.answer("Delete")
    await expect(stranger.page.locator(".toast")).to_contain_text("Run 1 was deleted.")
    await expect(stranger.page.locator(".quiet")).to_contain_text("Nothing has run here yet")


async def test_the_dialog_lists_links_and_what_was_done_by_them(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    url = await linked(page, "Edit", "Ada")
    row = dialog(page).locator(".link-row", has_text="Ada")
    await expect(row).to_contain_text(re.compile("Edit · expires in .* · not opened yet"))
    editor = await visit(url.removeprefix(page.base))
    await editor.run(workflows.FAILING)
    await editor.ends("Failed")
    await page.page.get_by_role("tab", name="Decisions").click()
    rows = dialog(page).locator(".audit-row")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(0)).to_contain_text("A run was started")
    await expect(rows.nth(0)).to_contain_text("by the link “Ada”")
    await expect(rows.nth(1)).to_contain_text("A link to edit was opened")
    await expect(rows.nth(2)).to_contain_text("by the owner")
