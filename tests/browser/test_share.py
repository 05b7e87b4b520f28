"""A link that lets somebody else watch, and nothing more."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

CONTROLS = ("Pause", "Restart", "More to do with this run")

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def shared(page: Visit) -> str:
    """Press Share; the path of the link, with its secret."""
    await page.press("Share")
    url = await page.page.get_by_label("Link to watch this session").input_value()
    await page.page.keyboard.press("Escape")
    assert url.startswith(page.base + "/s/")
    return url.removeprefix(page.base)


async def test_a_stranger_watches_live_and_can_do_nothing(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    stranger = await visit(await shared(page))
    await expect(stranger.page.locator("#watching-banner")).to_contain_text("You are watching")
    await expect(stranger.page.locator(".cm-content")).to_contain_text("sign the letter")
    await stranger.ends("Waiting for an event")
    assert "share=" not in stranger.page.url
    for name in ("Run", "Approve", "Reject", "Share", "Reset", *CONTROLS):
        await expect(stranger.page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    await expect(stranger.page.get_by_role("link", name="Open your own")).to_be_visible()
    await page.prompt.get_by_role("button", name="Approve").click()
    await stranger.ends("Complete")
    await expect(stranger.result).to_contain_text('"approved": true')


async def test_a_stranger_sees_a_run_that_starts_later_with_its_code(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    stranger = await visit(await shared(page))
    await stranger.ends("Complete")
    await page.run(workflows.FAILING)
    await stranger.ends("Failed")
    await expect(stranger.page.locator(".cm-content")).to_contain_text("out of paper")


async def test_the_editor_of_a_stranger_takes_no_text(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    stranger = await visit(await shared(page))
    before = await stranger.page.locator(".cm-content").inner_text()
    await stranger.page.locator(".cm-content").click()
    await stranger.page.keyboard.type("mine now")
    assert await stranger.page.locator(".cm-content").inner_text() == before


async def test_a_revoked_link_opens_nothing(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.press("Share")
    url = await page.page.get_by_label("Link to watch this session").input_value()
    await page.press("Revoke this link")
    await expect(page.page.get_by_text("The link is revoked")).to_be_visible()
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
    await page.press("Share")
    url = await page.page.get_by_label("Link to watch this session").input_value()
    stranger = await visit(url.removeprefix(page.base))
    stranger.forgive("status of 404")
    await stranger.ends("Waiting for an event")
    await page.press("Revoke this link")
    await page.prompt.get_by_role("button", name="Approve").click()
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
