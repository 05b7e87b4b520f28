"""The approver's page on a phone: what is asked, one answer, and what is there afterwards."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit
from tests.live.workflows import workflow

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIGNED = workflow("""
    type Signed = {
      approved: boolean; level: 'low' | 'high'; amount: number; when: Date; tags: string[];
      who: { id: number; name?: string }; note?: string; by?: string;
    };
    const signed = await step.waitForEvent<Signed>('sign the letter', { type: 'signed', timeout: '1 hour' });
    return JSON.stringify(signed.payload);
""")

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


class Phones:
    """Phones on which links are opened. None of their pages may complain."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.visits: list[Visit] = []

    async def open(self, url: str, of: Page | None = None) -> Page:
        context = of.context if of is not None else await self._browser.new_context(**PHONE)
        page = await context.new_page()
        self.visits.append(Visit(page, ""))
        await page.goto(url)
        return page


@pytest_asyncio.fixture(loop_scope="session")
async def phones(browser: Browser) -> AsyncIterator[Phones]:
    phones = Phones(browser)
    yield phones
    complaints = [complaint for visit in phones.visits for complaint in visit.complaints]
    for each in phones.visits:
        await each.page.context.close()
    assert complaints == []


async def asked(page: Visit) -> str:
    """Run what waits, and make a link to its wait; the link."""
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    return await link(page)


async def link(page: Visit) -> str:
    await page.page.evaluate("document.activeElement?.blur()")
    await page.press("Send to an approver")
    dialog = page.page.get_by_role("dialog", name="Send to an approver")
    await expect(dialog.get_by_label("What is asked")).to_have_value("Sign the letter")
    await dialog.get_by_label("Who is asked").fill("Ada")
    await page.answer("Create link")
    url = await dialog.get_by_label("Link: decide").input_value()
    await page.page.keyboard.press("Escape")
    assert url.startswith(f"{page.base}/a/")
    return url


def verdict(phone: Page) -> Locator:
    return phone.locator("#verdict h1")


async def test_an_approver_decides_on_a_phone(visit: Opener, phones: Phones) -> None:
    page = await visit()
    url = await asked(page)
    phone = await phones.open(url)
    await expect(phone.locator("#question h1")).to_have_text("Sign the letter")
    await expect(phone.locator("#story .story-step")).to_contain_text("waits for you")
    assert "#" not in phone.url
    await phone.get_by_role("button", name="Approve", exact=True).tap()
    await expect(phone.locator("#decide")).to_contain_text("Say who decides")
    await phone.get_by_label("Your name").fill("Ada")
    await phone.get_by_label("Note").fill("well written")
    await phone.get_by_role("button", name="Approve", exact=True).tap()
    await expect(verdict(phone)).to_have_text("Approved by Ada")
    await expect(phone.locator("#story")).to_contain_text("The run is complete")
    await page.ends("Complete")
    await expect(page.result).to_contain_text("well written")
    await phone.reload()
    await expect(verdict(phone)).to_have_text("Approved by Ada")
    await expect(phone.locator("#decide")).to_be_hidden()
    again = await phones.open(url)
    await expect(verdict(again)).to_have_text("Approved by Ada")
    await page.press("Share")
    await page.page.get_by_role("tab", name="Decisions").click()
    await expect(page.page.locator(".audit-row").nth(1)).to_contain_text("Ada approved “sign the letter”")


async def test_two_tabs_and_two_taps_decide_once(visit: Opener, phones: Phones) -> None:
    page = await visit()
    url = await asked(page)
    one = await phones.open(url)
    two = await phones.open(url, of=one)
    phones.visits[1].forgive("status of 409")
    for tab in (one, two):
        await tab.get_by_label("Your name").fill("Ada")
    await one.get_by_role("button", name="Reject").dblclick()
    await expect(verdict(one)).to_have_text("Rejected by Ada")
    await expect(verdict(two)).to_have_text("Rejected by Ada")
    await page.ends("Complete")
    await expect(page.result).to_contain_text(re.compile(r"approved:\s*false"))


async def test_an_answer_may_be_any_json(visit: Opener, phones: Phones) -> None:
    page = await visit()
    phone = await phones.open(await asked(page))
    await phone.get_by_role("button", name="Answer with JSON").tap()
    await phone.get_by_label("Your name").fill("Ada")
    field = phone.get_by_label("The event's payload, JSON")
    await field.fill("{ signed:")
    await phone.get_by_role("button", name="Send").tap()
    await expect(phone.locator("#decide")).to_contain_text("This is not JSON")
    await field.fill('{ "signed": "in ink" }')
    await phone.get_by_role("button", name="Send").tap()
    await expect(verdict(phone)).to_have_text("Answered by Ada")
    await page.ends("Complete")
    await expect(page.result).to_contain_text("in ink")
    await expect(page.result).not_to_contain_text("Ada")


