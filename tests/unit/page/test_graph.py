"""The graph: what it is drawn of, and where everything stands."""

from __future__ import annotations

from typing import Any

from tests.unit.page.node import ROOT, evaluate

LAYOUT = "static/js/views/graph_layout.js"
END = -2
SHAPE = "static/js/views/graph_shape.js"


def leaf(at: int) -> dict[str, Any]:
    return {"kind": "step", "at": at}


def sequence(*children: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "sequence", "children": list(children)}


def frame(kind: str, number: int = 0, **parts: Any) -> dict[str, Any]:
    return {"id": number, "kind": kind, "label": kind, "each": None, **parts}


def layout(*children: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = evaluate(LAYOUT, "return it.layoutOf(value);", sequence(*children))
    return result


def boxes(told: dict[str, Any]) -> dict[str, tuple[float, float, float, float]]:
    return {
        node["id"]: (node["x"], node["y"], node["x"] + node["width"], node["y"] + node["height"])
        for node in told["nodes"]
    }


EVERYTHING = (
    leaf(0),
    frame("parallel", 1, branches=[sequence(leaf(1), leaf(2)), sequence(leaf(3)), sequence(leaf(4))]),
    frame(
        "loop", 2, body=sequence(leaf(5), frame("race", 3, branches=[sequence(leaf(6)), sequence(leaf(7))]))
    ),
    frame(
        "choice",
        4,
        arms=[
            {"label": "yes", "exit": None, "body": sequence(leaf(8))},
            {"label": "no", "exit": "return", "body": sequence()},
        ],
    ),
    frame(
        "try", 5, body=sequence(leaf(9)), handler=sequence(leaf(10)), exit=None, finalizer=sequence(leaf(11))
    ),
)


def test_nothing_lies_on_anything_else_and_all_is_inside() -> None:
    told = layout(*EVERYTHING)
    placed = boxes(told)
    assert len(placed) == 12 + 4
    for name, (left, top, right, bottom) in placed.items():
        assert 0 <= left < right <= told["width"] + 0.01, name
        assert 0 <= top < bottom <= told["height"] + 0.01, name
        for other, (x1, y1, x2, y2) in placed.items():
            assert other == name or right <= x1 or x2 <= left or bottom <= y1 or y2 <= top, (name, other)


def test_what_comes_later_stands_lower_and_what_goes_on_together_side_by_side() -> None:
    placed = boxes(layout(*EVERYTHING))
    assert placed["start"][3] < placed["step-0"][1]
    assert placed["step-0"][3] < placed["step-1"][1] < placed["step-2"][1]
    assert placed["step-1"][1] == placed["step-3"][1] == placed["step-4"][1]
    assert placed["step-1"][2] < placed["step-3"][0]
    assert placed["step-9"][2] < placed["step-10"][0]
    assert placed["step-11"][3] < placed["end"][1]


def test_frames_hold_what_is_in_them() -> None:
    told = layout(*EVERYTHING)
    placed = boxes(told)
    for around in told["frames"]:
        for at in around["at"]:
            left, top, right, bottom = placed[f"step-{at}"]
            assert around["x"] < left
            assert right < around["x"] + around["width"]
            assert around["y"] < top
            assert bottom < around["y"] + around["height"]


def test_a_way_was_taken_where_something_ran_behind_it() -> None:
    told = layout(leaf(0), leaf(1))
    assert [edge["every"] for edge in told["edges"]] == [[[0]], [[1]], [[END]]]


def test_the_empty_branch_was_taken_where_the_other_was_not_and_the_run_went_on() -> None:
    arms = [
        {"label": "yes", "exit": None, "body": sequence(leaf(0))},
        {"label": "no", "exit": None, "body": sequence()},
    ]
    told = layout(frame("choice", arms=arms), leaf(1))
    (empty,) = [edge for edge in told["edges"] if edge["label"] == "no"]
    assert empty["every"] == [[1, END]]
    assert empty["none"] == [0]


def test_no_steps_at_all_is_a_start_and_an_end() -> None:
    assert [node["type"] for node in layout()["nodes"]] == ["start", "end"]


def row(
    name: str, started: int, ended: int | None, place: int = -1, kind: str = "do", state: str = "completed"
) -> dict[str, Any]:
    step = {
        "key": f"{kind}:1:{name}:{started}",
        "kind": kind,
        "name": name,
        "started": started,
        "ended": ended,
        "state": state,
    }
    return {"key": step["key"], "place": place, "plan": None, "step": step}


def drawn(plan: list[dict[str, Any]], rows: list[dict[str, Any]]) -> Any:
    body = """
      const { root, leaves } = it.graphOf(value.plan, value.rows);
      const show = (node) => node.kind === 'step' ? `${leaves[node.at].name}×${leaves[node.at].rows.length}` :
        node.kind === 'sequence' ? node.children.map(show) :
        { [node.kind]: (node.branches ?? [node.body]).map(show) };
      return show(root);
    """
    return evaluate(SHAPE, body, {"plan": plan, "rows": rows})


def test_without_a_plan_the_graph_is_what_ran() -> None:
    rows = [row("a", 0, 10), row("b", 20, 50), row("c", 25, 40), row("d", 60, 61), row("d", 62, 63)]
    assert drawn([], rows) == ["a×1", {"parallel": [["b×1"], ["c×1"]]}, "d×2"]


def test_what_the_plan_does_not_name_and_what_was_undone_have_frames_of_their_own() -> None:
    plan = [{"kind": "do", "name": "a", "line": 1}]
    rows = [row("a", 0, 1, place=0), row("surprise", 2, 3), row("a", 4, 5, kind="rollback")]
    assert drawn(plan, rows) == ["a×1", {"call": [["surprise×1"]]}, {"rollback": [["a×1"]]}]


def test_thousands_of_steps_without_a_plan_are_drawn_up_to_a_point() -> None:
    told = drawn([], [row(f"step {at}", at * 10, at * 10 + 1) for at in range(1000)])
    assert len(told) == 241
    assert told[-1] == "and more×760"


def test_a_node_stands_for_what_is_busy_else_what_failed_else_the_last() -> None:
    body = """
      const { state, count, done, step } = it.standing({ rows: value, missed: false });
      return [state, count, done, step.name];
    """
    steps = [
        row("a", 0, 1),
        row("b", 0, 1, state="failed"),
        row("c", 0, None, state="running"),
        row("d", 0, 1),
    ]
    assert evaluate(SHAPE, body, steps) == ["running", 4, 2, "c"]
    assert evaluate(SHAPE, body, [steps[0], steps[1], steps[3]]) == ["failed", 3, 2, "b"]
    assert evaluate(SHAPE, body, [steps[0], steps[3]]) == ["completed", 2, 2, "d"]


def test_the_default_workflow_is_a_graph() -> None:
    source = (ROOT / "playground" / "web" / "default_source.js").read_text(encoding="utf-8")
    plan = evaluate("static/editor/plan.js", "const plan = it.planOf(value); return plan.shape;", source)
    told = layout(*plan["children"])
    assert sum(node["type"] == "step" for node in told["nodes"]) == 8
    assert [each["kind"] for each in told["frames"]] == ["parallel"]
