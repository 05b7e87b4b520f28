"""Photograph the page in every state, to be looked at; and the one picture that README shows.

    python scripts/screenshots.py [STATE …]

Starts a server of its own over a temporary data folder, drives Chromium, and writes build/screenshots/*.png
(wide, medium and narrow, light and dark) and docs/images/playground.png. Needs the extra `dev`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import Browser, Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
OUTPUT: Final = ROOT / "build" / "screenshots"
PICTURE: Final = ROOT / "docs" / "images" / "playground.png"
SIZES: Final = {1440: 900, 1024: 768, 390: 844}
TIMEOUT_MS: Final = 30_000
ANNOUNCED: Final = "Dynamic Workflows: "
CHROMIUM: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

Scheme = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")

_HEAD: Final = "import { WorkflowEntrypoint } from 'cloudflare:workers';\n\n"
_WORKFLOW: Final = (
    _HEAD
    + """export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
%s
  }
}

export default {
  async fetch(request, env) {
    const { id, payload } = await request.json();
    const instance = await env.WORKFLOWS.create({ id, params: payload });
    return Response.json({ id: await instance.id, status: await instance.status() });
  },
};
"""
)
FAILING: Final = (
    _WORKFLOW
    % """    const order = await step.do('load the order', async () => ({ id: 17, total: 4200 }));

    await step.do('reserve the stock', async () => 'shelf 9');

    await step.do(
      'charge the card',
      { retries: { limit: 2, delay: 200, backoff: 'constant' } },
      async ({ attempt }) => {
        console.error(`attempt ${attempt}: card declined for order ${order.id}`);
        throw new RangeError('card declined: limit exceeded');
      },
    );

    await step.do('send the receipt', async () => 'sent');"""
)
LONG: Final = (
    _WORKFLOW
    % """    for (let i = 0; i < 200; i++) {
      const name = `resize image ${i} of the holiday archive, in all the sizes that anybody may want`;
      await step.do(name, async () => {
        console.log('image', i, 'has', i * 37, 'pixels');
        return { width: i * 3, ok: true };
      });
    }
    return 'done';"""
)
HELD_UP: Final = (
    _WORKFLOW
    % """    const rollback = async ({ output }) => console.log('given back:', output);

    await step.do('reserve the stock', { retries: { limit: 3, delay: 200 } }, async ({ attempt }) => {
      if (attempt === 1) await new Promise((resolve) => setTimeout(resolve, 20_000));
      return 'shelf 9';
    }, { rollback });

    await step.sleep('cool down', '1 hour');

    await step.do('call the truck', { retries: { limit: 3, delay: '5 minutes' } }, async () => {
      throw new Error('no truck is free');
    });"""
)
ORDER: Final = (
    _WORKFLOW
    % """    const price = await step.do('price', async () => ({ net: 12, items: ['tea', 'cups'] }));
    const charge = await step.do('charge', async () => ({ paid: price.net }));
    const answer = await step.waitForEvent('decide', { type: 'approval', timeout: '1 hour' });
    return await step.do('ship', async () => ['shipped', charge.paid, answer.payload]);"""
)
TAXED: Final = ORDER.replace(
    "    const charge",
    "    const taxes = await step.do('taxes', async () => price.net / 4);\n    const charge",
).replace("price.net }", "price.net + taxes }")
BROKEN: Final = _WORKFLOW % "    const = 'nobody';\n    await step.do('greet', async () => 'hello');"


class Camera:
    """Opens pages of one size and scheme, and keeps what they look like."""

    def __init__(self, browser: Browser, url: str, width: int, scheme: Scheme) -> None:
        self.browser = browser
        self.url = url
        self.width = width
        self.scheme = scheme

    def page(self, path: str = "/") -> Page:
        context = self.browser.new_context(
            viewport={"width": self.width, "height": SIZES[self.width]},
            color_scheme=self.scheme,
            device_scale_factor=2,
            is_mobile=self.width < 500,
            has_touch=self.width < 500,
        )
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.goto(path if path.startswith("http") else self.url + path)
        page.wait_for_selector(".editor-host .cm-content")
        return page

    def keep(self, page: Page, name: str, settle_ms: int = 500) -> None:
        page.wait_for_timeout(settle_ms)
        page.mouse.move(0, 0)
        path = OUTPUT / f"{name}-{self.width}-{self.scheme}.png"
        page.screenshot(path=path)
        print(path.relative_to(ROOT))


def run(page: Page, source: str | None = None, payload: Any = None) -> None:
    if source is not None:
        write(page, source)
    if payload is not None:
        page.locator("#payload").evaluate(_PAY, json.dumps(payload))
    page.click("#run-button")


def write(page: Page, source: str) -> None:
    page.click(".editor-host .cm-content")
    page.keyboard.press("ControlOrMeta+a")
    page.locator(".editor-host .cm-content").evaluate(_PASTE, source)


def show(page: Page, pane: str) -> None:
    """Bring a pane forward where there is room for one only."""
    tab = page.locator(f"[data-show={pane}]")
    if tab.is_visible():
        tab.click()


def choose(page: Page, action: str) -> None:
    """Press what stands in the menu of the run."""
    page.click(".run-controls .anchor > .button")
    page.click(f'.menu-item:is([data-action="{action}"], [data-command="{action}"])')


def status(page: Page, text: str) -> None:
    page.locator(".run-status .pill", has_text=text).wait_for()


def empty(camera: Camera) -> None:
    page = camera.page()
    camera.keep(page, "empty-code")
    show(page, "run")
    camera.keep(page, "empty")


def journey(camera: Camera) -> None:
    """The default workflow, from its sleep to its end."""
    page = camera.page()
    run(page)
    page.locator(".step[data-state=sleeping]").wait_for()
    camera.keep(page, "sleeping", 900)
    page.locator(".step[data-state=retrying]").wait_for()
    camera.keep(page, "retrying", 300)
    status(page, "Waiting for you")
    camera.keep(page, "approval")
    page.locator(".step-row", has_text="call the post office").click()
    camera.keep(page, "step")
    page.keyboard.press("Escape")
    show(page, "console")
    camera.keep(page, "console")
    show(page, "run")
    page.locator(".prompt button", has_text="Approve").click()
    status(page, "Complete")
    camera.keep(page, "complete")


def failed(camera: Camera) -> None:
    page = camera.page()
    run(page, FAILING)
    status(page, "Failed")
    camera.keep(page, "failed")
    page.locator(".run-picker").click()
    camera.keep(page, "runs")


def refused(camera: Camera) -> None:
    page = camera.page()
    run(page, BROKEN)
    page.locator("#diagnostic").wait_for()
    camera.keep(page, "syntax-error")
    page.locator("#payload").evaluate(_PAY, '{"name": Ada}')
    page.click("#run-button")
    camera.keep(page, "bad-payload")


def long(camera: Camera) -> None:
    page = camera.page()
    run(page, LONG)
    status(page, "Complete")
    camera.keep(page, "long")


def controlled(camera: Camera) -> None:
    """What an owner does to a run, and what is left of it."""
    page = camera.page()
    run(page, HELD_UP)
    page.locator(".step[data-state=running]").wait_for()
    choose(page, "crash")
    page.locator(".step[data-state=sleeping]").wait_for()
    page.click(".run-controls [data-action=pause]")
    status(page, "Paused")
    camera.keep(page, "paused")
    page.click(".run-controls [data-action=resume]")
    status(page, "Waiting")
    page.locator(".step[data-state=sleeping] .step-actions .button").click()
    page.locator(".step[data-state=retrying]").wait_for()
    page.click(".run-controls .anchor > .button")
    camera.keep(page, "menu")
    page.keyboard.press("Escape")
    choose(page, "terminate")
    camera.keep(page, "terminate")
    page.click("dialog >> text=Terminate and roll back")
    status(page, "Terminated")
    camera.keep(page, "rolled-back")
    choose(page, "delete")
    page.click("dialog .danger")
    page.locator(".toast", has_text="was deleted").wait_for()
    camera.keep(page, "deleted")


def edited(camera: Camera) -> None:
    """Other code for a waiting run: tried, forked, compared; and the run's file."""
    page = camera.page()
    run(page, ORDER)
    status(page, "Waiting for you")
    show(page, "code")
    write(page, TAXED)
    show(page, "run")
    page.locator(".edit-offer .button").click()
    page.locator(".rehearsal").wait_for()
    camera.keep(page, "rehearsal")
    page.locator(".rehearsal-actions .button", has_text="Fork").click()
    page.locator(".lineage button").wait_for()
    camera.keep(page, "fork")
    choose(page, "run.compare")
    page.locator(".comparison .cm-content").first.wait_for()
    camera.keep(page, "comparison")
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        choose(page, "run.save")
    page.set_input_files("input[type=file][accept*=json]", download.value.path())
    page.locator(".file-run-bar:not([hidden])").wait_for()
    camera.keep(page, "file")


