"""The page as its user sees it: what can be done on it, and what it shows."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.async_api import ConsoleMessage, Locator, Page, expect

STEP_TIMEOUT_MS = 20_000
LOSSES = (
    "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE_CHUNKED_ENCODING"
)  # fmt: skip


class Visit:
    """One tab. `complaints` gathers uncaught errors, console errors and violations of the page's policy."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.complaints: list[str] = []
        self._forgiven: list[str] = []
        page.on("pageerror", lambda error: self._complain(f"uncaught: {error}"))
        page.on("console", self._heard)

    async def open(self, path: str = "/") -> None:
        """Load a page and wait until its editor has replaced the plain field."""
        await self.page.goto(self.base + path)
        await expect(self.page.locator("#editor-host .cm-content")).to_be_visible()

    def forgive(self, text: str) -> None:
        """Complaints with this text are part of the test."""
        self._forgiven.append(text)
        self.complaints = [complaint for complaint in self.complaints if text not in complaint]

    def forgive_loss(self) -> None:
        """The server is killed in the test: whatever the browser says of that."""
        for complaint in LOSSES:
            self.forgive(complaint)

    async def write(self, source: str) -> None:
        """Replace what stands in the editor, as a paste does."""
        await self.page.locator("#editor-host .cm-content").click()
        await self.page.keyboard.press("ControlOrMeta+a")
        await self.page.locator("#editor-host .cm-content").evaluate(_PASTE, source)

    async def pay(self, payload: Any) -> None:
        """Put a payload into its field: a text as it is, all else as JSON."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        await self.page.locator("#payload").evaluate(_PAY, text)

    async def run(self, source: str | None = None, payload: Any = None) -> None:
        """Press Run, after writing `source` and `payload` where they are given."""
        if source is not None:
            await self.write(source)
        if payload is not None:
            await self.pay(payload)
        await self.page.locator("#run-button").click()

    @property
    def steps(self) -> Locator:
        return self.page.locator(".steps > .step")

    @property
    def pill(self) -> Locator:
        return self.page.locator(".run-status .pill")

    @property
    def lines(self) -> Locator:
        return self.page.locator(".console-lines .line")

    @property
    def result(self) -> Locator:
        return self.page.locator("#result .result")

    @property
    def prompt(self) -> Locator:
        return self.page.locator(".prompt")

    def step(self, name: str) -> Locator:
        exact = re.compile(f"^{re.escape(name)}$")
        return self.steps.filter(has=self.page.locator(".step-name", has_text=exact))

    async def reaches(self, name: str, state: str) -> None:
        """Wait until the step is in that state."""
        await expect(self.step(name)).to_have_attribute("data-state", state)

    async def ends(self, status: str) -> None:
        """Wait until the pill says so ("Complete", "Failed", "Terminated")."""
        await expect(self.pill).to_have_text(status)

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def choose(self, name: str) -> None:
        """Press what stands in the menu of the run."""
        await self.press("More to do with this run")
        await self.press(name)

    async def answer(self, name: str) -> None:
        """Press a button of the dialog that is open."""
        await self.page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()

    @property
    def happenings(self) -> Locator:
        return self.page.locator(".happening .happening-text")

    async def states(self) -> dict[str, str]:
        """Each step's state by its name."""
        found: dict[str, str] = await self.steps.evaluate_all(_STATES)
        return found

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complain(f"console: {message.text}")

    def _complain(self, text: str) -> None:
        if not any(forgiven in text for forgiven in self._forgiven):
            self.complaints.append(text)


_PAY = """(field, text) => {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""

_STATES = """rows => Object.fromEntries(
  rows.map((row) => [row.querySelector(".step-name").textContent, row.dataset.state]),
)"""

_PASTE = """(editor, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
