"""A run that waits for an event asks in the page, and goes on by the answer."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def asked(visit: Opener) -> Visit:
    """A page with a run that waits for its event."""
    page = await visit()
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    return page


async def test_the_prompt_names_the_step_and_the_type_of_its_event(visit: Opener) -> None:
    page = await asked(visit)
    await expect(page.prompt.get_by_role("heading")).to_have_text("sign the letter")
    await expect(page.prompt).to_contain_text("signature")
    await expect(page.prompt).to_contain_text("times out in")


@pytest.mark.parametrize(
    ("typed", "button", "decision"),
    [
        ("", "Approve", ["approved: true"]),
        ('{"note": "fine"}', "Approve", ["approved: true", 'note: "fine"']),
        ('{"note": "no"}', "Reject", ['note: "no"', "approved: false"]),
        ('["anything", 7]', "Send as it is", ['0: "anything"', "1: 7"]),
    ],
    ids=["approve", "approve with a payload", "reject", "as it is"],
)
async def test_the_answer_is_what_the_run_gets(
    visit: Opener, typed: str, button: str, decision: list[str]
) -> None:
    page = await asked(visit)
    await page.prompt.locator("textarea").fill(typed)
    await page.prompt.get_by_role("button", name=button, exact=True).click()
    await page.ends("Complete")
    await expect(page.prompt).to_have_count(0)
    rows = await page.result.locator(".tree-item[aria-level='3'] > .tree-row").all_text_contents()
    assert rows == decision


@pytest.mark.parametrize(
    ("typed", "complaint"), [("{note: 1}", "Not JSON"), ("[1]", "JSON object")], ids=["no JSON", "no object"]
)
async def test_an_answer_that_cannot_be_sent_is_refused_aloud(
    visit: Opener, typed: str, complaint: str
) -> None:
    page = await asked(visit)
    await page.prompt.locator("textarea").fill(typed)
    await page.prompt.get_by_role("button", name="Approve", exact=True).click()
    await expect(page.prompt.locator(".prompt-state")).to_contain_text(complaint)
    await expect(page.pill).to_have_text("Waiting for you")


async def test_what_was_typed_stays_while_the_run_is_only_looked_at(visit: Opener) -> None:
    page = await asked(visit)
    field: Any = page.prompt.locator("textarea")
    await field.fill('{"half": ')
    await page.step("sign the letter").locator(".step-row").click()
    await expect(field).to_have_value('{"half": ')
