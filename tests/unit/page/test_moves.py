"""Imports that follow a file to its new name."""

from __future__ import annotations

import pytest

from tests.unit.page.node import evaluate


def renamed(files: dict[str, str], old: str, new: str) -> dict[str, str]:
    """The files that are changed, by their old names."""
    body = """
      const edits = it.importEdits(value.files, value.from, value.to);
      const put = (text, { from, to, insert }) => text.slice(0, from) + insert + text.slice(to);
      const after = ([name, changes]) => [name, changes.toReversed().reduce(put, value.files[name])];
      return Object.fromEntries(Object.entries(edits).map(after));
    """
    given = {"files": files, "from": old, "to": new}
    changed: dict[str, str] = evaluate("static/editor/plan/moves.js", body, given)
    return changed


def test_every_way_of_importing_follows() -> None:
    main = """import { a } from "./old.js";
import './old.js';
export * from '../old.js';
const later = await import("./old.js");
const said = "./old.js"; // ./old.js
import other from './older.js';
import type { T } from './types.ts';
"""
    files = {
        "main.js": main,
        "old.js": "",
        "older.js": "",
        "types.ts": "import x = 1",
        "notes.md": "./old.js",
    }
    assert renamed(files, "old.js", "lib/new.ts") == {
        "main.js": main.replace(
            "\"./old.js\";\nimport './old.js'", "\"./lib/new.ts\";\nimport './lib/new.ts'"
        )
        .replace("'../old.js'", "'./lib/new.ts'")
        .replace('import("./old.js")', 'import("./lib/new.ts")')
    }


@pytest.mark.parametrize(
    ("importer", "specifier", "old", "new", "wanted"),
    [
        ("main.js", "./old", "old.js", "new.js", "./new"),
        ("main.js", "./old", "old.js", "new.json", "./new.json"),
        ("main.js", "/old.js", "old.js", "a/new.js", "/a/new.js"),
        ("a/b/main.js", "../../old.js", "old.js", "a/new.js", "../new.js"),
        ("a/main.js", "./old.js", "a/old.js", "b/old.js", "../b/old.js"),
        ("a/main.js", "../a/old.js", "a/old.js", "a/new.js", "./new.js"),
        # the file that moves takes its own imports with it
        ("main.js", "./lib/x.js", "main.js", "a/main.js", "../lib/x.js"),
        ("main.js", "./lib/x", "main.js", "lib/main.js", "./x"),
    ],
)
def test_it_is_written_as_it_was(importer: str, specifier: str, old: str, new: str, wanted: str) -> None:
    source = f"import x from '{specifier}';"
    files = {importer: source, "lib/x.js": "", **({} if old == importer else {old: ""})}
    assert renamed(files, old, new) == {importer: f"import x from '{wanted}';"}


def test_what_means_the_same_still_is_not_touched() -> None:
    files = {"main.ts": "import './util'; import './gone.js'; import 'npm';", "util.js": "import './main';"}
    assert renamed(files, "util.js", "util.ts") == {}
