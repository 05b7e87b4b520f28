"""What the page loads: each of its modules is asked for early, and none is forgotten or too long."""

from __future__ import annotations

import re

from tests.unit.page.node import ROOT

MODULES = {path.stem for path in (ROOT / "static" / "js").glob("*.js")}


def test_the_page_asks_early_for_each_module() -> None:
    template = (ROOT / "templates" / "playground.html").read_text(encoding="utf-8")
    found = re.search(r"for module in \[(.*?)\]", template, re.DOTALL)
    assert found is not None
    listed = re.findall(r'"(\w+)"', found.group(1))
    assert sorted(listed) == sorted(MODULES - {"app", "theme_boot"})


def test_nothing_in_the_page_makes_markup_from_text() -> None:
    sinks = re.compile(r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|new Function)\b")
    sources = [*(ROOT / "static").glob("js/*.js"), *(ROOT / "static").glob("editor/*.js")]
    assert [path.name for path in sources if sinks.search(path.read_text(encoding="utf-8"))] == []


def test_templates_hold_no_inline_styles_or_handlers() -> None:
    inline = re.compile(r"\s(style|on\w+)=", re.IGNORECASE)
    templates = (ROOT / "templates").glob("*.html")
    assert [path.name for path in templates if inline.search(path.read_text(encoding="utf-8"))] == []
