"""What photographs of the page are made with: pages of one size and scheme, and what is done on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import Browser, BrowserContext, Page

ROOT: Final = Path(__file__).resolve().parent.parent
OUTPUT: Final = ROOT / "build" / "screenshots"
SIZES: Final = {1440: 900, 1024: 768, 390: 844}
TIMEOUT_MS: Final = 30_000
SCHEME_MS: Final = 160  # until buttons have taken on the other colours

Scheme = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")


class Camera:
    """Opens pages of one size and scheme, and keeps what they look like."""

    def __init__(self, browser: Browser, url: str, width: int, scheme: Scheme) -> None:
        self.browser = browser
        self.url = url
        self.width = width
        self.scheme = scheme

    def page(self, path: str = "/", *, beside: Page | None = None, ready: bool = True) -> Page:
        """A visitor of its own, or another tab `beside` a page; `ready`: wait for the editor."""
        context = beside.context if beside is not None else self._visitor()
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.goto(path if path.startswith("http") else self.url + path)
        if ready:
            page.wait_for_selector(".editor-host .cm-content")
        return page

    def _visitor(self) -> BrowserContext:
        return self.browser.new_context(
            viewport={"width": self.width, "height": SIZES[self.width]},
            color_scheme=self.scheme,
            device_scale_factor=2,
            is_mobile=self.width < 500,
            has_touch=self.width < 500,
        )

    def keep(self, page: Page, name: str, settle_ms: int = 500) -> None:
        page.wait_for_timeout(settle_ms)
        page.mouse.move(0, 0)
        path = OUTPUT / f"{name}-{self.width}-{self.scheme}.png"
        page.screenshot(path=path)
        wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        print(path.relative_to(ROOT), f"IS {wide} px TOO WIDE" if wide > 0 else "")

    def sweep(self, page: Page, name: str, pane: str | None = "run", settle_ms: int = 350) -> None:
        """Keep one state in every size and scheme, without coming to it again; `pane` is what is shown where
        there is room for one only.
        """
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            if pane is not None:
                show(page, pane)
            page.wait_for_timeout(settle_ms)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.wait_for_timeout(SCHEME_MS)
                path = OUTPUT / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=path)
        page.set_viewport_size({"width": 1440, "height": SIZES[1440]})
        page.emulate_media(color_scheme=self.scheme)
        print(f"{(OUTPUT / name).relative_to(ROOT)}-*.png")


def run(page: Page, source: str | None = None, payload: Any = None) -> None:
    if source is not None:
        write(page, source)
    if payload is not None:
        pay(page, json.dumps(payload))
    page.click("#run-button")


def pay(page: Page, text: str) -> None:
    """Put a text into the payload's field."""
    page.locator("#payload").evaluate(_PAY, text)


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


_PASTE: Final = """(editor, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""

_PAY: Final = """(field, text) => {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
