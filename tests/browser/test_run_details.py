"""What a run was given and came to, whole; and what can be done with a step, however much it holds."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.live.workflows import workflow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ECHO = workflow("""
    const answer = await step.waitForEvent('sign', { type: 'signature', timeout: '1 hour' });
    return { rows: event.payload.rows, signed: answer.payload };
""")
ROWS = [{"id": at, "name": f"row {at}"} for at in range(300)]


async def test_input_output_and_events_are_shown_whole(visit: Opener) -> None:
    page = await visit()
    await page.run(ECHO, {"rows": ROWS})
    await page.reaches("sign", "waiting")
    await page.page.locator("#tab-details").click()
    details = page.page.locator("#view-details")
    run = await details.locator(".fact-id").first.inner_text()
    event = {"type": "signature", "payload": {"rows": ROWS}}
    assert await page.page.evaluate(_SEND, [run, event]) == 202
    await page.ends("Complete")
    for part, path in (("input", "input"), ("output", "output"), ("events", "event-")):
        block = details.locator(f".run-{part}")
        link = block.get_by_role("link", name="Download")
        assert path in str(await link.get_attribute("href"))
        await block.get_by_role("button", name="Show all").click()
        await expect(block.get_by_role("tree")).to_contain_text('"row 3"')
    await expect(page.page.locator("#result")).to_be_hidden()


async def test_the_input_in_the_checklist_leads_to_the_details(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.page.get_by_role("button", name="Input").click()
    await expect(page.page.locator("#view-details .run-input")).to_contain_text("Ada")


async def test_restarting_from_a_step_stays_in_sight_below_a_long_panel(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.OUTPUTS)
    await page.ends("Failed")
    await page.step("report").locator(".step-row").click()
    await expect(page.page.locator(".step.selected")).to_be_visible()
    again = page.page.get_by_role("button", name="Restart from report")
    await expect(again).to_be_in_viewport()
    await page.page.locator("#run-body").hover()
    await page.page.mouse.wheel(0, 150)
    await expect(page.page.locator(".rail-start")).not_to_be_in_viewport()
    await expect(again).to_be_in_viewport(ratio=1)
    top = await page.page.evaluate(
        "() => document.querySelector('.step.selected .step-line').getBoundingClientRect().top"
        " - document.querySelector('#run-body').getBoundingClientRect().top"
    )
    assert -2 <= top <= 2


_SEND = """async ([id, event]) => {
  const headers = { "content-type": "application/json" };
  const sent = { method: "POST", headers, body: JSON.stringify(event) };
  return (await fetch(`/api/instances/${id}/events`, sent)).status;
}"""
