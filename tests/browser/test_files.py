"""Several files in the editor: tabs, names, languages, what runs, and what each remembers."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit
from tests.live.server import LiveServer
from tests.live.workflows import workflow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

GREETER = "export const greet = (name: string): string => `Hi ${name}`;\n"
IMPORTING = "import { greet } from './greet';\n" + workflow("""
    return await step.do('greet', async () => greet(event.payload.name));
""")


def tab(page: Visit, name: str) -> Locator:
    return page.page.get_by_role("tab", name=name)


async def names(page: Visit) -> list[str]:
    return await page.page.locator("#file-tabs .file-tab-name").all_inner_texts()


async def add(page: Visit, name: str, text: str = "") -> None:
    """Add a file, and put text into it."""
    await page.press("New file")
    field = page.page.get_by_label("New file", exact=True).and_(page.page.locator("input"))
    await field.fill(name)
    await field.press("Enter")
    await expect(tab(page, name)).to_have_attribute("aria-selected", "true")
    if text:
        await page.write(text)


async def saved(page: Visit) -> None:
    await expect(page.page.locator("#save-state")).to_have_text("Saved")


async def test_several_files_run_together_and_are_there_after_a_reload(visit: Opener) -> None:
    page = await visit()
    await page.write(IMPORTING)
    await add(page, "greet.ts", GREETER)
    await add(page, "notes.md", "# Notes")
    await page.run(payload={"name": "Ada"})
    await page.ends("Complete")
    await expect(page.result).to_contain_text("Hi Ada")
    await saved(page)
    await page.open()
    assert await names(page) == ["workflow.js", "greet.ts", "notes.md"]
    await tab(page, "greet.ts").click()
    await expect(page.page.locator("#editor-host .cm-content")).to_contain_text("(name: string)")
    await page.run()
    await expect(page.page.locator("#run-head")).to_contain_text("Run 2")
    await page.ends("Complete")


async def test_a_workflow_becomes_typescript_by_one_press(visit: Opener) -> None:
    page = await visit()
    await page.run(workflow("const answer: number = 42;\n    return answer;"))
    await expect(page.page.locator("#diagnostic")).to_be_visible()
    page.forgive("500")
    await page.press("TS, TypeScript")
    assert await names(page) == ["workflow.ts"]
    await page.run()
    await page.ends("Complete")
    await page.open()
    assert await names(page) == ["workflow.ts"]
    await expect(page.page.get_by_role("button", name="TypeScript")).to_have_attribute("aria-pressed", "true")


async def test_each_file_keeps_its_history_its_cursor_and_its_place(visit: Opener) -> None:
    page = await visit()
    keys = page.page.keyboard
    content = page.page.locator("#editor-host .cm-content")
    await page.write("// one\n" * 200)
    await keys.type("// the end")
    await add(page, "b.js")
    await keys.type("const b = 1;")
    await tab(page, "workflow.js").click()
    await expect(content).to_contain_text("// the end")  # scrolled to where it was
    await expect(content).to_be_focused()
    await keys.type("!")
    await expect(content).to_contain_text("// the end!")
    await keys.press("ControlOrMeta+z")
    await keys.press("ControlOrMeta+z")
    await expect(content).not_to_contain_text("the end")
    await tab(page, "b.js").click()
    await expect(content).to_have_text("const b = 1;")
    await expect(content).to_be_focused()
    await keys.press("ControlOrMeta+z")
    await expect(content).to_have_text("")


async def test_files_are_renamed_moved_and_deleted_by_the_keyboard(visit: Opener) -> None:
    page = await visit()
    keys = page.page.keyboard
    await add(page, "a.js", "// a")
    await add(page, "b.ts", "// b")
    await tab(page, "b.ts").focus()
    await keys.press("Shift+ArrowLeft")
    assert await names(page) == ["workflow.js", "b.ts", "a.js"]
    await keys.press("ArrowRight")
    await expect(tab(page, "a.js")).to_be_focused()
    await expect(page.page.locator("#editor-host .cm-content")).to_have_text("// a")
    await keys.press("F2")
    await keys.type("lib/first")
    await keys.press("Enter")
    assert await names(page) == ["workflow.js", "b.ts", "lib/first.js"]
    await expect(tab(page, "lib/first.js")).to_be_focused()
    await keys.press("Delete")
    assert await names(page) == ["workflow.js", "b.ts"]
    await page.press("Undo")
    assert await names(page) == ["workflow.js", "b.ts", "lib/first.js"]
    await expect(page.page.locator("#editor-host .cm-content")).to_have_text("// a")


async def test_imports_follow_a_file_to_its_new_name(visit: Opener) -> None:
    page = await visit()
    await page.write(IMPORTING)
    await add(page, "greet.ts", GREETER)
    await tab(page, "greet.ts").press("F2")
    field = page.page.get_by_label("Rename greet.ts")
    await field.fill("lib/hello.ts")
    await field.press("Enter")
    await expect(tab(page, "lib/hello.ts")).to_be_focused()
    note = page.page.locator(".toast", has_text="1 import changed with the name.")
    await tab(page, "workflow.js").click()
    source = page.page.locator("#editor-host .cm-content")
    await expect(source).to_contain_text("from './lib/hello'")
    await note.get_by_role("button", name="Undo").click()
    await expect(source).to_contain_text("from './greet'")
    assert await names(page) == ["workflow.js", "greet.ts"]


async def test_imports_follow_a_new_name_without_the_editor_too(server: LiveServer, browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.route("**/static/build/editor.js*", lambda route: route.abort())
    await page.goto(server.url)
    field = page.locator("#source")
    await field.fill("import { greet } from './greet';\nimport 'npm';\n")
    for title, name in (("New file", "greet.ts"), ("Rename greet.ts", "lib/hello.ts")):
        if title == "New file":
            await page.get_by_role("button", name=title).click()
        else:
            await page.get_by_role("tab", name="greet.ts").press("F2")
        named = page.get_by_label(title, exact=True).and_(page.locator("input"))
        await named.fill(name)
        await named.press("Enter")
    note = page.locator(".toast", has_text="1 import changed with the name.")
    await page.get_by_role("tab", name="workflow.js").click()
    await expect(field).to_have_value("import { greet } from './lib/hello';\nimport 'npm';\n")
    await note.get_by_role("button", name="Undo").click()
    await expect(field).to_have_value("import { greet } from './greet';\nimport 'npm';\n")
    await context.close()


async def test_steps_in_other_files_are_planned_and_can_be_stopped_before(visit: Opener) -> None:
    page = await visit()
    calls = "await step.do('read', async () => 1); await charge(step);"
    await page.write("import { charge } from './pay.js';\n" + workflow(calls))
    await add(
        page, "pay.js", "export async function charge(step) {\n  await step.do('pay', async () => 2);\n}\n"
    )
    await expect(page.step("pay")).to_have_attribute("data-state", "planned")
    await expect(page.page.locator(".break-dot")).to_have_count(2)  # one is there for its width
    await page.page.locator(".cm-break-gutter .cm-gutterElement:has(.break-dot)").nth(1).click()
    await page.run()
    stopped = page.page.locator(".debug-stop")
    await expect(stopped).to_contain_text("Stopped before pay")
    await tab(page, "workflow.js").click()
    await stopped.get_by_role("button", name="pay").click()
    await expect(tab(page, "pay.js")).to_have_attribute("aria-selected", "true")
    await page.page.keyboard.press("F8")
    await page.ends("Complete")
    note = page.page.locator("#editor-host .line-note")
    await expect(note).to_contain_text("✓")
    await note.click()
    await expect(page.page.locator("#editor-host .cm-step-selected")).to_contain_text("'pay'")
    await page.write("export async function charge(step) {\n  await step.do('other', async () => 2);\n}\n")
    await expect(note).to_have_count(0)


async def test_a_class_that_the_main_file_only_exports_is_planned_and_stopped_in(visit: Opener) -> None:
    page = await visit()
    flow = workflow("const one = 1;\n    return await step.do('pay', async () => one);")
    await page.write("export { default, TenantWorkflow } from './steps.js';\n")
    await add(page, "steps.js", flow)
    await expect(page.step("pay")).to_have_attribute("data-state", "planned")
    await page.page.locator("#editor-host .cm-line", has_text="'pay'").click()
    await page.page.keyboard.press("F9")
    await page.run()
    await expect(page.page.locator(".debug-stop")).to_contain_text("Stopped before pay")
    await page.page.keyboard.press("F8")
    await page.ends("Complete")
    await expect(page.page.locator("#editor-host .line-note")).to_contain_text("✓")


async def test_names_that_cannot_be_are_refused_while_they_are_typed(visit: Opener) -> None:
    page = await visit()
    await page.press("New file")
    field = page.page.get_by_label("New file", exact=True).and_(page.page.locator("input"))
    for name, why in (
        ("view.jsx", "JSX"),
        ("workflow.js", "file of that name"),
        ("a b.js", "letters"),
        ("", "needs"),
    ):
        await field.fill(name)
        await expect(page.page.locator("#file-name-trouble")).to_contain_text(why)
        await field.press("Enter")
    assert await names(page) == ["workflow.js"]
    await field.press("Escape")
    await expect(page.page.get_by_role("button", name="New file")).to_be_focused()


async def test_an_ending_that_is_typed_takes_the_place_of_the_one_that_stood_there(visit: Opener) -> None:
    page = await visit()
    for typed, name in (("lib/a.ts", "lib/a.ts"), ("b.json", "b.json"), ("plain", "plain.js")):
        await page.press("New file")
        await page.page.keyboard.type(typed)
        await page.page.keyboard.press("Enter")
        await expect(tab(page, name)).to_have_attribute("aria-selected", "true")


async def test_runs_begin_in_the_file_that_is_said_to_be_the_main_one(visit: Opener) -> None:
    page = await visit()
    await add(page, "other.js", workflows.QUICK)
    await page.press("More to do with this file")
    await page.page.get_by_role("button", name="Begin runs here").click()
    await expect(tab(page, "other.js, the run begins here")).to_be_visible()
    await page.run(payload={"name": "Ada"})
    await page.ends("Complete")
    assert await page.states() == {"first": "completed", "second": "completed"}
    await page.press("More to do with this file")
    await expect(page.page.get_by_role("button", name="Begin runs here")).to_have_attribute(
        "aria-disabled", "true"
    )


async def test_a_mistake_is_shown_in_the_file_that_has_it(visit: Opener) -> None:
    page = await visit()
    page.forgive("500")
    await page.write(IMPORTING)
    await add(page, "greet.ts", "export const a = 1;\nexport const greet = (;\n")
    await tab(page, "workflow.js").click()
    await page.run()
    await expect(tab(page, "greet.ts")).to_have_attribute("aria-selected", "true")
    place = page.page.locator("#diagnostic").get_by_role("button", name="line 2")
    await expect(place).to_contain_text("greet.ts")
    await tab(page, "workflow.js").click()
    await expect(page.page.locator("#diagnostic")).to_be_hidden()


async def test_a_file_is_formatted_on_demand_and_the_cursor_stays_in_its_place(visit: Opener) -> None:
    page = await visit()
    await page.write("const a   = {b:1,\nc  :2}\n\n\nfoo( a )")
    await page.page.keyboard.press("ArrowLeft")
    await page.page.keyboard.press("Shift+Alt+F")
    content = page.page.locator("#editor-host .cm-content")
    await expect(content).to_contain_text("foo(a);")
    await page.page.keyboard.type("!")
    await expect(content).to_contain_text("foo(a!);")
    await page.page.keyboard.press("ControlOrMeta+z")
    await page.page.keyboard.press("ControlOrMeta+z")
    await expect(content).to_contain_text("foo( a )")


async def test_what_does_not_parse_is_not_formatted(visit: Opener) -> None:
    page = await visit()
    await page.write("const a = {\n  b: ]\n")
    await page.page.locator("#code-tools").get_by_role("button", name="Format").click()
    await expect(page.page.locator(".toast")).to_contain_text("line 2")
    await expect(page.page.locator("#editor-host .cm-content")).to_contain_text("b: ]")