async def test_an_approver_has_the_fields_of_the_type_and_the_owner_s_controls(
    visit: Opener, phones: Phones
) -> None:
    page = await visit()
    await page.page.get_by_text("TS", exact=True).click()
    await page.run(SIGNED)
    await page.ends("Waiting for you")
    phone = await phones.open(await link(page))
    state, send = phone.locator(".decide-state"), phone.get_by_role("button", name="Send")
    await expect(phone.get_by_role("radiogroup", name="approved").locator(":checked")).to_have_count(0)
    await send.tap()
    await expect(state).to_have_text("approved is missing.")
    await expect(state).to_be_in_viewport(ratio=1)
    await expect(send).to_be_in_viewport(ratio=1)
    await phone.get_by_role("radiogroup", name="approved").get_by_label("Yes").check(force=True)
    await expect(state).to_have_text("")
    await send.tap()
    await expect(state).to_have_text("level is missing.")
    await phone.get_by_label("level").select_option("high")
    await phone.get_by_label("amount").fill("12.5")
    await expect(phone.get_by_label("when")).to_have_attribute("type", "datetime-local")
    await phone.get_by_label("when").fill("2026-03-01T10:00:00")
    for tag in ("one", "two"):
        await phone.get_by_role("button", name="Add to tags").tap()
        await phone.locator(".ask-item input").last.fill(tag)
    await phone.get_by_role("group", name="who").get_by_label("id").fill("7")
    await send.tap()
    await expect(state).to_contain_text("Say who decides")
    await expect(phone.get_by_label("Your name")).to_be_in_viewport(ratio=1)
    await phone.get_by_label("Your name").fill("Ada")
    await phone.get_by_label("Note").fill("well written")
    await send.tap()
    await expect(verdict(phone)).to_have_text("Answered by Ada")
    await page.ends("Complete")
    for part in (
        '\\"approved\\":true,\\"level\\":\\"high\\",\\"amount\\":12.5',
        '\\"tags\\":[\\"one\\",\\"two\\"],\\"who\\":{\\"id\\":7}',
        '\\"note\\":\\"well written\\"',
        '\\"by\\":\\"Ada\\"',
    ):
        await expect(page.result).to_contain_text(part)


async def test_each_end_has_its_page(visit: Opener, phones: Phones) -> None:
    page = await visit()
    first = await phones.open(await asked(page))
    await expect(first.locator("#question h1")).to_be_visible()
    second = await phones.open(await link(page))
    await expect(second.locator("#question h1")).to_be_visible()
    await page.press("Share")
    await page.page.get_by_role("button", name="Revoke the link Ada").first.click()
    await expect(page.page.get_by_role("dialog")).to_contain_text("Revoked")
    await page.page.keyboard.press("Escape")
    await second.reload()
    await expect(verdict(second)).to_have_text("This link was withdrawn")
    await expect(second.locator("#story")).to_be_hidden()
    await page.prompt.get_by_role("button", name="Approve", exact=True).click()
    await expect(verdict(first)).to_have_text("Already answered")
    phones.visits[-1].forgive("status of 404")
    unknown = await phones.open(f"{page.base}/a/AAAAAAAAAAAAAAAA#nothing")
    phones.visits[-1].forgive("status of 404")
    await expect(verdict(unknown)).to_have_text("This link opens nothing")


async def test_what_a_run_holds_is_text(visit: Opener, phones: Phones) -> None:
    page = await visit()
    name = workflows.HOSTILE_NAME
    source = workflows.APPROVED.replace("'sign the letter'", repr(name))
    await page.run(source, {"<b>key</b>": "<script>alert(2)</script>"})
    await page.ends("Waiting for you")
    await page.press("Send to an approver")
    await page.answer("Create link")
    url = await page.page.get_by_label("Link: decide").input_value()
    phone = await phones.open(url)
    await expect(phone.locator("#question h1")).to_have_text(name)
    await expect(phone.locator(".plain-facts dd")).to_have_text("<script>alert(2)</script>")
    assert await phone.locator("main img, main script").count() == 0


async def test_a_link_that_ends_while_somebody_looks_at_it_says_so(visit: Opener, phones: Phones) -> None:
    page = await visit()
    await page.page.route("**/approvals", _for_seconds)
    phone = await phones.open(await asked(page))
    await expect(verdict(phone)).to_have_text("This link has expired")
    await expect(phone.get_by_role("button", name="Approve")).to_be_hidden()


async def _for_seconds(route: Route) -> None:
    wanted = {**(route.request.post_data_json or {}), "expires": int(time.time() * 1000) + 5000}
    await route.continue_(post_data=json.dumps(wanted))