def watched(camera: Camera) -> None:
    page = camera.page()
    run(page)
    page.click("#share-button")
    page.locator("#share-url").wait_for()
    camera.keep(page, "share")
    url = page.input_value("#share-url")
    stranger = camera.page(url)
    show(stranger, "run")
    stranger.locator(".step[data-state=completed]").first.wait_for()
    camera.keep(stranger, "watching")


def helped(camera: Camera) -> None:
    page = camera.page()
    page.keyboard.press("Escape")
    page.locator("#help-button").evaluate("button => button.click()")
    camera.keep(page, "shortcuts")


STATES: Final[dict[str, Callable[[Camera], None]]] = {
    shoot.__name__: shoot
    for shoot in (empty, journey, failed, refused, long, controlled, edited, watched, helped)
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Photograph the page.")
    parser.add_argument("states", nargs="*", choices=[[], *STATES], help="which states (default: all)")
    chosen = parser.parse_args().states or list(STATES)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as data, served(Path(data)) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        for width in SIZES:
            for scheme in SCHEMES:
                for name in chosen:
                    STATES[name](Camera(browser, url, width, scheme))
        browser.close()
    best = OUTPUT / "approval-1440-light.png"
    if best.is_file():
        shutil.copyfile(best, PICTURE)
        print(PICTURE.relative_to(ROOT))
    return 0


@contextmanager
def served(data: Path) -> Iterator[str]:
    """A server over `data`; gives its address."""
    command = [sys.executable, "-m", "playground", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            address = next((line for line in process.stdout if line.startswith(ANNOUNCED)), None)
            if address is None:
                raise SystemExit("the server did not start")
            yield address.removeprefix(ANNOUNCED).strip()
        finally:
            process.terminate()


_PAY: Final = """(field, text) => {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""

_PASTE: Final = """(editor, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


if __name__ == "__main__":
    sys.exit(main())
