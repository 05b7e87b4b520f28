"""Prompts: fields where the source names them, JSON beside them, and what was sent before."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit
from tests.live.workflows import workflow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LARGE = workflow("""
    type Large = {
      approved: boolean; level: 'low' | 'high'; amount: number; when: Date; tags: string[];
      who: { id: number; name?: string }; reason: string;
    };
    return (await step.waitForEvent<Large>('sign the letter', { type: 'large', timeout: '1 hour' })).payload;
""")
SIZES = [(1440, 900), (1024, 768), (390, 844)]


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


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_send_and_what_is_wrong_are_in_sight_in_a_large_form(
    visit: Opener, width: int, height: int
) -> None:
    page = await visit()
    await page.page.get_by_text("TS", exact=True).click()
    await page.page.set_viewport_size({"width": width, "height": height})
    await page.run(LARGE)
    state, send = (
        page.prompt.locator(".prompt-state"),
        page.prompt.get_by_role("button", name="Send", exact=True),
    )
    await expect(send).to_be_in_viewport(ratio=1)
    await page.prompt.get_by_label("reason").fill("none")  # the last one
    await expect(send).to_be_in_viewport(ratio=1)
    await send.click()
    await expect(state).to_have_text("approved is missing.")
    await expect(state).to_be_in_viewport(ratio=1)
    await expect(page.prompt.get_by_role("radiogroup", name="approved")).to_be_in_viewport(ratio=1)
    await page.prompt.get_by_role("radiogroup", name="approved").get_by_label("Yes").check(force=True)
    await expect(state).to_have_text("")
    await page.prompt.get_by_label("level").select_option("low")
    await page.prompt.get_by_label("amount").fill("1")
    await page.prompt.get_by_label("when").fill("2026-03-01T10:00:00")
    await send.click()
    wrong = page.prompt.get_by_role("group", name="who").get_by_label("id")
    await expect(state).to_have_text("id is missing.")
    await expect(wrong).to_be_focused()
    assert await wrong.evaluate(_ON_TOP)


async def test_a_mistake_is_told_until_it_is_mended(visit: Opener) -> None:
    page = await asked(visit, workflows.PARCEL)
    weight, state = page.prompt.get_by_label("weight"), page.prompt.locator(".prompt-state")
    await weight.fill("heavy")
    await page.prompt.get_by_role("button", name="Send", exact=True).click()
    await expect(state).to_have_text("weight should be a number.")
    await weight.fill("heav")
    await expect(state).to_have_text("weight should be a number.")
    await expect(weight).to_have_attribute("aria-invalid", "true")
    await weight.fill("2")
    await expect(state).to_have_text("")
    assert await weight.get_attribute("aria-invalid") is None


async def test_the_json_of_an_answer_has_the_card_s_width_and_grows(visit: Opener) -> None:
    page = await asked(visit, workflows.PARCEL)
    await page.prompt.get_by_role("button", name="JSON").click()
    field = page.prompt.locator(".prompt-payload")
    card, box = await page.prompt.bounding_box(), await field.bounding_box()
    assert card is not None
    assert box is not None
    assert box["width"] > card["width"] - 40
    assert box["height"] >= 90
    await field.fill("\n" * 9)
    grown = await field.bounding_box()
    assert grown is not None
    assert grown["height"] > box["height"] + 40


_ON_TOP = """field => {
  const { left, top, bottom, width } = field.getBoundingClientRect();
  return [top + 2, bottom - 2].every((y) => document.elementFromPoint(left + width / 2, y) === field);
}"""
