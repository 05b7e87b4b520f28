"""What the editor knows while one writes, and what it shows of a run over the source."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import STEP_TIMEOUT_MS, Visit
from tests.live.workflows import workflow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WRITTEN = workflow("""
    const order = await step.do('order', async () => ({ id: 7 }));
    return order.id;
""")


async def with_types(visit: Opener, source: str | None = None) -> Visit:
    page = await visit(types=True)
    for _ in range(STEP_TIMEOUT_MS // 100):
        if await page.page.evaluate("performance.getEntriesByName('types-ready').length > 0"):
            break
        await page.page.wait_for_timeout(100)
    if source is not None:
        await page.write(source)
    return page


async def after(page: Visit, text: str) -> None:
    """Put the cursor behind the first line that has this text."""
    await page.page.locator(".cm-line", has_text=text).first.click()
    await page.page.keyboard.press("End")


async def test_steps_are_completed_with_their_blanks(visit: Opener) -> None:
    page = await with_types(visit, WRITTEN)
    await after(page, "const order")
    await page.page.keyboard.press("Enter")
    await page.page.keyboard.type("await step.sl")
    options = page.page.get_by_role("option")
    await expect(options.filter(has_text="sleepUntil")).to_be_visible()
    await expect(page.page.locator(".cm-completionInfo")).to_contain_text("Sleep durably")
    await page.page.wait_for_timeout(100)  # which a list must have been open for, to be answered
    await page.page.keyboard.press("Enter")
    content = page.page.locator(".editor-host .cm-content")
    await expect(content).to_contain_text("await step.sleep('name', '10 seconds')")


async def test_what_a_step_gave_is_known(visit: Opener) -> None:
    page = await with_types(visit, WRITTEN)
    await page.page.locator(".cm-line", has_text="return order").click()
    await page.page.keyboard.press("End")
    for _ in "id;":
        await page.page.keyboard.press("ArrowLeft")
    await page.page.keyboard.press("Alt+i")
    card = page.page.locator(".type-card")
    await expect(card.last).to_contain_text("id: number")
    await page.page.keyboard.press("Escape")
    await expect(card).to_have_count(0)


async def test_a_call_shows_what_it_takes(visit: Opener) -> None:
    page = await with_types(visit, WRITTEN)
    await after(page, "const order")
    await page.page.keyboard.press("Enter")
    await page.page.keyboard.type("await step.sleepUntil(")
    help = page.page.locator(".type-call")
    await expect(help.locator(".type-argument")).to_have_text("name: string")
    await page.page.keyboard.type("'a', ")
    await expect(help.locator(".type-argument")).to_have_text("when: Date | number")


async def test_what_is_shorter_takes_the_place_of_what_was_refused(visit: Opener) -> None:
    page = await with_types(visit, "hello, what do I do here")
    page.forgive("status of 500")
    await expect(page.page.locator(".cm-lintRange-error")).not_to_have_count(0)
    await page.run()
    await expect(page.page.locator("#diagnostic")).to_be_visible()
    await page.write("<html></html>")
    await expect(page.page.locator("#editor-host .cm-content")).to_have_text("<html></html>")
    await expect(page.page.locator("#diagnostic")).to_be_hidden()


async def test_a_mistake_is_marked_while_one_writes_and_goes_when_it_is_mended(visit: Opener) -> None:
    page = await with_types(visit, WRITTEN.replace("order.id", "order.di"))
    wrong = page.page.locator(".cm-lintRange-error")
    await expect(wrong).to_have_text("di")
    await wrong.hover()
    await expect(page.page.locator(".cm-tooltip-lint")).to_contain_text("Property 'di' does not exist")
    await page.write(WRITTEN)
    await expect(wrong).to_have_count(0)


async def test_mistakes_are_those_of_the_language(visit: Opener) -> None:
    page = await with_types(visit, "const n: number = 1;\nexport const m = n;\n")
    wrong = page.page.locator(".cm-lintRange-error")
    await expect(wrong).not_to_have_count(0)
    await page.press("TS, TypeScript")
    await expect(wrong).to_have_count(0)
    await page.press("JS, JavaScript")
    await expect(wrong).not_to_have_count(0)


async def test_a_name_is_changed_everywhere(visit: Opener) -> None:
    page = await with_types(visit, WRITTEN)
    await page.page.locator(".cm-line", has_text="return order").click()
    await page.page.keyboard.press("End")
    for _ in ".id;":
        await page.page.keyboard.press("ArrowLeft")
    await page.page.keyboard.press("F2")
    field = page.page.get_by_label("Rename order to")
    await expect(field).to_be_focused()
    await field.fill("parcel")
    await page.page.keyboard.press("Enter")
    await expect(page.page.locator(".editor-host .cm-content")).to_contain_text("return parcel.id")
    await expect(page.page.locator(".editor-host .cm-content")).to_contain_text("const parcel")


async def test_the_steps_stand_over_the_source(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.FAILING)
    await page.ends("Failed")
    notes = page.page.locator(".line-note")
    await expect(notes).to_have_count(2)
    await expect(notes.first).to_have_text(re.compile(r"^✓ \d+ ms1$"))
    await expect(notes.last).to_have_text("✗ failedRangeError: out of paper")
    await notes.last.click()
    await expect(page.step("broken")).to_have_class(re.compile("selected"))
    await expect(page.page.locator(".cm-step-selected")).to_contain_text("'broken'")
    await page.page.locator(".editor-host .cm-content").click()
    await page.page.keyboard.press("ControlOrMeta+Home")
    await page.page.keyboard.type("//")
    await expect(notes).to_have_count(0)


async def test_a_step_is_opened_from_its_line_by_the_keyboard(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    line = page.page.locator(".cm-line", has_text="'second'")
    await expect(line).to_contain_text(" ms")  # its step is known there a frame after the checklist knows it
    await line.click()
    await page.page.keyboard.press("Alt+Enter")
    await expect(page.step("second")).to_have_class(re.compile("selected"))


async def test_an_import_of_nothing_is_marked_where_it_stands(visit: Opener) -> None:
    page = await visit()
    page.forgive("status of 500")
    await page.run("import { gone } from './gone.js';\n" + WRITTEN)
    await expect(page.page.locator("#diagnostic")).to_contain_text("gone.js")
    await expect(page.page.locator(".cm-lintRange-error")).to_be_visible()


async def test_types_come_last_and_are_as_large_as_measured(visit: Opener) -> None:
    page = await with_types(visit)
    measured = await page.page.evaluate(_TYPES)
    print(
        f"editor ready after {measured['editor']:.0f} ms, types after {measured['types']:.0f} ms, "
        f"{measured['bytes'] / 1024:.0f} KiB over the wire for the worker"
    )
    assert measured["began"] > measured["editor"]
    assert 500 * 1024 < measured["bytes"] < 1200 * 1024


async def test_whoever_saves_data_is_not_sent_the_types(visit: Opener) -> None:
    page = await visit()
    await after(page, "const name")
    await page.page.keyboard.press("Enter")
    await page.page.keyboard.type("await step.sl")
    await expect(page.page.get_by_role("option").filter(has_text="sleepUntil")).to_be_visible()
    loaded = await page.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert not [name for name in loaded if name.endswith("types.js")]


_TYPES = """() => {
  const [load] = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/types.js"));
  const at = (name) => performance.getEntriesByName(name)[0].startTime;
  const { transferSize: bytes, startTime: began } = load;
  return { bytes, began, editor: at("editor-ready"), types: at("types-ready") };
}"""
