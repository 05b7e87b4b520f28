"""axe-core in the page: what it finds against WCAG 2.2 AA."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

_AXE: Final = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@cache
def _source() -> str:
    return _AXE.read_text(encoding="utf-8")


async def violations(page: Page) -> list[str]:
    """One line for each element that breaks a rule, once what moves has come to rest."""
    if not await page.evaluate("() => window.axe !== undefined"):
        await page.evaluate(_source())
    await page.evaluate(_REST)
    found: list[dict[str, Any]] = await page.evaluate(_RUN, _RULES)
    return [f"{rule['id']}: {node}" for rule in found for node in rule["nodes"]]


_REST = """() => Promise.all(
  document.getAnimations().filter((each) => each.effect.getTiming().iterations !== Infinity)
    .map((each) => each.finished.catch(() => {})),
)"""

_RUN = """async (tags) => {
  const { violations } = await axe.run(document, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations"],
  });
  return violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map(({ target, html, any }) => {
      const data = any[0]?.data;
      const colours = `${data?.fgColor} on ${data?.bgColor}: ${data?.contrastRatio}`;
      const contrast = data?.contrastRatio ? ` (${colours})` : "";
      return `${target.join(" ")}${contrast} ${html.slice(0, 140)}`;
    }),
  }));
}"""
