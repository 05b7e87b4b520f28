"""The checklist's rows: planned steps, and real ones in their place."""

from __future__ import annotations

from typing import Any

from tests.unit.page.node import evaluate


def planned(name: str, kind: str = "do", pattern: list[str] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": name,
        "pattern": pattern,
        "loop": False,
        "group": None,
        "label": None,
        **more,
    }


def real(name: str, count: int = 1, kind: str = "do") -> dict[str, Any]:
    return {"key": f"{kind}:{count}:{name}", "kind": kind, "name": name, "count": count}


def rows(plan: list[dict[str, Any]], steps: list[dict[str, Any]]) -> list[str]:
    """Each row in short: `name` for a real step, `(name)` for one that is only planned."""
    body = """
      const rows = it.mergeRows(value.plan, value.steps);
      return rows.map(({ plan, step }) => step ? step.name : `(${plan.name})`);
    """
    result: list[str] = evaluate("static/js/state/rows.js", body, {"plan": plan, "steps": steps})
    return result


def test_before_anything_ran_the_plan_is_the_list() -> None:
    assert rows([planned("a"), planned("b")], []) == ["(a)", "(b)"]


def test_a_real_step_takes_its_place_in_the_plan() -> None:
    assert rows([planned("a"), planned("b"), planned("c")], [real("a"), real("b")]) == ["a", "b", "(c)"]


def test_a_branch_that_was_passed_by_stays_in_its_place() -> None:
    assert rows([planned("a"), planned("b"), planned("c")], [real("a"), real("c")]) == ["a", "(b)", "c"]
    assert rows([planned("a"), planned("b")], [real("b")]) == ["(a)", "b"]


def test_a_step_that_no_plan_names_stands_where_it_started() -> None:
    assert rows([planned("a"), planned("b")], [real("a"), real("surprise")]) == ["a", "(b)", "surprise"]


def test_kinds_do_not_take_each_others_places() -> None:
    assert rows([planned("a", "sleep")], [real("a")]) == ["a", "(a)"]


def test_a_template_name_takes_what_fits() -> None:
    plan = [planned("charge …", pattern=["charge ", ""], loop=True), planned("done")]
    assert rows(plan, [real("charge 1"), real("charge (2)")]) == ["charge 1", "charge (2)", "(done)"]


def test_the_texts_around_a_hole_are_no_expressions() -> None:
    assert rows([planned("a.*…", pattern=["a.*", ""])], [real("abc")]) == ["abc", "(a.*…)"]


def test_the_same_name_twice_takes_two_places() -> None:
    assert rows([planned("a"), planned("a"), planned("b")], [real("a"), real("a", 2)]) == ["a", "a", "(b)"]


def test_a_parallel_group_opens_and_closes() -> None:
    plan = [
        planned(name, group=group, label="in parallel") for name, group in (("a", 0), ("b", 0), ("c", None))
    ]
    body = "return it.mergeRows(value, []).map(({ group }) => group && [group.first, group.last]);"
    assert evaluate("static/js/state/rows.js", body, plan) == [[True, False], [False, True], None]


def test_rows_in_which_nothing_changed_are_the_same_objects() -> None:
    body = """
      const [plan, steps] = [value.plan, value.steps];
      const before = it.mergeRows(plan, steps);
      const again = it.mergeRows(plan, steps) === before;
      const next = steps.map((step) => (step.name === "b" ? { ...step, state: "completed" } : step));
      const after = it.mergeRows(plan, next);
      const grouped = it.mergeRows(plan, [...next, { ...next[1], key: "do:1:x", name: "x" }]);
      return [again, after.map((row, at) => row === before[at]), grouped.map((row, at) => row === after[at]),
        grouped.map(({ group }) => group && [group.first, group.last])];
    """
    plan = [planned("a"), planned("…", pattern=["", ""], loop=True, group=1, label="loop")]
    steps = [real("a"), real("b")]
    again, after, grouped, groups = evaluate("static/js/state/rows.js", body, {"plan": plan, "steps": steps})
    assert again
    assert after == [True, False]
    assert grouped == [True, False, False]  # the group goes on behind the second
    assert groups == [None, [True, False], [False, True]]
