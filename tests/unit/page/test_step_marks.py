"""What is said of steps over the source: one mark per line, with a note at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.page.node import evaluate


def step(name: str, state: str = "completed", count: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "key": f"do:{count}:{name}",
        "kind": "do",
        "name": name,
        "count": count,
        "state": state,
        "started": 1000,
        "ended": 1012,
        "attempts": [{"number": 1, "error": None, "retryAt": None}],
        "until": None,
        "eventType": None,
        "error": None,
        "config": {"retries": {"limit": 4}},
        **more,
    }


def planned(name: str, line: int, kind: str = "do", **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": name,
        "pattern": None,
        "line": line,
        "loop": False,
        "group": None,
        "label": None,
        **more,
    }


def marks(
    plan: list[dict[str, Any]], steps: list[dict[str, Any]], held: Sequence[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    body = "return it.stepMarks(value.plan, { steps: value.steps, held: value.held });"
    found: list[dict[str, Any]] = evaluate(
        "static/js/code/step_marks.js", body, {"plan": plan, "steps": steps, "held": list(held)}
    )
    return found


def said(**of: Any) -> str:
    """Note and value of one step."""
    one = step("a", **of)
    (mark,) = marks([planned("a", 3, one["kind"])], [one])
    return f"{mark['note']} | {mark['value']}"


FAILURE = {"name": "TypeError", "message": "not this time\nat line 2"}


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ({"output": {"id": 1, "to": "Ada"}}, '✓ 12 ms | {id: 1, to: "Ada"}'),
        ({"output": None}, "✓ 12 ms | null"),
        ({}, "✓ 12 ms | "),
        ({"output": "x" * 99}, f'✓ 12 ms | "{"x" * 47}…'),
        ({"attempts": [{"number": 1}, {"number": 2}], "output": 5}, "✓ 12 ms · 2 attempts | 5"),
        ({"state": "running"}, "running | "),
        ({"state": "running", "attempts": [{"number": 1}, {"number": 2}]}, "running · attempt 2 | "),
        ({"state": "failed", "error": FAILURE}, "✗ failed | TypeError: not this time"),
        ({"state": "sleeping", "kind": "sleep"}, "asleep | "),
        ({"kind": "sleep", "output": None}, "✓ 12 ms | "),
        ({"state": "waiting", "kind": "wait", "eventType": "approval"}, "waiting for “approval” | "),
        ({"kind": "wait", "payload": {"ok": True}}, "✓ 12 ms | {ok: true}"),
        ({"state": "stopped"}, "stopped | "),
        ({"stream": {"size": 5}, "output": None}, "✓ 12 ms | a stream"),
    ],
)
def test_a_step_says_how_it_stands(of: dict[str, Any], expected: str) -> None:
    assert said(**of) == expected


def test_a_step_that_is_tried_again_says_which_attempt_failed_and_why() -> None:
    text = said(state="retrying", attempts=[{"number": 2, "error": FAILURE, "retryAt": 5000}])
    assert text.startswith("attempt 2 of 5 failed, again at ")
    assert text.endswith(" | TypeError: not this time")


def test_a_line_before_which_the_run_is_stopped_says_so() -> None:
    plan = [planned("a", 3), planned("b", 4), planned("item …", 5, pattern=["item ", ""], loop=True)]
    held = [{"kind": "do", "name": "b", "count": 1}, {"kind": "do", "name": "item 1", "count": 1}]
    found = [(mark["line"], mark["state"], mark["note"]) for mark in marks(plan, [step("a")], held)]
    assert found == [
        (3, "completed", "✓ 12 ms"),
        (4, "waiting", "stopped here"),
        (5, "waiting", "stopped here"),
    ]


def test_a_line_of_many_steps_counts_them_and_shows_the_one_that_matters() -> None:
    plan = [planned("item …", 7, pattern=["item ", ""], loop=True)]
    steps = [step("item 1"), step("item 2"), step("item 3", "failed"), step("item 4", "running")]
    (mark,) = marks(plan, steps)
    assert (mark["line"], mark["state"], mark["note"]) == (7, "failed", "✓ 2 · 1 running · 1 failed")
    assert mark["key"] == "do:1:item 3"
    assert mark["keys"] == [each["key"] for each in steps]
    (mark,) = marks(plan, [step("item 1"), step("item 2")])
    assert mark["note"] == "✓ 2 done"


def test_steps_that_the_source_does_not_name_have_no_mark() -> None:
    assert marks([planned("a", 3)], [step("b")]) == []


def test_a_line_of_another_file_is_another_line() -> None:
    plan = [planned("a", 3), planned("b", 3, module="pay.js"), planned("c", 3, module="pay.js")]
    found = marks(plan, [step(name) for name in "abc"])
    assert [(mark["module"], mark["line"], mark["keys"]) for mark in found] == [
        (None, 3, ["do:1:a"]),
        ("pay.js", 3, ["do:1:b", "do:1:c"]),
    ]
