"""What the page loads: each of its modules is asked for early, and none is forgotten or too long."""

from __future__ import annotations

import re

from playground.web.preload import imported
from tests.unit.page.node import ROOT

MODULES = sorted((ROOT / "static" / "js").rglob("*.js"))
ENTRIES = ("app.js", "rescue.js", "theme_boot.js", "approve/approve.js")
"""What templates name: the first module of each page, and what runs before it."""


def test_the_page_asks_early_for_what_it_imports() -> None:
    early = imported(ROOT / "static" / "js", "app.js")
    assert {"page.js", "parts.js", "state/store.js", "views/checklist.js"} <= set(early)
    assert len(early) == len(set(early))
    assert all((ROOT / "static" / "js" / name).is_file() for name in early)


def test_every_module_of_the_page_is_imported_by_another() -> None:
    wanted = re.compile(r"""(?:from|import|import\()\s*["'](\.{1,2}/[\w./-]+\.js)["']""")
    reached = {
        (path.parent / name).resolve() for path in MODULES for name in wanted.findall(path.read_text("utf-8"))
    }
    reached |= {(ROOT / "static" / "js" / first).resolve() for first in ENTRIES}
    assert [path.name for path in MODULES if path.resolve() not in reached] == []


def test_nothing_in_the_page_makes_markup_from_text() -> None:
    sinks = re.compile(r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|new Function)\b")
    sources = [*(ROOT / "static").glob("js/**/*.js"), *(ROOT / "static").glob("editor/**/*.js")]
    assert [path.name for path in sources if sinks.search(path.read_text(encoding="utf-8"))] == []


def test_templates_hold_no_inline_styles_or_handlers() -> None:
    inline = re.compile(r"\s(style|on\w+)=", re.IGNORECASE)
    templates = (ROOT / "templates").glob("*.html")
    assert [path.name for path in templates if inline.search(path.read_text(encoding="utf-8"))] == []
