"""Versions: which one a run used, how it differs from what stands in the editor, and how it comes back."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit
from tests.live.workflows import workflow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FIRST = workflow("return 'the first';")
SECOND = workflow("return 'the second';")


def note(page: Visit) -> Locator:
    return page.page.locator("#version-note")


async def ran(page: Visit, source: str, number: int = 1) -> None:
    """The run of that number is complete."""
    await page.run(source)
    await expect(page.page.locator(".run-number")).to_have_text(f"Run {number}")
    await page.ends("Complete")


async def test_a_run_of_older_code_says_so_and_shows_the_difference(visit: Opener) -> None:
    page = await visit()
    await ran(page, FIRST)
    await expect(note(page)).to_be_hidden()
    await page.write(SECOND)
    await expect(note(page)).to_contain_text("Run 1 used an older version")
    await note(page).get_by_role("button", name="Compare").click()
    dialog = page.page.get_by_role("dialog", name="Versions")
    await expect(dialog.locator(".diff-says")).to_contain_text("1 place differs")
    await expect(dialog.locator(".cm-merge-a")).to_contain_text("the first")
    await expect(dialog.locator(".cm-merge-b")).to_contain_text("the second")
    await page.page.keyboard.press("Escape")
    await page.write(FIRST)
    await expect(note(page)).to_be_hidden()


async def test_versions_are_listed_with_their_runs_and_brought_back(visit: Opener) -> None:
    page = await visit()
    await ran(page, FIRST)
    await ran(page, SECOND, 2)
    await ran(page, SECOND, 3)
    await page.write("// not run")
    await page.press("Versions")
    rows = page.page.locator(".version-row")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(0)).to_contain_text("Runs 2, 3")
    await expect(rows.nth(1)).to_contain_text("Run 1")
    await rows.nth(1).click()
    await expect(page.page.locator(".version-row[aria-current]")).to_contain_text("Run 1")
    await page.answer("Restore")
    content = page.page.locator("#editor-host .cm-content")
    await expect(content).to_contain_text("the first")
    await page.press("Undo")
    await expect(content).to_have_text("// not run")
    await page.press("Versions")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(0)).to_contain_text("Kept, not run")


async def test_a_version_is_compared_with_the_one_before_and_shown_alone(visit: Opener) -> None:
    page = await visit()
    await ran(page, FIRST)
    await ran(page, SECOND, 2)
    await page.press("Versions")
    dialog = page.page.get_by_role("dialog", name="Versions")
    against = dialog.get_by_label("Compare with")
    await expect(against).to_have_value("earlier")  # the newest stands in the editor
    await expect(dialog.locator(".cm-merge-a")).to_contain_text("the first")
    await expect(dialog.get_by_role("button", name="Restore")).to_be_disabled()
    await against.select_option("nothing")
    await expect(dialog.locator(".cm-mergeView")).to_have_count(0)
    await expect(dialog.locator(".diff .cm-content")).to_contain_text("the second")


async def test_a_version_is_deleted_where_no_run_needs_it(visit: Opener) -> None:
    page = await visit()
    await ran(page, FIRST)
    await ran(page, SECOND, 2)
    dialog, rows = page.page.get_by_role("dialog", name="Versions"), page.page.locator(".version-row")
    await page.press("Versions")
    remove = dialog.get_by_role("button", name="Delete", exact=True)
    await expect(remove).to_have_attribute("aria-description", "Run 2 has this code. Delete the run first.")
    await remove.click(force=True)
    note = dialog.locator(".toast", has_text="Run 2 has this code")  # behind the dialog nobody could press it
    await note.get_by_role("button", name="Close").click()
    await remove.click(force=True)
    await page.page.keyboard.press("Escape")
    await expect(page.page.locator("body > #toasts .toast")).to_contain_text("Run 2 has this code")
    await page.choose("Delete this run")
    await page.answer("Delete")
    await expect(page.page.locator("#run-head")).to_contain_text("Run 1")
    await page.press("Versions")
    await expect(rows.nth(0)).to_contain_text("No run of it is left · ")
    await expect(remove).not_to_have_attribute("aria-disabled", "true")
    await remove.press("Enter")
    await (
        page.page.get_by_role("dialog", name="Delete this version?")
        .get_by_role("button", name="Delete")
        .press("Enter")
    )
    await expect(rows).to_have_count(1)
    await expect(rows).to_have_attribute("aria-current", "true")
    await expect(remove).to_be_focused()
    await expect(page.page.locator("#editor-host .cm-content")).to_contain_text("the second")


async def test_where_no_room_is_left_the_versions_are_offered(visit: Opener) -> None:
    page = await visit()
    page.forgive("status of 413")
    body = json.dumps({"error": "no", "code": "too_much_code"})
    await page.page.route(
        "**/api/run", lambda route: route.fulfill(status=413, content_type="application/json", body=body)
    )
    for name in ("a", "b"):  # kept by what takes their place
        await page.write(f"// {name}")
        await page.page.evaluate("document.getElementById('run-button').click()")
        await expect(page.page.get_by_role("alert")).to_contain_text("as much code as it may")
        made = await page.page.request.post(f"{page.base}/api/sessions", data={})
        files = {"files": {f"{name}.js": name}, "main": f"{name}.js"}
        await page.page.request.post(
            f"{page.base}/api/sessions/{(await made.json())['id']}/versions", data=files
        )
    await page.page.get_by_role("alert").get_by_role("button", name="Versions").click()
    await page.answer("Delete 2 that no run needs")
    asked = page.page.get_by_role("dialog", name="Delete 2 versions?")
    await expect(asked.get_by_role("button", name="Keep them")).to_be_visible()
    await asked.get_by_role("button", name="Delete").click()
    await expect(page.page.locator(".versions-empty")).to_be_visible()
    await expect(page.page.locator(".toast")).to_contain_text("2 versions are deleted.")


async def test_what_runs_is_what_was_shown_when_run_was_pressed(visit: Opener) -> None:
    page = await visit()
    await page.write(FIRST)
    await page.page.evaluate("document.getElementById('run-button').click()")
    await page.write(SECOND)
    await page.ends("Complete")
    await expect(page.result).to_contain_text("the first")
    await expect(note(page)).to_contain_text("older version")


async def test_who_only_watches_sees_the_code_of_the_run_and_cannot_change_it(visit: Opener) -> None:
    page = await visit()
    await ran(page, FIRST)
    await page.press("New file")
    await page.page.keyboard.type("lib")
    await page.page.keyboard.press("Enter")
    await page.write("export const word = 'held';")
    await page.page.get_by_role("tab").first.click()
    await page.run("import { word } from './lib.js';\n" + workflows.APPROVED)
    await page.ends("Waiting for you")
    await page.write("// typed since, and nobody's business")
    session = await page.page.evaluate("JSON.parse(document.getElementById('page-data').textContent).session")
    if session is None:
        await page.open()
        session = await page.page.evaluate(
            "JSON.parse(document.getElementById('page-data').textContent).session"
        )
    made = await page.page.request.post(f"{page.base}/api/sessions/{session}/shares", data={"scope": "view"})
    watcher = await visit((await made.json())["url"].removeprefix(page.base))
    await watcher.reaches("sign the letter", "waiting")
    content = watcher.page.locator("#editor-host .cm-content")
    await expect(content).to_contain_text("sign the letter")
    tabs = watcher.page.get_by_role("tab")
    await expect(tabs.filter(has_text="lib.js")).to_be_visible()
    await tabs.filter(has_text="lib.js").click()
    await expect(content).to_contain_text("held")
    for name in ("New file", "Versions", "Format", "TypeScript"):
        await expect(watcher.page.get_by_role("button", name=name)).to_have_count(0)
