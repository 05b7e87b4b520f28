"""The page's fold of log entries, by the table of cases that it shares with whoever else folds them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.page.node import ROOT, evaluate

CASES: list[dict[str, Any]] = json.loads((ROOT / "tests" / "fold_cases.json").read_text(encoding="utf-8"))
STORE = "static/js/state/store.js"


def entries_of(case: dict[str, Any], instance: str = "one") -> list[dict[str, Any]]:
    """The case's entries with what every entry has: seq from 1, time 1000 + seq, instance."""
    return [
        {"seq": seq, "time": 1000 + seq, "instance": instance, **entry}
        for seq, entry in enumerate(case["entries"], 1)
    ]


def holds(expected: Any, found: Any, path: str = "$") -> None:
    """Whether `found` has all that `expected` says; lists have as many items, objects may have more."""
    if isinstance(expected, dict):
        assert isinstance(found, dict), f"{path}: {found!r} is no object"
        for key, value in expected.items():
            assert key in found, f"{path}.{key} is missing"
            holds(value, found[key], f"{path}.{key}")
    elif isinstance(expected, list):
        assert isinstance(found, list), f"{path}: {found!r} is no list"
        assert len(found) == len(expected), f"{path}: {len(found)} items, not {len(expected)}"
        for at, value in enumerate(expected):
            holds(value, found[at], f"{path}[{at}]")
    else:
        assert found == expected, f"{path}: {found!r}, not {expected!r}"


@pytest.fixture(scope="module")
def folded() -> dict[str, Any]:
    """Each case folded at once, entry by entry, and with every entry twice."""
    body = """
      const fold = (batches) => batches.reduce(it.reduce, it.EMPTY).runs.one;
      return Object.fromEntries(value.map(([name, entries]) => [name, {
        whole: fold([entries]),
        single: fold(entries.map((entry) => [entry])),
        twice: fold([entries, entries, ...entries.map((entry) => [entry])]),
      }]));
    """
    result: dict[str, Any] = evaluate(STORE, body, [[case["name"], entries_of(case)] for case in CASES])
    return result


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_log_folds_to_the_view(case: dict[str, Any], folded: dict[str, Any]) -> None:
    holds(case["view"], folded[case["name"]]["whole"])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_it_does_not_matter_how_entries_arrive(case: dict[str, Any], folded: dict[str, Any]) -> None:
    views = folded[case["name"]]
    assert views["single"] == views["whole"]
    assert views["twice"] == views["whole"]


def test_folding_changes_nothing_that_was_there() -> None:
    entries = entries_of(CASES[3])
    body = """
      const before = it.reduce(it.EMPTY, value.slice(0, 5));
      const copy = JSON.stringify(before);
      const other = it.reduce(before, [{ ...value[0], instance: "two" }]);
      it.reduce(before, value.slice(5));
      return [JSON.stringify(before) === copy, other.runs.one === before.runs.one, other.order];
    """
    assert evaluate(STORE, body, entries) == [True, True, ["one", "two"]]


def test_a_step_that_did_not_change_is_the_same_object() -> None:
    case = next(case for case in CASES if case["name"].startswith("terminating"))
    body = """
      const before = it.reduce(it.EMPTY, value.slice(0, 4)).runs.one;
      const after = it.reduce({ runs: { one: before }, order: ["one"] }, value.slice(4)).runs.one;
      return [before.steps[0] === after.steps[0], before.steps[1] === after.steps[1]];
    """
    assert evaluate(STORE, body, entries_of(case)) == [True, False]


def test_a_run_that_was_deleted_is_gone_and_its_id_may_begin_anew() -> None:
    entries = entries_of(CASES[1])
    body = """
      const gone = { type: it.DELETED, instance: "one" };
      const two = { ...value[0], instance: "two" };
      const before = it.reduce(it.EMPTY, [...value, two]);
      const after = it.reduce(before, [gone]);
      const anew = it.reduce(before, [gone, value[0]]);
      return [
        Object.keys(after.runs), after.order, after.runs.two === before.runs.two, anew.order,
        anew.runs.one.status, anew.runs.one.steps.length, it.reduce(after, [gone]).order,
      ];
    """
    assert evaluate(STORE, body, entries) == [["two"], ["two"], True, ["two", "one"], "queued", 0, ["two"]]
