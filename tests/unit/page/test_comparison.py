"""Two runs side by side, and two values line by line."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

ALIGN = "static/js/compare/align.js"
DIFF = "static/js/compare/json_diff.js"
ROWS = (
    "return it.align({ steps: value[0] }, { steps: value[1] }).map(({ name, why }) => [name, why ?? 'same']);"
)
LINES = (
    "const signs = { same: ' ', added: '+', removed: '-' };"
    "return it.jsonDiff(value[0], value[1]).lines.map(({ depth, key, text, change }) =>"
    " signs[change] + ' '.repeat(depth) + (key === null ? '' : key + ':') + text);"
)


def step(name: str, output: Any = 1, **more: Any) -> dict[str, Any]:
    step = {"key": f"do:1:{name}", "name": name, "count": 1, "kind": "do", "state": "completed"}
    return {**step, "output": output, "error": None, "attempts": [{}], "started": 5, "ended": 9, **more}


def rows(a: list[dict[str, Any]], b: list[dict[str, Any]]) -> list[str]:
    return [f"{name} {why}" for name, why in evaluate(ALIGN, ROWS, [a, b])]


def test_the_same_steps_come_to_the_same() -> None:
    steps = [step("price"), step("charge", {"paid": 1})]
    assert rows(steps, steps) == ["price same", "charge same"]


def test_a_step_that_only_one_has_stands_where_it_was_done() -> None:
    a = [step("price"), step("charge")]
    b = [step("price"), step("taxes"), step("charge"), step("ship")]
    assert rows(a, b) == ["price same", "taxes only there", "charge same", "ship only there"]
    assert rows(b, a) == ["price same", "taxes only here", "charge same", "ship only here"]


def test_steps_in_another_order_stay_pairs() -> None:
    a = [step(name) for name in "abcd"]
    b = [step(name) for name in "acbd"]
    assert sorted(rows(a, b)) == ["a same", "b same", "c same", "d same"]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"output": {"paid": 2}}, "output"),
        ({"state": "failed", "error": {"name": "Error", "message": "no"}}, "state"),
        ({"error": {"name": "Error", "message": "no"}}, "error"),
        ({"attempts": [{}, {}]}, "attempts"),
    ],
)
def test_what_differs_is_said(other: dict[str, Any], why: str) -> None:
    one = step("charge", {"paid": 1})
    assert rows([one], [{**one, **other}]) == [f"charge {why}"]


def test_thousands_of_steps_are_compared_at_once() -> None:
    a = [step(f"s{number}") for number in range(3000)]
    compared = rows(a, [*a[:1500], step("new"), *a[1500:]])
    assert [row for row in compared if not row.endswith(" same")] == ["new only there"]


def lines(before: Any, after: Any) -> list[str]:
    told: list[str] = evaluate(DIFF, LINES, [before, after])
    return told


def test_a_value_that_changed_is_taken_out_and_put_in() -> None:
    assert lines({"a": 1, "b": "x"}, {"a": 2, "b": "x"}) == [" {", "- a:1,", "+ a:2,", '  b:"x"', " }"]


def test_items_of_a_list_are_found_again() -> None:
    assert lines([1, 2, 3], [1, 3, 4]) == [" [", "  1,", "- 2,", "  3,", "+ 4", " ]"]


def test_a_value_of_another_kind_is_another_value() -> None:
    assert lines([1], {"0": 1}) == ["-[", "- 1", "-]", "+{", "+ 0:1", "+}"]
    assert lines(5, "5") == ["-5", '+"5"']
    assert lines({}, {}) == [" {}"]


def test_names_that_objects_have_anyway_are_only_names() -> None:
    assert lines({"a": 1}, {"a": 1, "constructor": 1}) == [" {", "  a:1,", "+ constructor:1", " }"]


def test_a_large_value_is_cut() -> None:
    body = "const { lines, cut } = it.jsonDiff([], value); return [lines.length, cut];"
    assert evaluate(DIFF, body, list(range(5000))) == [2000, True]
    assert evaluate(DIFF, "return it.jsonDiff(value, value).changes;", list(range(2000))) == 0
