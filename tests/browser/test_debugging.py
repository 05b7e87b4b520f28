"""Debugging a run: its clock, breakpoints, faults, pins, and what it comes back with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Opener
from tests.browser.visit import Visit
from tests.live.server import LiveServer
from tests.live.workflows import workflow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ORDER = workflow("""
    const order = await step.do('read order', async () => ({ id: 7 }));
    await step.do('charge', { retries: { limit: 2, delay: '1 hour' } }, async () => 'paid');
    await step.sleep('cool down', '2 days');
    const shipped = await step.do('ship', async () => 'shipped');
    return { order, shipped };
""")
CHARGES = workflow("""
    for (const id of [1, 2, 3]) await step.do(`charge-${id}`, async () => id);
""")
TWO = workflow("""
    await step.do('quick', async () => 1);
    await step.do('slow', async () => 2);
""")

HELD_UP_ONCE = workflow("""
    await step.do('quick', async () => 1);
    await step.do('slow', async ({ attempt }) => {
      await new Promise((done) => setTimeout(done, attempt > 1 ? 0 : 60_000));
    });
""")


@pytest.fixture
def killable(tmp_path: Path) -> Iterator[LiveServer]:
    """A server that its visitors may kill."""
    with LiveServer(tmp_path / "data", PLAYGROUND_ALLOW_KILL="1") as server:
        yield server


async def panel(page: Visit) -> Locator:
    await page.press("Debug")
    return page.page.get_by_role("dialog", name="Debug")


def bar(page: Visit) -> Locator:
    return page.page.locator(".debug-stop")


async def breakpoint_at(page: Visit, place: int) -> None:
    """Press beside the line of the step that is the so-many-th of the source, from 1."""
    await expect(page.page.locator(".break-dot")).to_have_count(5)  # one is there for its width
    await page.page.locator(".cm-break-gutter .cm-gutterElement").nth(place).click()


async def test_a_breakpoint_beside_the_source_stops_the_run_and_keys_let_it_go_on(visit: Opener) -> None:
    page = await visit()
    await page.write(ORDER)
    await breakpoint_at(page, 2)
    await expect(page.page.locator(".debug-chip")).to_have_text(["1 breakpoint"])
    await page.run()
    await expect(bar(page)).to_contain_text("Stopped before charge")
    await expect(page.pill).to_have_text("Stopped")
    await expect(page.page.locator(".why")).to_contain_text("Stopped at a breakpoint before “charge”")
    await expect(page.step("charge")).to_have_attribute("data-state", "planned")
    await expect(page.step("charge").locator(".tag")).to_have_text(["stopped here"])
    await page.page.locator("#run-pane .debug-button").focus()
    await page.page.keyboard.press("F10")
    await expect(bar(page)).to_contain_text("Stopped before cool down")
    await page.reaches("charge", "completed")
    await page.page.keyboard.press("F8")
    await page.reaches("cool down", "sleeping")
    await expect(bar(page)).to_be_hidden()


async def test_a_breakpoint_at_a_name_that_is_a_template_stops_all_of_its_steps(visit: Opener) -> None:
    page = await visit()
    await page.write(CHARGES)
    await expect(page.page.locator(".break-dot")).to_have_count(2)  # one is there for its width
    await page.page.locator(".cm-break-gutter .cm-gutterElement:has(.break-dot)").nth(1).click()
    await expect(page.page.locator(".debug-chip")).to_have_text(["1 breakpoint"])
    await page.run()
    await expect(bar(page)).to_contain_text("Stopped before charge-1")
    await page.page.keyboard.press("F8")
    await expect(bar(page)).to_contain_text("Stopped before charge-2")
    dialog = await panel(page)
    await dialog.get_by_role("button", name="Do not stop before charge-…").click()
    await expect(page.page.locator(".debug-chip")).to_have_count(0)
    await page.page.keyboard.press("Escape")
    await page.page.keyboard.press("F8")
    await page.ends("Complete")


async def test_the_clock_of_a_live_run_goes_faster_and_shows_it(visit: Opener) -> None:
    page = await visit()
    await page.run(ORDER)
    await page.reaches("cool down", "sleeping")
    dialog = await panel(page)
    await expect(dialog.get_by_role("radio", name="This run")).to_be_checked()
    await dialog.get_by_role("radio", name="1 s = 1 h").click()
    await expect(page.page.locator(".debug-clock")).to_contain_text("wakes in")
    await dialog.get_by_role("radio", name="1 s = 1 day").click()
    await page.page.keyboard.press("Escape")
    await page.ends("Complete")
    await expect(page.step("cool down").locator(".tag.skipped")).to_have_text("skipped")


async def test_all_sleeps_are_skipped_by_a_press(visit: Opener) -> None:
    page = await visit()
    await page.run(ORDER)
    await page.reaches("cool down", "sleeping")
    dialog = await panel(page)
    await dialog.get_by_role("button", name="Skip all sleeps now").click()
    await page.ends("Complete")


async def test_faults_of_the_next_run_befall_it_and_the_clock_makes_short_work_of_delays(
    visit: Opener,
) -> None:
    page = await visit()
    await page.write(ORDER)
    dialog = await panel(page)
    await dialog.get_by_role("radio", name="Skip").click()
    await dialog.get_by_label("How many attempts").fill("2")
    await dialog.get_by_label("Of which step").select_option(label="charge")
    await dialog.get_by_label("Message of the error").fill("card declined")
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await expect(dialog.locator(".debug-fault")).to_have_text(
        "the next 2 attempts of “charge” fail: card declined"
    )
    await page.page.keyboard.press("Escape")
    await page.run()
    await page.ends("Complete")
    await expect(page.step("charge").locator(".tag.fault")).to_have_text("fault")
    await page.page.reload()
    await expect(page.page.locator(".debug-chip")).to_have_text(["waits skipped", "2 faults"])


async def test_an_output_is_pinned_edited_and_labelled(visit: Opener) -> None:
    page = await visit()
    await page.run(TWO)
    await page.ends("Complete")
    await page.step("slow").locator(".step-row").click()
    await page.press("Pin output")
    dialog = page.page.get_by_role("dialog", name="Debug")
    field = dialog.get_by_label("Pinned output, JSON")
    await expect(field).to_have_value("2")
    await field.fill("{ wrong")
    await dialog.get_by_role("button", name="Pin", exact=True).click()
    await expect(dialog.locator(".debug-trouble")).to_contain_text("This is not JSON")
    await field.fill('{"pinned": true}')
    await dialog.get_by_role("button", name="Pin", exact=True).click()
    await page.page.keyboard.press("Escape")
    await page.run()
    await page.ends("Complete")
    await expect(page.step("slow").locator(".tag.pinned")).to_have_text("pinned")
    await expect(page.step("slow")).to_contain_text('{"pinned":true}')


async def test_the_server_is_killed_and_the_strip_says_what_came_back(
    visit: Opener, killable: LiveServer
) -> None:
    page = await visit(at=killable.url)
    page.forgive("Failed to load resource")
    page.forgive("ERR_")
    await page.run(HELD_UP_ONCE)
    await page.reaches("slow", "running")
    dialog = await panel(page)
    await dialog.get_by_role("button", name="Kill the server").click()
    await page.answer("Kill it")
    back = page.page.locator(".debug-back")
    await expect(back).to_contain_text("step 2 again as attempt 2")
    await expect(back).to_contain_text("step 1 from the journal")
    await page.ends("Complete")
    await page.press("Close the note")
    await expect(back).to_be_hidden()


async def test_who_only_watches_is_offered_nothing_of_it(visit: Opener) -> None:
    owner = await visit()
    await owner.run(ORDER)
    await owner.reaches("cool down", "sleeping")
    session = await owner.page.evaluate(
        "fetch('/api/sessions', { method: 'POST', headers: { 'content-type': 'application/json' },"
        " body: '{}' }).then((answer) => answer.json())"
    )
    link = await owner.page.evaluate(
        "(id) => fetch(`/api/sessions/${id}/shares`, { method: 'POST',"
        " headers: { 'content-type': 'application/json' }, body: JSON.stringify({ scope: 'view' }) })"
        ".then((answer) => answer.json())",
        session["id"],
    )
    watcher = await visit(link["url"].removeprefix(owner.base))
    await watcher.reaches("cool down", "sleeping")
    await expect(watcher.page.locator("#debug-bar")).to_be_hidden()
    await expect(watcher.page.locator(".break-dot[data-on]")).to_have_count(1)
