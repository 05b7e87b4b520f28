"""Photograph the page in every state, to be looked at; and the one picture that README shows.

    python scripts/screenshots.py [STATE …] [--width 390] [--scheme dark]

Starts a server of its own over a temporary data folder, drives Chromium, and writes build/screenshots/*.png
(wide, medium and narrow, light and dark) and docs/images/playground.png. Needs the extra `dev`.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Route, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from scripts.camera import OUTPUT, SCHEMES, SIZES, Camera, choose, pay, run, show, status, write  # noqa: E402
from scripts.run_sources import ORDER, TAXED, workflow  # noqa: E402
from scripts.run_states import RUN_STATES  # noqa: E402
from scripts.shell_states import AROUND  # noqa: E402
from scripts.writing_states import WRITING  # noqa: E402

PICTURE: Final = ROOT / "docs" / "images" / "playground.png"
ANNOUNCED: Final = "Dynamic Workflows: "
CHROMIUM: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

FAILING: Final = workflow("""
const order = await step.do('load the order', async () => ({ id: 17, total: 4200 }));

await step.do('reserve the stock', async () => 'shelf 9');

await step.do(
  'charge the card',
  { retries: { limit: 2, delay: 200, backoff: 'constant' } },
  async ({ attempt }) => {
    console.error(`attempt ${attempt}: card declined for order ${order.id}`);
    throw new RangeError('card declined: limit exceeded');
  },
);

await step.do('send the receipt', async () => 'sent');
""")
LONG: Final = workflow("""
for (let i = 0; i < 200; i++) {
  const name = `resize image ${i} of the holiday archive, in all the sizes that anybody may want`;
  await step.do(name, async () => {
    console.log('image', i, 'has', i * 37, 'pixels');
    return { width: i * 3, ok: true };
  });
}
return 'done';
""")
HELD_UP: Final = workflow("""
const rollback = async ({ output }) => console.log('given back:', output);

await step.do('reserve the stock', { retries: { limit: 3, delay: 200 } }, async ({ attempt }) => {
  if (attempt === 1) await new Promise((resolve) => setTimeout(resolve, 20_000));
  return 'shelf 9';
}, { rollback });

await step.sleep('cool down', '1 hour');

await step.do('call the truck', { retries: { limit: 3, delay: '5 minutes' } }, async () => {
  throw new Error('no truck is free');
});
""")
BROKEN: Final = workflow("const = 'nobody';\nawait step.do('greet', async () => 'hello');")


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
    page.locator(".prompt").get_by_role("button", name="Approve", exact=True).click()
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
    pay(page, '{"name": Ada}')
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
    page.locator(".share-dialog .link-form").get_by_role("button", name="Create link").click()
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


def found(camera: Camera) -> None:
    """The palette, the gallery, and an example with what to try."""
    page = camera.page()
    run(page)
    page.locator(".step[data-state=sleeping]").wait_for()
    page.keyboard.press("Control+k")
    camera.keep(page, "palette")
    page.keyboard.type("re")
    camera.keep(page, "palette-found")
    page.keyboard.press("Escape")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("g")
    page.locator("button.gallery-card").first.wait_for()
    camera.keep(page, "gallery")
    page.locator("button.gallery-card", has_text="TypeScript").click()
    page.locator("#lesson-note").wait_for()
    camera.keep(page, "example")


def asked(camera: Camera) -> None:
    """Why a run is not moving, and all runs of the session."""
    page = camera.page()
    run(page, FAILING)
    status(page, "Failed")
    show(page, "code")
    run(page, HELD_UP)
    page.locator(".step[data-state=sleeping]").wait_for(timeout=60_000)
    page.click(".why-button")
    camera.keep(page, "why")
    page.keyboard.press("Escape")
    page.click(".run-picker")
    page.locator(".run-tick").first.check()
    camera.keep(page, "runs-chosen")


def walked(camera: Camera) -> None:
    """The guided walk, at its first stops."""
    page = camera.page()
    show(page, "run")
    page.click("text=Take the two-minute walk")
    page.locator(".tour").wait_for()
    camera.keep(page, "walk-run")
    page.click("#run-button")
    page.locator(".tour-title", has_text="Crash it").wait_for()
    camera.keep(page, "walk-crash")


def away(camera: Camera) -> None:
    """No network, too many runs, a full disk, a page that does not load whole."""
    page = camera.page()
    run(page)
    page.locator(".step[data-state=sleeping]").wait_for()
    page.context.set_offline(True)
    page.locator("#offline-banner").wait_for()
    camera.keep(page, "offline", 900)
    page.context.set_offline(False)
    show(page, "code")
    answers = {
        "too-many": (429, {"error": "too many runs", "code": "too_many_runs"}),
        "disk-full": (507, {"error": "disk full", "code": "disk_full"}),
    }
    for name, (code, body) in reversed(answers.items()):
        headers = {"retry-after": "30", "content-type": "application/json"}
        page.route("**/api/run", _answer(code, json.dumps(body), headers))
        run(page)
        page.locator(".toast").first.wait_for()
        camera.keep(page, name)
        page.unroute("**/api/run")
    page.route(re.compile(r"/static/(js/run/pill\.js|build/page/.*\.js)"), lambda route: route.abort())
    page.reload()
    page.locator("#offline-banner").wait_for()
    camera.keep(page, "not-whole")


def _answer(status: int, body: str, headers: dict[str, str]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body=body, headers=headers)


STATES: Final[dict[str, Callable[[Camera], None]]] = {
    shoot.__name__: shoot
    for shoot in (
        empty,
        journey,
        failed,
        refused,
        long,
        controlled,
        edited,
        watched,
        helped,
        found,
        asked,
        walked,
        away,
        *WRITING,
        *AROUND,
    )
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Photograph the page.")
    parser.add_argument(
        "states", nargs="*", choices=[[], *STATES, *RUN_STATES], help="which states (default: all)"
    )
    parser.add_argument("--width", type=int, action="append", choices=[*SIZES], help="only these widths")
    parser.add_argument("--scheme", action="append", choices=[*SCHEMES], help="only these schemes")
    given = parser.parse_args()
    chosen = given.states or [*STATES, *RUN_STATES]
    missed: list[str] = []
    best = OUTPUT / "approval-1440-light.png"
    before = best.stat().st_mtime if best.is_file() else None  # one of an earlier day is not copied
    OUTPUT.mkdir(parents=True, exist_ok=True)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as data, served(Path(data)) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        for width in given.width or SIZES:
            for scheme in given.scheme or SCHEMES:
                for name in (name for name in chosen if name in STATES):
                    missed += taken(STATES[name], Camera(browser, url, width, scheme))
        for name in (name for name in chosen if name in RUN_STATES):
            missed += taken(RUN_STATES[name], Camera(browser, url, 1440, "light"))
        browser.close()
    if best.is_file() and best.stat().st_mtime != before:
        shutil.copyfile(best, PICTURE)
        print(PICTURE.relative_to(ROOT))
    return 1 if missed else 0


def taken(shoot: Callable[[Camera], None], camera: Camera) -> list[str]:
    """Photograph some states; what could not be reached, which does not keep the others from it."""
    try:
        shoot(camera)
    except PlaywrightError as error:
        print(f"MISSED {shoot.__name__} at {camera.width}, {camera.scheme}: {error}")
        return [shoot.__name__]
    finally:
        for context in camera.browser.contexts:
            context.close()
    return []


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


if __name__ == "__main__":
    sys.exit(main())
