"""The same session in several places: what is saved in one is followed in the other, and no edit is lost."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Route, expect

from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def content(page: Visit) -> Locator:
    return page.page.locator("#editor-host .cm-content").first


def note(page: Visit) -> Locator:
    return page.page.locator("#conflict-note")


async def says(page: Visit, text: str) -> None:
    await expect(page.page.locator("#save-state")).to_have_text(text)


async def with_session(visit: Opener) -> Visit:
    """A page whose session is there."""
    page = await visit()
    await page.page.request.post(f"{page.base}/api/sessions", data={})
    await page.open()
    return page


async def cut_off(page: Visit) -> None:
    """From now on drafts of this tab do not reach the server, nor news of others this tab."""
    page.forgive("ERR_FAILED")

    async def abort(route: Route) -> None:
        await route.abort()

    for pattern in ("**/draft", "**/stream*", "**/api/sessions/*"):
        await page.page.route(pattern, abort)


async def back(page: Visit) -> None:
    page.forgive("409")
    await page.page.unroute_all(behavior="ignoreErrors")
    await page.page.evaluate("dispatchEvent(new Event('online'))")


async def conflict(visit: Opener) -> tuple[Visit, Visit]:
    """Two tabs of one session, of which the second has not saved what was typed in it when the first did."""
    one = await with_session(visit)
    await one.write("// as it was\n")
    await says(one, "Saved")
    two = await visit(of=one)
    await expect(content(two)).to_contain_text("as it was")
    await cut_off(two)
    await two.write("// typed in the second\n")
    await says(two, "Saved in this browser")
    await one.write("// typed in the first\n")
    await says(one, "Saved")
    await back(two)
    await expect(note(two)).to_be_visible()
    return one, two


async def test_a_tab_in_which_nothing_was_typed_follows_the_other(visit: Opener) -> None:
    one = await with_session(visit)
    two = await visit(of=one)
    await one.write("// seen in both")
    await one.pay({"also": "this"})
    await expect(content(two)).to_have_text("// seen in both")
    await expect(two.page.locator("#payload")).to_have_value('{"also": "this"}')
    await says(two, "Taken over from another tab")
    await two.write("// and back")
    await expect(content(one)).to_have_text("// and back")
    await expect(note(one)).to_be_hidden()


async def test_two_changes_are_both_shown_and_mine_can_be_kept(visit: Opener) -> None:
    one, two = await conflict(visit)
    await expect(content(two)).to_contain_text("typed in the second")
    await note(two).get_by_role("button", name="Compare").click()
    dialog = two.page.get_by_role("dialog")
    await expect(dialog.locator(".cm-merge-a")).to_contain_text("typed in the first")
    await expect(dialog.locator(".cm-merge-b")).to_contain_text("typed in the second")
    await expect(content(one)).to_contain_text("typed in the first")
    await two.answer("Keep mine")
    await says(two, "Saved")
    await expect(note(two)).to_be_hidden()
    await expect(content(one)).to_contain_text("typed in the second")
    await two.press("Versions")
    await expect(two.page.locator(".version-row").filter(has_text="Kept, not run")).to_have_count(1)
    await expect(two.page.locator(".diff")).to_contain_text("typed in the first")


async def test_the_other_can_be_taken_and_mine_brought_back(visit: Opener) -> None:
    one, two = await conflict(visit)
    await note(two).get_by_role("button", name="Take the other").click()
    await expect(content(two)).to_contain_text("typed in the first")
    await two.press("Undo")
    await expect(content(two)).to_contain_text("typed in the second")
    await says(two, "Saved")
    await expect(content(one)).to_contain_text("typed in the second")


async def test_a_conflict_is_still_there_after_a_reload(visit: Opener) -> None:
    _, two = await conflict(visit)
    await two.open()
    await expect(note(two)).to_be_visible()
    await expect(content(two)).to_contain_text("typed in the second")


async def test_who_types_what_the_other_has_is_in_no_conflict(visit: Opener) -> None:
    _, two = await conflict(visit)
    await two.write("// typed in the first\n")
    await expect(note(two)).to_be_hidden()
    await says(two, "Saved")


async def test_what_a_closed_tab_could_not_save_is_in_the_next(visit: Opener) -> None:
    one = await with_session(visit)
    two = await visit(of=one)
    for page in (one, two):
        page.forgive("ERR_")
    await one.page.context.set_offline(True)
    await two.write("// typed after the train went into the tunnel")
    await says(two, "Saved in this browser")
    await two.page.close()
    await one.page.context.set_offline(False)
    three = await visit(of=one)
    await expect(content(three)).to_contain_text("into the tunnel")
    await says(three, "Saved")
    await expect(content(one)).to_contain_text("into the tunnel")


async def test_who_edits_by_a_link_follows_and_is_asked_too(visit: Opener) -> None:
    owner = await with_session(visit)
    session = await owner.page.evaluate(
        "JSON.parse(document.getElementById('page-data').textContent).session"
    )
    made = await owner.page.request.post(
        f"{owner.base}/api/sessions/{session}/shares", data={"scope": "edit"}
    )
    guest = await visit((await made.json())["url"].removeprefix(owner.base))
    await owner.write("// by the owner")
    await expect(content(guest)).to_have_text("// by the owner")
    await guest.write("// by the guest")
    await expect(content(owner)).to_have_text("// by the guest")
    await cut_off(guest)
    await guest.write("// by the guest, alone")
    await says(guest, "Saved in this browser")
    await owner.write("// by the owner, meanwhile")
    await says(owner, "Saved")
    await back(guest)
    await expect(note(guest)).to_be_visible()
