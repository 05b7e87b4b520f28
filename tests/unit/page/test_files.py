"""The files of a workflow as plain data: names, order, what is the same, and what a run is sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

FILES = "static/js/code/files.js"
ONE = {"files": {"workflow.js": "1"}, "main": "workflow.js"}
TWO = {"files": {"workflow.ts": "1", "lib/a.ts": "2", "data.json": "{}"}, "main": "workflow.ts"}


def files(body: str, value: Any = None) -> Any:
    return evaluate(FILES, body, value)


def test_the_page_and_the_editor_read_the_same_languages_off_names() -> None:
    names = [
        "a.js",
        "a.mjs",
        "a.ts",
        "a.MTS",
        "a.json",
        "a.txt",
        "a.md",
        "a.sql",
        "a",
        "x/y.z",
        ".ts",
        "a.b.ts",
    ]
    body = "return value.map((name) => it.languageOf(name));"
    page, editor = files(body, names), evaluate("static/editor/language.js", body, names)
    assert page == editor
    assert page[:5] == ["js", "js", "ts", "ts", "json"]
    assert page[5:9] == ["text", "text", "text", "js"]


@pytest.mark.parametrize(
    "name", ["a.js", "lib/price.ts", "@scope/x.mjs", "a-b_c.1.json", "read.me.md", "q.sql"]
)
def test_names_that_can_be(name: str) -> None:
    assert files("return it.nameTrouble(value, ['other.js']);", name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "needs a name"),
        ("a", "ends in"),
        ("a.exe", "ends in"),
        ("a.jsx", "JSX"),
        ("a.tsx", "JSX"),
        ("a.cjs", "CommonJS"),
        ("a.py", "Python"),
        ("../a.js", "below the root"),
        ("a/./b.js", "below the root"),
        ("/a.js", "letters"),
        ("a//b.js", "letters"),
        ("a b.js", "letters"),
        ("a.js ", "letters"),
        ("é.js", "letters"),
        ("x" * 121 + ".js", "at most"),
        ("taken.js", "a file of that name"),
    ],
)
def test_names_that_cannot_be(name: str, why: str) -> None:
    assert why in files("return it.nameTrouble(value, ['taken.js']);", name)


def test_a_new_file_has_a_name_of_its_own() -> None:
    assert files("return it.newName(value);", ONE) == "file.js"
    assert files("return it.newName(value);", TWO) == "file.ts"
    taken = {"files": {"a.js": "", "file.js": "", "file2.js": ""}, "main": "a.js"}
    assert files("return it.newName(value);", taken) == "file3.js"


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("a.js", "a.ts"),
        ("a.ts", "a.js"),
        ("a.mjs", "a.mts"),
        ("x/a", "x/a.ts"),
        ("a.json", None),
        ("a.txt", None),
    ],
)
def test_the_other_language(name: str, other: str | None) -> None:
    assert files("return it.switched(value);", name) == other


def test_files_keep_their_order_when_one_is_renamed_moved_added_or_removed() -> None:
    body = """
    const names = (code) => [Object.keys(code.files).join(" "), code.main];
    return [
      names(it.renamed(value, "workflow.ts", "workflow.js")),
      names(it.renamed(value, "lib/a.ts", "b.ts")),
      names(it.moved(value, "data.json", 0)),
      names(it.moved(value, "workflow.ts", 9)),
      names(it.added(value, "c.ts", "3", 1)),
      names(it.added(value, "__proto__.js", "3")),
      names(it.removed(value, "data.json")),
      names(it.removed(value, "workflow.ts")),
    ];"""
    assert files(body, TWO) == [
        ["workflow.js lib/a.ts data.json", "workflow.js"],
        ["workflow.ts b.ts data.json", "workflow.ts"],
        ["data.json workflow.ts lib/a.ts", "workflow.ts"],
        ["lib/a.ts data.json workflow.ts", "workflow.ts"],
        ["workflow.ts c.ts lib/a.ts data.json", "workflow.ts"],
        ["workflow.ts lib/a.ts data.json __proto__.js", "workflow.ts"],
        ["workflow.ts lib/a.ts", "workflow.ts"],
        ["lib/a.ts data.json", "lib/a.ts"],
    ]


def test_some_files_cannot_be_deleted() -> None:
    assert "only file" in files("return it.deletionTrouble(value, 'workflow.js');", ONE)
    left = {"files": {"workflow.js": "", "a.json": ""}, "main": "workflow.js"}
    assert "begins here" in files("return it.deletionTrouble(value, 'workflow.js');", left)
    assert files("return it.deletionTrouble(value, 'a.json');", left) is None
    assert files("return it.removed(value, 'workflow.js');", left) == left


@pytest.mark.parametrize(
    ("other", "to_the_letter", "code"),
    [
        (TWO, True, True),
        ({**TWO, "main": "lib/a.ts"}, False, False),
        ({**TWO, "files": dict(reversed(list(TWO["files"].items())))}, False, True),  # type: ignore[attr-defined]
        ({**TWO, "files": {**TWO["files"], "lib/a.ts": "x"}}, False, False),  # type: ignore[dict-item]
        ({**TWO, "files": {**TWO["files"], "more.ts": ""}}, False, False),  # type: ignore[dict-item]
        (ONE, False, False),
    ],
)
def test_what_is_the_same(other: Any, to_the_letter: bool, code: bool) -> None:
    body = "return [it.sameFiles(...value), it.sameCode(...value), it.sameCode(...value.reverse())];"
    assert files(body, [TWO, other]) == [to_the_letter, code, code]


def test_the_only_file_may_be_called_what_it_likes() -> None:
    body = "return value.map((other) => it.sameCode(value[0], other));"
    others = [
        ONE,
        {"files": {"index.js": "1"}, "main": "index.js"},
        {"files": {"hello.mjs": "1"}, "main": "hello.mjs"},
        {"files": {"workflow.ts": "1"}, "main": "workflow.ts"},
        {"files": {"index.js": "2"}, "main": "index.js"},
    ]
    assert files(body, others) == [True, True, True, False, False]


def test_a_run_is_sent_one_source_or_all_modules() -> None:
    body = "return value.map(it.toRun);"
    bytes_ = {"files": {"a.js": "1", "b": {"data": "/w=="}}, "main": "a.js"}
    typed = {"files": {"a.ts": "1"}, "main": "a.ts"}
    assert files(body, [ONE, typed, TWO, bytes_]) == [
        {"source": "1", "language": "js"},
        {"source": "1", "language": "ts"},
        {"modules": TWO["files"], "main": "workflow.ts"},
        {"modules": bytes_["files"], "main": "a.js"},
    ]


def test_a_version_opens_under_the_name_that_the_file_had() -> None:
    body = "return it.fromVersion(value.version, value.name);"
    version = {"modules": {"index.ts": "1"}, "main": "index.ts"}
    assert files(body, {"version": version, "name": "order.js"}) == {
        "files": {"order.ts": "1"},
        "main": "order.ts",
    }
    assert files(body, {"version": version}) == {"files": {"workflow.ts": "1"}, "main": "workflow.ts"}
    several = {"modules": {"index.js": "1", "b.js": "2"}, "main": "index.js"}
    assert files(body, {"version": several}) == {"files": several["modules"], "main": "index.js"}


def test_how_two_differ_file_by_file() -> None:
    body = "return it.fileChanges(value[0], value[1]).map(({ name, change }) => `${name} ${change}`);"
    after = {"files": {"workflow.ts": "1", "data.json": "[]", "c.ts": ""}, "main": "workflow.ts"}
    assert files(body, [TWO, after]) == [
        "workflow.ts same",
        "data.json changed",
        "c.ts added",
        "lib/a.ts deleted",
    ]
    renamed = {"files": {"order.ts": "2"}, "main": "order.ts"}
    assert files(body, [ONE, renamed]) == ["order.ts changed"]
    assert files(body, [ONE, {**renamed, "files": {"order.ts": "1"}}]) == ["order.ts same"]


def test_what_is_no_text_is_shown_as_what_it_is() -> None:
    body = "return value.map(it.shownText);"
    assert files(body, ["a", {"json": {"a": 1}}, {"text": "b"}, {"data": "/w=="}]) == [
        "a",
        '{\n  "a": 1\n}',
        "b",
        "",
    ]
