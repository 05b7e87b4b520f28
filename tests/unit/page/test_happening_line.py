"""Where what befell a run stands among the rows of the checklist."""

from __future__ import annotations

from typing import Any

from tests.unit.page.node import evaluate


def lines(rows: list[tuple[str, dict[str, bool] | None]], happenings: list[str | None]) -> list[str]:
    """The rows' keys, with `*n` for the happening of that number; each names the row that it came after."""
    value: dict[str, Any] = {
        "rows": [{"key": key, "group": group} for key, group in rows],
        "happenings": [
            {"kind": "paused", "seq": seq, "after": after} for seq, after in enumerate(happenings)
        ],
    }
    body = """
      const lines = it.withHappenings(value.rows, value.happenings);
      return lines.map(({ row, happening }) => (row ? row.key : `*${happening.seq}`));
    """
    found: list[str] = evaluate("static/js/run/happening_line.js", body, value)
    return found


def test_each_stands_behind_its_step_in_the_order_of_the_log() -> None:
    assert lines([("a", None), ("b", None)], ["a", "a", "b"]) == ["a", "*0", "*1", "b", "*2"]


def test_what_came_before_the_first_step_stands_first() -> None:
    assert lines([("a", None)], [None]) == ["*0", "a"]
    assert lines([], [None]) == ["*0"]


def test_a_parallel_group_is_not_torn_apart() -> None:
    rows = [
        ("a", {"first": True, "last": False}),
        ("b", {"first": False, "last": True}),
        ("c", None),
    ]
    assert lines(rows, ["a"]) == ["a", "b", "*0", "c"]


def test_what_names_a_step_that_is_not_there_stands_last() -> None:
    assert lines([("a", None)], ["gone"]) == ["a", "*0"]


def test_attempts_that_were_cut_off_together_are_one_line() -> None:
    lost = {"kind": "interrupted", "after": "b", "attempt": 1, "again": True}
    happenings = [
        {**lost, "seq": 1, "time": 1000, "step": "a"},
        {**lost, "seq": 2, "time": 1002, "step": "b"},
        {**lost, "seq": 3, "time": 9000, "step": "b", "attempt": 2},
    ]
    body = """
      const lines = it.withHappenings([{ key: "b", group: null }], value);
      return lines.slice(1).map(({ happening }) => [happening.seq, happening.together ?? 1]);
    """
    assert evaluate("static/js/run/happening_line.js", body, happenings) == [[1, 2], [3, 1]]
