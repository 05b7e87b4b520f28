"""The checklist as an outline: rows in their loops and groups, what is long and over folded away."""

from __future__ import annotations

from typing import Any

from tests.unit.page.node import evaluate


def plan(kind: str, names: list[str], each: str | None = None, **frame: Any) -> list[dict[str, Any]]:
    """Steps of one frame; a name with a … is a pattern."""
    frames = [{"id": 0, "kind": kind, "label": "of items", "each": each, "arm": None, **frame}]
    return [
        {
            "kind": "do",
            "name": name,
            "pattern": name.split("…") if "…" in name else None,
            "loop": kind == "loop" or each is not None,
            "frames": frames,
        }
        for name in names
    ]


def real(name: str, state: str = "completed", count: int = 1) -> dict[str, Any]:
    return {"key": f"do:{count}:{name}", "kind": "do", "name": name, "count": count, "state": state}


def outline(
    rows: list[dict[str, Any]], opened: list[list[Any]] | None = None, chosen: str | None = None
) -> Any:
    """Each line in short, with its depth in front."""
    body = """
      const said = {
        row: ({ row }) => row.step?.name ?? `(${row.plan.name})`,
        turn: ({ number, open }) => `${open ? '-' : '+'} ${number}`,
        group: ({ turns, counts, open }) => `${open ? '-' : '+'} ×${turns} ${counts.done}/${counts.all}`,
        more: ({ turns }) => `… ${turns}`,
        less: () => 'less',
      };
      const items = it.outlineOf(value.rows, value.happenings, new Map(value.opened), value.chosen);
      return items.map((item) => '  '.repeat(item.depth) + said[item.type](item));
    """
    given = {"rows": rows, "happenings": [], "opened": opened or [], "chosen": chosen}
    return evaluate("static/js/views/outline.js", body, given)


def rows(planned: list[dict[str, Any]], steps: list[dict[str, Any]], finished: bool = False) -> Any:
    body = "return it.mergeRows(value.plan, value.steps, value.finished);"
    return evaluate("static/js/state/rows.js", body, {"plan": planned, "steps": steps, "finished": finished})


def test_a_short_loop_is_shown_whole() -> None:
    steps = [real(f"item {at}") for at in range(3)]
    assert outline(rows(plan("loop", ["item …"]), steps)) == [
        "- ×3 3/3",
        "  item 0",
        "  item 1",
        "  item 2",
    ]


def test_of_a_long_loop_the_present_round_is_shown_and_what_failed() -> None:
    steps = [real(f"item {at}", "failed" if at == 40 else "completed") for at in range(200)]
    steps.append(real("item 200", "running"))
    assert outline(rows(plan("loop", ["item …"]), steps)) == [
        "- ×201 199/201",
        "  … 40",
        "  item 40",
        "  … 159",
        "  item 200",
    ]


def test_a_step_that_is_selected_is_in_sight_however_it_is_folded() -> None:
    merged = rows(plan("loop", ["item …"]), [real(f"item {at}") for at in range(100)])
    assert "  item 50" in outline(merged, chosen="do:1:item 50")
    assert "  item 50" in outline(merged, opened=[["0", False]], chosen="do:1:item 50")


def test_what_is_folded_can_be_opened_and_a_group_closed() -> None:
    merged = rows(plan("loop", ["item …"]), [real(f"item {at}") for at in range(100)])
    assert len(outline(merged, opened=[["0+", True]])) == 1 + 100 + 1
    assert outline(merged, opened=[["0", False]]) == ["+ ×100 100/100"]


def test_rounds_of_several_steps_are_lines_of_their_own_and_the_last_is_open() -> None:
    steps = [real(name) for at in range(3) for name in (f"pack {at}", f"send {at}")]
    assert outline(rows(plan("loop", ["pack …", "send …"]), steps)) == [
        "- ×3 6/6",
        "  + 1",
        "  + 2",
        "  - 3",
        "    pack 2",
        "    send 2",
    ]


