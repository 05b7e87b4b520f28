"""What writing looks like: the editor with all that helps in it, files, drafts, versions, the payload."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from playwright.sync_api import Page

from scripts.camera import Camera, pay, run, show, status, write
from scripts.run_sources import workflow

ORDER: Final = workflow(
    "    const order = await step.do('load the order', async () => ({ id: 7, total: 4200 }));\n"
    "    return order.id;"
)
MISTAKEN: Final = ORDER.replace("order.id", "order.di").replace("'load the order', async", "async")
SHORT: Final = workflow("    return await step.do('greet', async () => `Hello ${event.payload.name}`);")
LOUD: Final = SHORT.replace("`Hello ${event.payload.name}`", "`HELLO ${event.payload.name}!`")
UNTIDY: Final = workflow("  const a   = {b:1,\nc  :2}\n\n\n     return   await step.do( 'a',async()=>a )")
IMPORTING: Final = "import { gone } from './gone.js';\n" + SHORT
TYPED: Final = ORDER.replace("(event, step)", "(event: WorkflowEvent<{ name: string }>, step: WorkflowStep)")
WIDE_LINE: Final = f"    const words = [{', '.join(repr('word ' + str(n)) for n in range(80))}];\n"
LENGTHY: Final = workflow(
    WIDE_LINE
    + "\n".join(
        f"    const part{n} = await step.do('work on part {n}', async () => {{\n"
        f"      console.log('part', {n});\n      return {n};\n    }});"
        for n in range(300)
    )
)
LONG_NAME: Final = "a-file-whose-name-nobody-would-ever-want-to-read-to-its-end.ts"


def typed(camera: Camera) -> None:
    """Completion, hover, signature, mistakes."""
    page = _with_types(camera, ORDER)
    _after(page, "load the order")
    page.keyboard.press("Enter")
    page.keyboard.type("await step.sl")
    page.locator(".cm-tooltip-autocomplete").wait_for()
    camera.keep(page, "completion", 900)
    page.keyboard.press("Escape")
    page.keyboard.type("eepUntil('a', ")
    page.locator(".type-call").wait_for()
    camera.keep(page, "signature")
    page.keyboard.press("Escape")
    write(page, ORDER)
    _after(page, "return order")
    for _ in "id;":
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Alt+i")
    page.locator(".type-card").last.wait_for()
    camera.keep(page, "hover")
    page.keyboard.press("Escape")
    write(page, MISTAKEN)
    page.locator(".cm-lintRange-error").first.wait_for()
    camera.keep(page, "mistakes")
    page.keyboard.press("F8")
    camera.keep(page, "mistake-told")


def tooled(camera: Camera) -> None:
    """Search, folding, formatting, very long code, a language turned."""
    page = camera.page()
    page.click(".editor-host .cm-content")
    page.keyboard.press("ControlOrMeta+f")
    page.locator(".cm-search").wait_for()
    page.keyboard.type("step.do")
    camera.keep(page, "search")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Alt+[")
    camera.keep(page, "folded")
    write(page, UNTIDY)
    page.click("#code-tools >> [aria-label=Format]")
    page.locator(".cm-line", has_text="const a = { b: 1, c: 2 }").wait_for()
    camera.keep(page, "formatted")
    write(page, "const a = {\n  b: ]\n")
    page.click("#code-tools >> [aria-label=Format]")
    page.locator(".toast").wait_for()
    camera.keep(page, "format-refused")
    write(page, LENGTHY)
    camera.keep(page, "long-code")
    page.evaluate("() => document.querySelector('.cm-scroller').scrollTo(0, 100)")
    page.click("#reset-button")
    camera.keep(page, "reset")


def turned(camera: Camera) -> None:
    """The default workflow as TypeScript: free of mistakes."""
    page = _with_types(camera)
    page.click("[data-language=ts]")
    camera.keep(page, "typescript", 2500)


def filed(camera: Camera) -> None:
    """Several files: tabs, their menu, a name asked, refused, deleted and brought back."""
    page = camera.page()
    write(page, "import { greet } from './greet.ts';\n" + SHORT)
    _add(page, "greet.ts", "export const greet = (name: string): string => `Hi ${name}`;\n")
    _add(page, "settings.json", '{ "loud": true }\n')
    _add(page, "notes.md", "# Notes\n\nWhat is still to be done.\n")
    camera.keep(page, "files")
    page.click("[aria-label='More to do with this file']")
    camera.keep(page, "file-menu")
    page.keyboard.press("Escape")
    page.click("[aria-label='New file']")
    page.locator(".name-form input").fill("workflow.js")
    camera.keep(page, "file-name-refused")
    page.locator(".name-form input").fill(LONG_NAME)
    page.keyboard.press("Enter")
    camera.keep(page, "file-name-long")
    page.locator(".file-tab[aria-selected=true]").focus()
    page.keyboard.press("F2")
    camera.keep(page, "file-rename")
    page.keyboard.press("Escape")
    page.locator(".file-tab[aria-selected=true]").focus()
    page.keyboard.press("Delete")
    page.locator(".toast", has_text="deleted").wait_for()
    camera.keep(page, "file-deleted")


def versioned(camera: Camera) -> None:
    """Versions: listed, compared, brought back, deleted; a run that used an older one."""
    page = camera.page()
    for number, source in enumerate((SHORT, LOUD), 1):
        show(page, "code")
        run(page, source, {"name": "Ada"})
        page.locator(".run-number", has_text=f"Run {number}").wait_for()
        status(page, "Complete")
    show(page, "code")
    write(page, ORDER)
    page.locator("#version-note:not([hidden])").wait_for()
    camera.keep(page, "older-version")
    show(page, "run")
    camera.keep(page, "older-version-run")
    show(page, "code")
    page.click("#code-tools >> [aria-label=Versions]")
    page.locator(".diff .cm-content").first.wait_for()
    camera.keep(page, "versions")
    page.locator(".version-row").nth(1).click()
    camera.keep(page, "version-chosen")
    page.click("dialog >> text=Restore")
    page.locator(".toast").wait_for()
    camera.keep(page, "version-restored")
    write(page, "// kept when something else takes its place")
    page.click("#code-tools >> [aria-label^=Reset]")
    page.locator(".toast", has_text="Back to the default").wait_for()
    page.click("#code-tools >> [aria-label=Versions]")
    page.locator(".diff .cm-content").first.wait_for()
    page.click(".version-sweep")
    camera.keep(page, "versions-spent")


def conflicting(camera: Camera) -> None:
    """Two tabs of one session in which different things were typed."""
    one = camera.page()
    run(one, SHORT, {"name": "Ada"})
    one.locator(".run-number").wait_for()
    show(one, "code")
    two = camera.page(beside=one)
    patterns = ("**/draft", "**/stream*", "**/api/sessions/*")
    for pattern in patterns:
        two.route(pattern, lambda route: route.abort())
    write(two, LOUD)
    two.locator("#save-state", has_text="Saved in this browser").wait_for()
    write(one, ORDER)
    one.locator("#save-state", has_text="Saved").wait_for()
    for pattern in patterns:
        two.unroute(pattern)
    two.evaluate("dispatchEvent(new Event('online'))")
    two.locator("#conflict-note:not([hidden])").wait_for()
    camera.keep(two, "conflict")
    two.click("#conflict-note >> text=Compare")
    two.locator(".cm-merge-b, .diff .cm-content").first.wait_for()
    camera.keep(two, "conflict-diff")


def marked(camera: Camera) -> None:
    """A syntax error and an import of nothing, at their lines."""
    page = camera.page()
    run(page, SHORT.replace("return await", "return = await"))
    page.locator("#diagnostic:not([hidden])").wait_for()
    camera.keep(page, "syntax-marked")
    run(page, IMPORTING)
    page.locator(".diagnostic", has_text="gone.js").wait_for()
    camera.keep(page, "import-marked")


def paid(camera: Camera) -> None:
    """The payload: used before, no JSON, folded."""
    page = camera.page()
    for payload in ({"name": "Ada"}, {"name": "Grace", "times": 3}):
        show(page, "code")
        run(page, SHORT, payload)
        status(page, "Complete")
    show(page, "code")
    page.get_by_role("button", name="Used before").click()
    camera.keep(page, "payload-history")
    page.keyboard.press("Escape")
    pay(page, '{"name": "Ada",\n "age": }')
    camera.keep(page, "payload-no-json")
    pay(page, json.dumps({"name": "Ada", "list": [*range(40)]}, indent=2))
    camera.keep(page, "payload-long")


def _with_types(camera: Camera, source: str | None = None) -> Page:
    page = camera.page()
    for _ in range(200):
        if page.evaluate("() => performance.getEntriesByName('types-ready').length > 0"):
            break
        page.wait_for_timeout(100)
    if source is not None:
        write(page, source)
    return page


def _after(page: Page, text: str) -> None:
    """Put the cursor behind the first line that has this text."""
    page.locator(".cm-line", has_text=text).first.click()
    page.keyboard.press("End")


def _add(page: Page, name: str, text: str) -> None:
    page.click("[aria-label='New file']")
    page.locator(".name-form input").fill(name)
    page.keyboard.press("Enter")
    page.locator(".file-tab[aria-selected=true]", has_text=name).wait_for()
    write(page, text)


WRITING: Final[tuple[Callable[[Camera], None], ...]] = (
    typed,
    tooled,
    turned,
    filed,
    versioned,
    conflicting,
    marked,
    paid,
)
