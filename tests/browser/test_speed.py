"""How fast it is, by the browser's own clock. Bounds are wide, for busy machines; the figures are printed."""

from __future__ import annotations

import pytest

from tests.browser import workflows
from tests.browser.conftest import Opener

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_first_visit_is_soon_ready_to_type(visit: Opener) -> None:
    page = await visit()
    measured = await page.page.evaluate(_FIRST_VISIT)
    print(f"editor ready after {measured['ready']:.0f} ms, {measured['bytes'] / 1024:.0f} KiB over the wire")
    assert measured["bytes"] < 300 * 1024
    assert measured["ready"] < 3000


async def test_the_first_step_shows_soon_after_the_click(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.page.evaluate(_WATCH)
    await page.page.locator("#run-button").click()
    await page.page.locator(".run-number", has_text="Run 2").wait_for()
    await page.ends("Complete")
    shown = await page.page.evaluate("globalThis.firstStepAfterMs")
    print(f"first step visible {shown:.0f} ms after the click")
    assert shown < 2000


_FIRST_VISIT = """() => {
  const loads = performance.getEntriesByType("resource");
  const page = performance.getEntriesByType("navigation")[0];
  return {
    ready: performance.getEntriesByName("editor-ready")[0].startTime,
    bytes: [page, ...loads].reduce((sum, load) => sum + load.transferSize, 0),
  };
}"""

_WATCH = """() => {
  const list = document.querySelector(".steps");
  document.querySelector("#run-button").addEventListener("click", () => {
    const clicked = performance.now();
    const observer = new MutationObserver(() => {
      const running = document.querySelector(".run-number").textContent === "Run 2";
      if (!running || list.querySelector(".step:not([data-state='planned'])") === null) return;
      globalThis.firstStepAfterMs = performance.now() - clicked;
      observer.disconnect();
    });
    observer.observe(list, { subtree: true, childList: true, attributes: true });
  }, { once: true });
}"""
