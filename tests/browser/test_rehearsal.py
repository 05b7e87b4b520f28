"""The code of a waiting run is edited: tried, then applied, forked, or left alone."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def waiting(visit: Opener) -> Visit:
    """A run that waits for an approval, and an editor that holds what it runs."""
    page = await visit()
    await page.run(workflows.ORDER)
    await page.reaches("decide", "waiting")
    return page


def strip(page: Visit) -> Locator:
    return page.page.get_by_role("region", name="Other code for this run")


async def tried(page: Visit, source: str) -> Locator:
    """What the rehearsal says of that code."""
    await page.write(source)
    await page.press("Try this code on Run 1")
    rehearsal = page.page.get_by_role("group", name="What this code would do to Run 1")
    await expect(rehearsal).to_be_visible()
    return rehearsal


async def test_nothing_is_offered_while_the_editor_holds_what_runs(visit: Opener) -> None:
    page = await waiting(visit)
    await expect(strip(page)).to_be_hidden()
    await page.write(workflows.SENT_ORDER)
    await expect(strip(page)).to_contain_text("The editor holds other code than Run 1 goes by.")
    await page.write(workflows.ORDER)
    await expect(strip(page)).to_be_hidden()


async def test_code_that_fits_is_applied(visit: Opener) -> None:
    page = await waiting(visit)
    rehearsal = await tried(page, workflows.SENT_ORDER)
    await expect(rehearsal.locator(".rehearsal-verdict")).to_have_text("3 match")
    await expect(rehearsal).to_contain_text("nothing of it would run again")
    await rehearsal.get_by_role("button", name="Apply to Run 1").click()
    await expect(page.happenings).to_have_text(
        ["Other code was applied: from here on the run goes on with that"]
    )
    await expect(strip(page)).to_be_hidden()
    await page.press("Approve")
    await page.ends("Complete")
    await expect(page.result).to_contain_text("sent")


async def test_code_that_differs_says_where_and_is_forked_from_there(visit: Opener) -> None:
    page = await waiting(visit)
    rehearsal = await tried(page, workflows.TAXED_ORDER)
    await expect(rehearsal.locator(".verdict")).to_have_text(["1 matches", "1 new", "differs at “charge”"])
    steps = rehearsal.get_by_role("list", name="Steps").get_by_role("listitem")
    await expect(steps.locator(".rehearsal-label")).to_have_text(["matches", "new", "differs", "not reached"])
    await rehearsal.get_by_role("button", name="Fork at “charge”").click()
    await expect(page.page.locator(".lineage")).to_have_text("Forked from Run 1 at “charge”")
    await page.reaches("taxes", "completed")
    await page.reaches("decide", "waiting")
    await page.page.locator(".lineage").get_by_role("button", name="Run 1").click()
    await expect(page.step("taxes")).to_have_count(0)
    await page.reaches("decide", "waiting")


async def test_who_keeps_the_run_is_asked_no_more(visit: Opener) -> None:
    page = await waiting(visit)
    rehearsal = await tried(page, workflows.SENT_ORDER)
    await rehearsal.get_by_role("button", name="Keep Run 1 as it is").click()
    await expect(strip(page)).to_be_hidden()
    await page.press("Approve")
    await page.ends("Complete")
    await expect(page.result).to_contain_text("shipped")


async def test_a_run_that_went_on_is_tried_again_first(visit: Opener) -> None:
    page = await waiting(visit)
    rehearsal = await tried(page, workflows.SENT_ORDER)
    await page.press("Approve")
    await page.ends("Complete")
    await expect(rehearsal).to_contain_text("Run 1 has gone on since.")
    await expect(rehearsal.get_by_role("button", name="Apply to Run 1")).to_be_disabled()
    await rehearsal.get_by_role("button", name="Try again").click()
    await expect(rehearsal.locator(".rehearsal-verdict")).to_contain_text("differs at “ship”")


async def test_a_watcher_is_offered_nothing(visit: Opener) -> None:
    owner = await waiting(visit)
    await owner.write(workflows.SENT_ORDER)
    await expect(strip(owner)).to_be_visible()
    session = await (await owner.page.request.post(f"{owner.base}/api/sessions", data={})).json()
    share = await owner.page.request.post(
        f"{owner.base}/api/sessions/{session['id']}/shares", data={"scope": "view"}
    )
    watcher = await visit(((await share.json())["url"]).removeprefix(owner.base))
    await watcher.reaches("decide", "waiting")
    await expect(strip(watcher)).to_be_hidden()


async def test_a_run_is_repeated_with_other_input(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.pay({"name": "Nobody"})
    await page.choose("Run again")
    await expect(page.page.locator(".payload .cm-content")).to_be_focused()
    assert '"Ada"' in await page.page.locator("#payload").input_value()
    await page.run()
    await expect(page.page.locator(".lineage")).to_have_text("Replay of Run 1")
