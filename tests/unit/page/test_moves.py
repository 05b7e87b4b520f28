"""Imports that follow a file to its new name."""

from __future__ import annotations

import pytest

from tests.unit.page.node import evaluate


def renamed(files: dict[str, str], old: str, new: str) -> dict[str, str]:
    """The files that are changed, by their old names."""
    body = """
      const edits = it.importEdits(value.files, value.from, value.to);
      const after = ([name, changes]) => [name, it.changed(value.files[name], changes)];
      return Object.fromEntries(Object.entries(edits).map(after));
    """
    given = {"files": files, "from": old, "to": new}
    changed: dict[str, str] = evaluate("static/js/code/moves.js", body, given)
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


def test_a_module_is_named_by_imports_alone() -> None:
    source = """import{a}from"./1";import b, * as c from'./2' with { type: "./no" };
export * as d from "./3"; // from "./no"
/* import "./no" */ type T = import( /* here */ "./4").T;
const said = `import "./no" ${ await import('./5') } from "./no" ${`${"./no"}`}`;
const found = /import ["']/.test(said) || said / 2 > 1 / 2, it = x => /[/"]/.exec(x);
lib.import("./no"); lib.from("./no"); Array.from("./no"); if (from) import  ("./6");
export { e as "f" } from "./\\x37"; import type { G } from "./8"; import "./9
export default from => "./no"; import "./10";
"""
    found = evaluate(
        "static/js/code/specifiers.js",
        "return it.specifiersOf(value).map(({ specifier, from, to }) => [specifier, value.slice(from, to)]);",
        source,
    )
    named = ["./1", "./2", "./3", "./4", "./5", "./6", "./x37", "./8", "./10"]
    assert [specifier for specifier, _ in found] == named
    assert [written for _, written in found if "x37" not in written] == [n for n in named if "x37" not in n]


def test_half_typed_code_names_what_it_names() -> None:
    sources = ["import {", "import './a", "`${", "`${`", "/*", "}", "x = /a", "const a = '\\"]
    body = "return value.flatMap((source) => it.specifiersOf(`${source}\\n`));"
    assert evaluate("static/js/code/specifiers.js", body, sources) == []


def test_an_import_means_a_file() -> None:
    """The page and the editor's plan ask the same function."""
    files = {"a.js": "", "lib/a.ts": "", "lib/b.mjs": "", "lib/b.js": "", "plain": ""}
    top = {
        "../a": "a.js",
        "../../a.js": "a.js",
        "/a.js": "a.js",
        "plain": "plain",
    }  # above the top is the top
    wanted = {
        "main.js": {**top, "./a": "a.js", "./lib/a": "lib/a.ts"},
        "lib/main.ts": {**top, "./a": "lib/a.ts", "./b": "lib/b.js"},
        "lib/deep/main.ts": {**top, "../a": "lib/a.ts"},
    }
    specifiers = [
        "./a", "../a", "/a.js", "./lib/a", "./b", "../../a.js", "plain", "a", "", "./", "..",
    ]  # fmt: skip
    asked = [[name, specifier, files] for name in wanted for specifier in specifiers]
    told = evaluate(
        "static/js/code/module_names.js", "return value.map((each) => it.nameOf(...each));", asked
    )
    named = {
        (name, specifier): found for (name, specifier, _), found in zip(asked, told, strict=True) if found
    }
    assert named == {(name, each): file for name, of in wanted.items() for each, file in of.items()}
