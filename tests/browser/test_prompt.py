"""Prompts: fields where the source names them, JSON beside them, and what was sent before."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def asked(visit: Opener, source: str) -> Visit:
    page = await visit()
    await page.run(source)
    await page.ends("Waiting for you")
    return page


async def test_a_decision_has_two_buttons_and_fields_for_the_rest(visit: Opener) -> None:
    page = await asked(visit, workflows.DECIDED)
    await page.prompt.get_by_label("by").fill("Ada ")
    await page.prompt.get_by_role("button", name="Approve", exact=True).click()
    await page.ends("Complete")
    await expect(page.result).to_contain_text('by: "Ada"')


async def test_what_was_sent_for_the_type_before_is_offered(visit: Opener) -> None:
    page = await asked(visit, workflows.DECIDED)
    await page.prompt.get_by_label("by").fill("Bob")
    await page.prompt.get_by_role("button", name="Reject").click()
    second = page.prompt.filter(has_text="sign it again")
    await expect(second.locator(".prompt-last")).to_contain_text('{"by":"Bob","approved":false}')
    await second.get_by_role("button", name="Use it").click()
    await expect(second.get_by_label("by")).to_have_value("Bob")
    await second.get_by_role("button", name="Approve", exact=True).click()
    await page.ends("Complete")
    await expect(page.result).to_contain_text("again: true")


async def test_fields_hold_what_their_names_say(visit: Opener) -> None:
    page = await asked(visit, workflows.PARCEL)
    weight = page.prompt.get_by_label("weight")
    await weight.fill("heavy")
    await page.prompt.get_by_role("button", name="Send", exact=True).click()
    await expect(page.prompt.get_by_role("alert")).to_have_text("weight should be a number.")
    await expect(weight).to_be_focused()
    await weight.fill("2.5")
    await page.prompt.get_by_role("radiogroup", name="fragile").get_by_label("No").check(force=True)
    await page.prompt.get_by_role("group", name="door").get_by_label("name").fill("blue")
    await page.prompt.get_by_role("button", name="Add to items").click()
    await page.prompt.locator(".ask-item textarea").fill("7")
    await page.prompt.get_by_role("button", name="JSON").click()
    expected = '{"weight":2.5,"fragile":false,"items":[7],"door":{"name":"blue"}}'
    await expect(page.prompt.locator(".prompt-payload")).to_have_value(expected)
    await page.prompt.get_by_role("button", name="Send", exact=True).click()
    await page.ends("Complete")
    await expect(page.result).to_contain_text("weight: 2.5")


async def test_what_is_no_json_is_refused_aloud(visit: Opener) -> None:
    page = await asked(visit, workflows.PARCEL)
    await page.prompt.get_by_role("button", name="JSON").click()
    await page.prompt.locator(".prompt-payload").fill("{weight: 1}")
    await page.prompt.get_by_role("button", name="Send", exact=True).click()
    await expect(page.prompt.get_by_role("alert")).to_contain_text("line 1, column 2")
    await expect(page.prompt.locator(".prompt-payload")).to_be_focused()
    await expect(page.pill).to_have_text("Waiting for you")
