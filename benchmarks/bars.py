"""Horizontal bars as an SVG that needs nothing: text stays text, and colours follow the reader's scheme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

_WIDTH: Final = 800
_LABELS: Final = 300
_VALUES: Final = 90
_BAR: Final = 11
_GAP: Final = 2
_BETWEEN: Final = 14
_TOP: Final = 66
_STYLE: Final = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .small { font-size: 11px; fill: #57606a }
  .ours { font-weight: 600 }
  .bar0 { fill: #b9c3cf } .bar1 { fill: #8593a5 } .bar2 { fill: #566576 }
  .own0 { fill: #f9c79b } .own1 { fill: #f0903c } .own2 { fill: #c2610f }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .small { fill: #9198a1 }
    .bar0 { fill: #46515e } .bar1 { fill: #6f7d8d } .bar2 { fill: #a9b5c3 }
    .own0 { fill: #7d4310 } .own1 { fill: #d0741f } .own2 { fill: #ffab62 }
  }
"""
_SHADES: Final = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Bars of one name, one for each series; None where there is no value."""

    label: str
    values: Sequence[float | None]
    ours: bool = False


def svg(title: str, series: Sequence[str], groups: Sequence[Group], unit: str, footer: str) -> str:
    """The picture. All bars are to one scale, which begins at 0."""
    if not 1 <= len(series) <= _SHADES:
        raise ValueError(f"there are colours for 1 to {_SHADES} series, not {len(series)}")
    greatest = max((value for group in groups for value in group.values if value is not None), default=0) or 1
    scale = (_WIDTH - _LABELS - _VALUES) / greatest
    each = len(series) * (_BAR + _GAP) + _BETWEEN
    height = _TOP + len(groups) * each + 22
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{_attribute(title)}">',
        f"<style>{_STYLE}</style>",
        _text(0, 18, title, "title"),
        *_legend(series),
    ]
    for number, group in enumerate(groups):
        top = _TOP + number * each
        middle = top + len(series) * (_BAR + _GAP) / 2 + 4
        parts.append(_text(_LABELS - 10, middle, group.label, "ours" if group.ours else "", anchor="end"))
        for index, value in enumerate(group.values):
            y = top + index * (_BAR + _GAP)
            if value is None:
                parts.append(_text(_LABELS, y + _BAR - 2, "–", "small"))
                continue
            long = max(1.0, value * scale)
            kind = f"{'own' if group.ours else 'bar'}{_shade(index, len(series))}"
            parts.append(f'<rect class="{kind}" x="{_LABELS}" y="{y}" width="{long:.1f}" height="{_BAR}"/>')
            parts.append(_text(_LABELS + long + 5, y + _BAR - 2, f"{number_text(value)}{unit}", "small"))
    parts += [_text(0, height - 6, footer, "small"), "</svg>"]
    return "\n".join(parts) + "\n"


def number_text(value: float) -> str:
    """Three digits, or as many as stand before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2g}"


def _legend(series: Sequence[str]) -> list[str]:
    parts, x = [], _LABELS
    for index, name in enumerate(series):
        shade = _shade(index, len(series))
        parts.append(f'<rect class="own{shade}" x="{x}" y="36" width="8" height="{_BAR}"/>')
        parts.append(f'<rect class="bar{shade}" x="{x + 8}" y="36" width="8" height="{_BAR}"/>')
        parts.append(_text(x + 22, 46, name, "small"))
        x += 40 + 7 * len(name)
    return parts


def _shade(index: int, count: int) -> int:
    return index + (_SHADES - count) // 2 if count < _SHADES else index


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    given = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{given} text-anchor="{anchor}">{escape(text)}</text>'


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})
