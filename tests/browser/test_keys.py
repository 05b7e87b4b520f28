"""Everything with keys alone: by the palette, or by Tab to a button that is in sight."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

MOST_TABS = 60

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WHERE = """() => {
  const held = document.activeElement;
  const { width, height } = held.getBoundingClientRect();
  return { lost: held === document.body, hidden: width * height === 0, name: held.outerHTML.slice(0, 120) };
}"""


class Keys:
    """Somebody without a mouse."""

    def __init__(self, page: Visit) -> None:
        self._page = page
        self._keyboard = page.page.keyboard

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self._keyboard.press(key)

    async def type(self, text: str) -> None:
        await self._keyboard.type(text)

    async def command(self, query: str, title: str) -> None:
        """Have the palette do that."""
        await self.press("Control+k")
        await expect(self._page.page.get_by_role("combobox", name="Find a command")).to_be_focused()
        await self.type(query)
        chosen = self._page.page.locator('.palette-row[aria-selected="true"]')
        await expect(chosen).to_contain_text(title)
        await expect(chosen).not_to_have_attribute("aria-disabled", "true")
        await self.press("Enter")

    async def to(self, target: Locator, key: str = "Tab") -> None:
        """Go to `target` by Tab, and see to it that each place on the way is one."""
        await expect(target).to_be_visible()
        for _ in range(MOST_TABS):
            if await target.evaluate("(element) => element === document.activeElement"):
                return
            await self.press(key)
            where = await self._page.page.evaluate(WHERE)
            assert where["lost"] or not where["hidden"], where["name"]
        raise AssertionError(f"Tab does not come to {target}")

    async def on(self, name: str) -> None:
        """Go to the button of that name and press it."""
        await self.to(self._page.page.get_by_role("button", name=name, exact=True).first)
        await self.press("Enter")

    async def has(self) -> bool:
        """Whether something has the focus."""
        return not (await self._page.page.evaluate(WHERE))["lost"]


async def ready(visit: Opener, source: str) -> tuple[Visit, Keys]:
    """The code stands in the editor, and the cursor in it."""
    page = await visit()
    await page.write(source)
    return page, Keys(page)


async def test_a_run_is_started_answered_and_started_again(visit: Opener) -> None:
    page, keys = await ready(visit, workflows.APPROVED)
    await keys.press("Control+Enter")
    await page.ends("Waiting for you")
    await keys.press("Escape")
    await keys.on("Approve")
    await page.ends("Complete")
    assert await keys.has()
    await keys.command("restart top", "Restart from the top")
    await page.ends("Waiting for you")
    await keys.on("Reject")
    await page.ends("Complete")
    await expect(page.result).to_contain_text("false")


async def test_a_run_is_paused_skipped_ended_and_deleted(visit: Opener) -> None:
    page, keys = await ready(visit, workflows.ENDLESS)
    await keys.press("Control+Enter")
    await page.reaches("hibernate", "sleeping")
    await keys.command("pause", "Pause")
    await page.ends("Paused")
    await keys.command("resume", "Resume")
    await page.reaches("hibernate", "sleeping")
    await keys.command("crash isolate", "Crash: throw the isolate")
    await page.reaches("hibernate", "sleeping")
    await keys.press("Escape")
    await keys.on("Skip the wait of hibernate")
    await page.ends("Complete")
    await keys.command("restart top", "Restart from the top")
    await page.reaches("hibernate", "sleeping")
    await keys.command("terminate", "Terminate")
    await keys.to(page.page.get_by_role("dialog").get_by_role("button", name="Terminate", exact=True))
    await keys.press("Enter")
    await page.ends("Terminated")
    await keys.command("delete run", "Delete")
    await keys.to(page.page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True))
    await keys.press("Enter")
    await expect(page.pill).to_have_count(0)
    assert await keys.has()


async def test_a_run_is_debugged_step_by_step(visit: Opener) -> None:
    page, keys = await ready(visit, workflows.QUICK)
    await keys.command("stop before every", "Stop before every step")
    await keys.press("Control+Enter")
    stop = page.page.locator(".debug-stop")
    await expect(stop).to_contain_text("first")
    await keys.press("F10")
    await expect(stop).to_contain_text("second")
    await keys.press("Escape")
    await keys.to(page.step("first").locator(".step-row"))
    await keys.press("Enter")
    await keys.on("Pin output")
    panel = page.page.get_by_role("dialog", name="Debug")
    await keys.to(panel.get_by_role("button", name="Pin", exact=True))
    await keys.press("Enter", "Escape", "F8")
    await page.ends("Complete")
    await keys.press("Control+Enter")
    await expect(stop).to_contain_text("first")
    await keys.press("F8")
    await page.ends("Complete")
    await expect(page.step("first")).to_contain_text("pinned")


async def test_other_code_is_tried_forked_and_compared(visit: Opener, tmp_path: Path) -> None:
    page, keys = await ready(visit, workflows.ORDER)
    await keys.press("Control+Enter")
    await page.reaches("decide", "waiting")
    await page.write(workflows.TAXED_ORDER)
    await keys.press("Escape")
    await keys.on("Try this code on Run 1")
    rehearsal = page.page.get_by_role("group", name="What this code would do to Run 1")
    await expect(rehearsal).to_be_visible()
    await keys.to(rehearsal.get_by_role("button", name="Fork at “charge”"))
    await keys.press("Enter")
    await expect(page.page.locator(".run-number")).to_have_text("Run 2")
    await keys.command("compare", "Compare two runs")
    dialog = page.page.get_by_role("dialog", name="Compare two runs")
    await expect(dialog).to_contain_text("first difference")
    await keys.press("Escape")
    await expect(dialog).to_have_count(0)
    async with page.page.expect_download() as begun:
        await keys.command("save this run", "Save this run as a file")
    await (await begun.value).save_as(tmp_path / "run.json")
    await keys.press("l")
    await keys.press("ArrowDown", "Enter")
    await expect(page.page.locator(".run-number")).to_have_text("Run 1")


async def test_a_link_is_made_and_taken_back_and_an_approver_decides(visit: Opener) -> None:
    page, keys = await ready(visit, workflows.APPROVED)
    await keys.press("Control+Enter")
    await page.ends("Waiting for you")
    await keys.command("share session", "Share this session")
    dialog = page.page.get_by_role("dialog", name="Share this session")
    await keys.to(dialog.get_by_role("button", name="Create link"))
    await keys.press("Enter")
    await expect(dialog.locator(".link-rows .link-row")).to_have_count(1)
    await keys.to(dialog.get_by_role("button", name="Revoke the link Watch"))
    await keys.press("Enter")
    await expect(dialog).to_contain_text("Revoked")
    await keys.press("Escape")
    await expect(dialog).to_have_count(0)
    await keys.command("approver", "Send what the run waits for")
    asking = page.page.get_by_role("dialog", name="Send to an approver")
    await keys.to(asking.get_by_role("button", name="Create link"))
    await keys.press("Enter")
    url = await asking.get_by_label("Link: decide").input_value()
    await keys.press("Escape")
    approver = await page.page.context.new_page()
    await approver.goto(url)
    theirs = Keys(Visit(approver, page.base))
    await theirs.to(approver.get_by_role("textbox", name="Your name"))
    await theirs.type("Ada")
    await theirs.to(approver.get_by_role("button", name="Approve", exact=True))
    await theirs.press("Enter")
    await page.ends("Complete")
    await approver.close()


async def test_the_guided_walk_is_gone_through(visit: Opener) -> None:
    page = await visit()
    keys = Keys(page)
    card = page.page.get_by_role("region", name="Guided walk")
    title = card.locator(".tour-title")
    await keys.command("guided walk", "Guided walk")
    await expect(card).to_be_focused()
    await keys.to(card.get_by_role("button", name="Go there"))
    await keys.press("Enter")
    await expect(page.page.locator("#run-button")).to_be_focused()
    await keys.press("Enter")
    await expect(title).to_have_text("Crash it")
    await keys.press("w", "Enter")
    crash = page.page.locator(".run-menu [data-action=crash]")
    await expect(crash).to_be_visible()
    await keys.to(crash, "ArrowDown")
    await keys.press("Enter")
    await expect(title).to_have_text("Approve it")
    assert await keys.has()
    await expect(page.prompt.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    await keys.press("w", "Enter")
    await expect(title).to_have_text("Share it")
    assert await keys.has()
    await keys.press("w", "Enter")
    dialog = page.page.get_by_role("dialog")
    await keys.to(dialog.get_by_role("button", name="Create link"))
    await keys.press("Enter")
    await expect(dialog.locator("input[readonly]").first).to_be_visible()
    await keys.press("Escape")
    await expect(title).to_have_text("That is durable execution")
    await keys.press("w")
    await expect(card).to_be_focused()
    await keys.on("Done")
    await expect(card).to_have_count(0)
    assert await keys.has()


async def test_versions_are_compared_brought_back_and_deleted(visit: Opener) -> None:
    page, keys = await ready(visit, workflows.QUICK)
    await keys.press("Control+Enter")
    await page.ends("Complete")
    await page.write(workflows.FAILING)
    await keys.press("Control+Enter")
    await page.ends("Failed")
    await keys.command("versions", "Versions of the code")
    dialog = page.page.get_by_role("dialog", name="Versions")
    rows = dialog.locator(".version-row")
    await expect(rows.first).to_have_attribute("aria-current", "true")
    await keys.to(rows.nth(1))
    await keys.press("Enter")
    await expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    await expect(rows.nth(1)).to_be_focused()
    await expect(dialog.get_by_label("Compare with")).to_have_value("editor")  # none came before it
    await keys.to(dialog.get_by_label("Compare with"))
    await keys.press("End")
    await expect(dialog.locator(".diff-says")).to_be_visible()
    await keys.to(dialog.get_by_role("button", name="Delete", exact=True))
    await keys.press("Enter")
    await expect(page.page.locator(".toast")).to_contain_text("has this code. Delete the run first.")
    await keys.to(dialog.get_by_role("button", name="Restore"))
    await keys.press("Enter")
    await expect(page.page.locator("#editor-host .cm-content")).to_contain_text("inside first")
    assert await keys.has()
