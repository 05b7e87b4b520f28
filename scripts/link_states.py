"""States of links to a session, a wait or code, and of the pages that they open, for screenshots.py."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

from playwright.sync_api import Page, Route

from scripts.camera import Camera, choose, run, status
from scripts.run_sources import FIELDS, ORDER

PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}


def approver(camera: Camera, page: Page, url: str) -> Page:
    context = camera.browser.new_context(**PHONE)
    phone = context.new_page()
    phone.set_default_timeout(30_000)
    phone.goto(url)
    phone.locator("body:not([data-state=opening])").wait_for()
    return phone


def ask(page: Page, camera: Camera | None = None) -> str:
    page.evaluate("document.activeElement?.blur()")
    page.get_by_role("button", name="Send to an approver", exact=True).click()
    dialog = page.get_by_role("dialog", name="Send to an approver")
    dialog.get_by_label("Who is asked").fill("Ada")
    if camera is not None:
        camera.sweep(page, "ask-form", pane=None)
    dialog.get_by_role("button", name="Create link").click()
    url = dialog.get_by_label("Link: decide").input_value()
    if camera is not None:
        camera.sweep(page, "ask-made", pane=None)
    page.keyboard.press("Escape")
    return url


def approved(camera: Camera) -> None:
    """The approver's page in each of its states, and the share dialog that knows of it."""
    page = camera.page()
    run(page, FIELDS, payload={"expense": 112, "by": "Bob", "for": "train to Vienna"})
    status(page, "Waiting for you")
    camera.sweep(page, "share-ask")
    first = approver(camera, page, ask(page, camera))
    camera.sweep(first, "approver-fields", pane=None)
    second = approver(camera, page, ask(page))
    revoked = ask(page)
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("button", name="Revoke the link Ada").first.click()
    page.locator(".share-dialog", has_text="Revoked").wait_for()
    camera.sweep(page, "share-list", pane=None)
    page.locator(".share-dialog .link-form").get_by_role("button", name="Create link").click()
    page.locator("#share-url").wait_for()
    camera.sweep(page, "share-made", pane=None)
    page.keyboard.press("Escape")
    page.route("**/approvals", _soon_expired)
    late = approver(camera, page, ask(page))
    page.unroute("**/approvals")
    late.locator("#verdict:not([hidden]) h1", has_text="expired").wait_for()
    camera.sweep(late, "approver-expired", pane=None)
    camera.sweep(approver(camera, page, revoked), "approver-revoked", pane=None)
    first.get_by_label("Your name").fill("Ada")
    first.get_by_role("button", name="Reject").click()
    first.locator("#verdict h1", has_text="Rejected").wait_for()
    camera.sweep(first, "approver-decided", pane=None)
    second.locator("#verdict h1", has_text="Already").wait_for()
    camera.sweep(second, "approver-already", pane=None)
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("tab", name="Decisions").click()
    camera.sweep(page, "share-decisions", pane=None)
    page.keyboard.press("Escape")
    run(page, ORDER)
    status(page, "Waiting for you")
    third = approver(camera, page, ask(page))
    camera.sweep(third, "approver-open", pane=None)
    choose(page, "terminate")
    page.locator("dialog .danger").click()
    third.locator("#verdict:not([hidden]) h1").wait_for()
    camera.sweep(third, "approver-run-over", pane=None)
    camera.sweep(
        approver(camera, page, f"{camera.url}/a/AAAAAAAAAAAAAAAA#nothing"), "approver-unknown", pane=None
    )
    run(page, FIELDS.replace("2 days", "8 seconds"))
    status(page, "Waiting for you")
    fourth = approver(camera, page, ask(page))
    fourth.locator("#verdict:not([hidden]) h1").wait_for()
    camera.sweep(fourth, "approver-timed-out", pane=None)


def _soon_expired(route: Route) -> None:
    """Let the link that is asked for be good for two seconds."""
    wanted = route.request.post_data_json or {}
    route.continue_(post_data=json.dumps({**wanted, "expires": int(time.time() * 1000) + 2000}))


def forked(camera: Camera) -> None:
    """A link that carries code, and who forks by typing."""
    page = camera.page()
    run(page, ORDER)
    status(page, "Waiting for you")
    page.click("#share-button")
    page.locator(".share-dialog .link-form").get_by_role("button", name="Create link").click()
    url = page.locator("#share-url").input_value()
    stranger = camera.page(url)
    stranger.locator(".step[data-state=completed]").first.wait_for()
    camera.sweep(stranger, "watching-run")
    stranger.locator(".editor-host .cm-content").click()
    stranger.keyboard.type("x")
    stranger.locator("#fork-note:not([hidden])").wait_for()
    camera.sweep(stranger, "forked-session", pane="code")
    code = page.evaluate(_CODE_LINK, json.dumps(ORDER))
    reader = camera.page(code if code.startswith("http") else camera.url + code)
    camera.sweep(reader, "code-link", pane="code")


_CODE_LINK: Final = """async (source) => {
  const { toFragment } = await import("/static/js/share/code_fragment.js");
  const files = { "index.js": JSON.parse(source) };
  return "/#" + (await toFragment({ files, main: "index.js", payload: "{}" }));
}"""

LINKS: Final[tuple[Callable[[Camera], None], ...]] = (approved, forked)