def test_branches_that_go_on_side_by_side_keep_their_steps_together() -> None:
    steps = [real("get 1"), real("get 2"), real("put 2"), real("put 1", "running")]
    merged = rows(plan("parallel", ["get …", "put …"], each="id of ids"), steps)
    opened = [["0.1", True], ["0.2", True]]
    assert outline(merged, opened) == [
        "- ×2 3/4",
        "  - 1",
        "    get 1",
        "    put 1",
        "  - 2",
        "    get 2",
        "    put 2",
    ]


def frame(number: int, kind: str, arm: int | None = None, **more: Any) -> dict[str, Any]:
    return {"id": number, "kind": kind, "label": "", "each": None, "arm": arm, **more}


def step(name: str, *frames: dict[str, Any], loop: bool = False) -> dict[str, Any]:
    return {"kind": "do", "name": name, "pattern": None, "loop": loop, "frames": list(frames)}


def test_branches_of_a_loop_are_of_the_round_that_their_names_say() -> None:
    frames = [frame(0, "loop", label="i < 3"), frame(1, "parallel", each="id of ids")]
    get = {**step("get … …", *frames, loop=True), "pattern": ["get ", " ", ""], "holes": ["i + 1", "id"]}
    steps = [real(f"get {at} {name}") for at in (1, 2, 3) for name in ("a", "b")]
    lines = outline(rows([get], steps))
    assert lines[0] == "- ×3 6/6"
    assert [line.strip() for line in lines if line.startswith("  + ")] == ["+ 1", "+ 2"]
    assert lines[-2:] == ["      get 3 a", "      get 3 b"]


def passed(planned: list[dict[str, Any]], *names: str) -> list[str]:
    return [row["plan"]["name"] for row in rows(planned, [real(name) for name in names]) if row["passed"]]


def test_the_branch_that_was_not_taken_is_passed() -> None:
    arms = [step("yes", frame(0, "choice", 0)), step("no", frame(0, "choice", 1)), step("after")]
    assert passed(arms, "yes") == ["no"]
    assert passed(arms, "no") == ["yes"]
    assert passed(arms, "after") == ["yes", "no"]


def test_what_runs_side_by_side_passes_nothing() -> None:
    both = [step("a", frame(0, "parallel", 0)), step("b", frame(0, "parallel", 1)), step("c")]
    assert passed(both, "b") == []
    assert passed(both, "b", "c") == ["a"]


def test_in_a_loop_it_may_come_yet() -> None:
    loop = frame(0, "loop")
    arms = [
        step("a", loop, frame(1, "choice", 0), loop=True),
        step("b", loop, frame(1, "choice", 1), loop=True),
    ]
    assert passed(arms, "b") == []


def test_a_literal_name_is_taken_before_a_pattern_and_a_pattern_before_anything() -> None:
    anything = {"kind": "do", "name": "{name}", "pattern": ["", ""], "loop": True, "frames": []}
    some = {"kind": "do", "name": "pay …", "pattern": ["pay ", ""], "loop": True, "frames": []}
    merged = rows([anything, some, step("pay now")], [real("pay now"), real("pay 2"), real("else")])
    assert [row["place"] for row in merged] == [2, 1, 0]


def test_attempts_and_the_gaps_between_them_are_to_scale_with_a_cap() -> None:
    attempts = [
        {"number": 1, "state": "failed", "started": 0, "ended": 100},
        {"number": 2, "state": "failed", "started": 300, "ended": 400, "retryAt": 60_400},
    ]
    parts = evaluate(
        "static/js/views/attempt_strip.js",
        "return it.stripOf(value, 500).map(({ kind, ms, px }) => [kind, ms, px]);",
        {"attempts": attempts, "state": "retrying"},
    )
    assert parts == [["attempt", 100, 4], ["gap", 200, 3], ["attempt", 100, 4], ["gap", 60_000, 28]]
