"""What is done about a draft that may have been changed elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.page.node import evaluate

RULES = "static/js/code/draft_rules.js"


def draft(text: str, revision: int = 0, payload: str = "{}") -> dict[str, Any]:
    return {"files": {"a.js": text}, "main": "a.js", "payload": payload, "revision": revision}


@pytest.mark.parametrize(
    ("base", "here", "there", "verdict"),
    [
        # nothing new
        (draft("x", 3), draft("x"), draft("x", 3), "known"),
        (draft("x", 3), draft("mine"), draft("x", 3), "known"),
        (draft("x", 3), draft("mine"), draft("older", 2), "known"),
        # nothing was typed here
        (draft("x", 3), draft("x"), draft("theirs", 4), "take"),
        (draft("x", 3), draft("x"), draft("x", 4, "[1]"), "take"),
        # both came to the same
        (draft("x", 3), draft("both"), draft("both", 4), "same"),
        (draft("x", 3), draft("x"), draft("x", 4), "same"),
        # only here
        (draft("x", 3), draft("mine"), draft("x", 5), "rebase"),
        # both
        (draft("x", 3), draft("mine"), draft("theirs", 4), "conflict"),
        (draft("x", 3), draft("x", payload="1"), draft("x", 4, "2"), "conflict"),
        (draft("x", 3), draft("mine"), draft("x", 4, "2"), "conflict"),
    ],
)
def test_the_verdict(base: Any, here: Any, there: Any, verdict: str) -> None:
    assert evaluate(RULES, "return it.judge(...value);", [base, here, there]) == verdict


def test_who_was_last_never_decides() -> None:
    """Whatever was typed here and saved there, neither goes without somebody's word."""
    body = """
    const texts = ["x", "mine", "theirs"];
    const lost = [];
    for (const base of texts) for (const here of texts) for (const there of texts) {
      const as = (text, revision) => ({ files: { "a.js": text }, main: "a.js", payload: "", revision });
      const verdict = it.judge(as(base, 1), as(here), as(there, 2));
      if (verdict === "take" && here !== base) lost.push([base, here, there, verdict]);
      if (verdict === "rebase" && there !== base) lost.push([base, here, there, verdict]);
      if (verdict === "same" && here !== there) lost.push([base, here, there, verdict]);
    }
    return lost;"""
    assert evaluate(RULES, body) == []


def test_the_order_of_tabs_and_the_main_file_are_part_of_a_draft() -> None:
    one = {"files": {"a.js": "", "b.js": ""}, "main": "a.js", "payload": ""}
    turned = {**one, "files": {"b.js": "", "a.js": ""}}
    other = {**one, "main": "b.js"}
    body = "return value.map((other) => it.sameDraft(value[0], other));"
    assert evaluate(RULES, body, [one, turned, other]) == [True, False, False]


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "{",
        "null",
        "7",
        "[]",
        "{}",
        '{"payload":"","files":null,"main":"a.js"}',
        '{"payload":"","files":{},"main":"a.js"}',
        '{"payload":1,"files":{"a.js":""},"main":"a.js"}',
        '{"payload":"","source":"x","unsaved":false}',
    ],
)
def test_what_was_kept_and_cannot_be_read_is_nothing(kept: str) -> None:
    assert evaluate(RULES, "return it.readKept(value);", kept) is None


def test_what_was_kept_is_read_also_where_an_earlier_release_kept_it() -> None:
    body = "return value.map(it.readKept);"
    now = {"files": {"a.ts": "1", "b.js": "2"}, "main": "a.ts", "payload": "{", "base": 4, "time": 9}
    before = {"source": "x", "payload": "", "language": "ts", "unsaved": True}
    assert evaluate(RULES, body, [json.dumps(now), json.dumps(before)]) == [
        now,
        {"files": {"workflow.ts": "x"}, "main": "workflow.ts", "payload": "", "base": None, "time": 0},
    ]
