"""What is around code and runs: the palette, the walk, links, empty states, and the page's bad days."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from playwright.sync_api import Page

from scripts.camera import Camera, run, show, status
from scripts.writing_states import ORDER, SHORT

ASKING: Final = ORDER.replace(
    "    return order.id;",
    "    const answer = await step.waitForEvent('approve the order', {\n"
    "      type: 'approval',\n      timeout: '1 hour',\n    });\n"
    "    return [order.id, answer.payload];",
)
LONG_NAME: Final = (
    "a step whose name goes on and on, as names do that are put together from what customers type "
)
NAMED: Final = SHORT.replace("'greet'", json.dumps(LONG_NAME * 2)).replace(
    "`Hello ${event.payload.name}`", "'x'.repeat(900)"
)


def views_before(camera: Camera) -> None:
    """Nothing has run, with each of the views chosen."""
    page = camera.page()
    show(page, "run")
    for name in ("Timeline", "Graph"):
        page.get_by_role("tab", name=name).click()
        camera.keep(page, f"empty-{name.lower()}")
    show(page, "console")
    camera.keep(page, "empty-console")
    page.keyboard.press("l")
    camera.keep(page, "empty-runs")


def commanded(camera: Camera) -> None:
    """The palette: before anything has run, found nothing, refused; the list of keys."""
    page = camera.page()
    page.keyboard.press("Control+k")
    camera.keep(page, "palette-empty")
    page.keyboard.type("qqqq")
    camera.keep(page, "palette-nothing")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("terminate")
    page.keyboard.press("Enter")
    camera.keep(page, "palette-refused")
    page.keyboard.press("Escape")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("?")
    camera.keep(page, "keys")


def strolled(camera: Camera) -> None:
    """The guided walk, each of its stops, to its end."""
    page = camera.page()
    show(page, "run")
    page.click("text=Take the two-minute walk")
    title = page.locator(".tour-title")
    title.wait_for()
    camera.keep(page, "walk-1-run")
    page.click("#run-button")
    page.locator(".tour-title", has_text="Crash it").wait_for()
    camera.keep(page, "walk-2-crash")
    page.click(".run-controls .anchor > .button")
    camera.keep(page, "walk-2-menu")
    page.click('.menu-item[data-action="crash"]')
    page.locator(".tour-title", has_text="Approve it").wait_for()
    camera.keep(page, "walk-3-approve")
    page.get_by_role("button", name="Approve", exact=True).click(timeout=120_000)
    page.locator(".tour-title", has_text="Share it").wait_for()
    camera.keep(page, "walk-4-share")
    page.get_by_role("button", name="Skip this").click()
    page.locator(".tour-title", has_text="durable execution").wait_for()
    camera.keep(page, "walk-5-end")


def gathered(camera: Camera) -> None:
    """Runs of the session: many, one kind, none of that kind; long names."""
    page = camera.page()
    sources = (SHORT, NAMED, SHORT.replace("return await", "throw new Error('no'); await"), ASKING)
    words = ("Complete", "Complete", "Failed", "Waiting for you")
    for number, (source, word) in enumerate(zip(sources, words, strict=True), 1):
        show(page, "code")
        run(page, source, {"name": "Ada"})
        page.locator(".run-number", has_text=f"Run {number}").wait_for()
        status(page, word)
        if source == NAMED:
            camera.keep(page, "long-names")
    page.click(".run-picker")
    camera.keep(page, "runs-many")
    page.click(".chip[data-kind=failed], .chip:nth-child(3)")
    camera.keep(page, "runs-filtered")
    page.locator(".runs-field").fill("nothing like that")
    camera.keep(page, "runs-none")


def linked(camera: Camera) -> None:
    """Watching, approving and editing by a link; links that are none."""
    page = camera.page()
    run(page, ASKING)
    status(page, "Waiting for you")
    camera.keep(page, "asking")
    page.reload()
    session = page.evaluate("() => JSON.parse(document.getElementById('page-data').textContent).session")
    show(page, "run")
    for scope in ("view", "approve", "edit"):
        stranger = camera.page(_link(page, f"{camera.url}/api/sessions/{session}/shares", scope))
        stranger.locator(".run-number").wait_for(state="attached")
        camera.keep(stranger, f"by-link-{scope}-code")
        show(stranger, "run")
        camera.keep(stranger, f"by-link-{scope}")
        stranger.context.close()
    for name, more in (("closed", ""), ("link-no-more", "#share=nothing")):
        stranger = camera.page(f"/s/{session}{more}", ready=False)
        camera.keep(stranger, name, 1500)
        stranger.context.close()


def lost(camera: Camera) -> None:
    """The server away, restarting, the session gone; an address of nothing; a module that does not come."""
    page = camera.page()
    run(page, ASKING)
    status(page, "Waiting for you")
    for pattern in ("**/stream*", "**/api/sessions/*"):
        page.route(pattern, lambda route: route.abort())
    _hurry(page)
    camera.keep(page, "lost", 2500)
    page.unroute("**/api/sessions/*")
    busy = json.dumps({"error": "not ready", "code": "storage_refused"})
    page.route("**/api/sessions/*", lambda route: route.fulfill(status=503, body=busy))
    page.locator("#connection[data-state=restarting]").wait_for()
    camera.keep(page, "restarting", 1000)
    page.unroute("**/api/sessions/*")
    none = json.dumps({"error": "no such session", "code": "not_found"})
    page.route("**/api/sessions/*", lambda route: route.fulfill(status=404, body=none))
    page.locator("#connection[data-state=gone]").wait_for()
    camera.keep(page, "gone", 1000)
    stranger = camera.page("/nothing/here", ready=False)
    camera.keep(stranger, "not-found")
    stranger.context.close()
    page = camera.page()
    page.route("**/timeline*.js", lambda route: route.abort())
    page.route("**/gallery.js", lambda route: route.abort())
    run(page, SHORT, {"name": "Ada"})
    status(page, "Complete")
    show(page, "run")
    page.get_by_role("tab", name="Timeline").click()
    camera.keep(page, "module-failed", 1500)


def _link(page: Page, shares: str, scope: str) -> str:
    made = page.request.post(shares, data={"scope": scope})
    return str(made.json()["url"])


def _hurry(page: Page) -> None:
    """Break the stream, and have the page ask anew."""
    page.context.set_offline(True)
    page.wait_for_timeout(300)
    page.context.set_offline(False)


AROUND: Final[tuple[Callable[[Camera], None], ...]] = (
    views_before,
    commanded,
    strolled,
    gathered,
    linked,
    lost,
)
