"""What a rehearsal, a lineage and a run's file come to in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

WORDS = "static/js/edit/rehearsal_words.js"
LINEAGE = "static/js/edit/lineage.js"
FORMAT = "static/js/edit/file_format.js"


def step(name: str, verdict: str, **more: Any) -> dict[str, Any]:
    return {"key": f"do:1:{name}", "kind": "do", "name": name, "count": 1, "verdict": verdict, **more}


DIFFERING = {
    "status": "waiting",
    "steps": [
        step("price", "match"),
        step("taxes", "new"),
        step("charge", "differs", expected='step.do "charge"', found='step.do "taxes"'),
        step("decide", "missing", open=True),
    ],
}
FITTING = {"status": "waiting", "steps": [step("price", "match"), step("decide", "match", open=True)]}


def said(rehearsal: dict[str, Any]) -> tuple[str, str]:
    body = "return [it.headline(value).map(({ text }) => text).join(' · '), it.consequence(value, 'Run 4')];"
    headline, consequence = evaluate(WORDS, body, rehearsal)
    return headline, consequence


def test_code_that_differs_says_where_and_what_would_be_kept() -> None:
    headline, consequence = said(DIFFERING)
    assert headline == "1 matches · 1 new · differs at “charge”"
    assert "From “charge” on, the journal of Run 4 and this code disagree" in consequence
    assert "The one step before it would be kept" in consequence


def test_code_that_fits_says_that_nothing_runs_again() -> None:
    assert said(FITTING) == (
        "2 match",
        "All that Run 4 has done fits this code: it is at “decide”, and nothing of it would run again.",
    )
    running = {**FITTING, "status": "running"}
    assert said(running)[1].endswith("What is in flight would be made again.")


@pytest.mark.parametrize(
    ("more", "ending"),
    [
        ({"ends": {"status": "complete"}}, "which comes to its end with that."),
        (
            {"ends": {"status": "errored", "error": {"name": "TypeError", "message": "no"}}},
            "Then the code throws TypeError: no",
        ),
    ],
)
def test_how_the_code_ends_is_said(more: dict[str, Any], ending: str) -> None:
    assert said({**FITTING, **more})[1].endswith(ending)


def test_code_that_cannot_be_run_says_why() -> None:
    broken = {**FITTING, "error": {"name": "SyntaxError", "message": "unexpected token"}}
    assert said(broken) == ("The code cannot be run: SyntaxError", "unexpected token")


def test_what_comes_after_a_difference_is_not_reached() -> None:
    body = "return value.steps.map((step) => [it.label(step, value), it.explanation(step)]);"
    assert evaluate(WORDS, body, DIFFERING) == [
        ["matches", None],
        ["new", None],
        ["differs", 'The journal has step.do "charge"; this code asks for step.do "taxes".'],
        ["not reached", None],
    ]
    ended = {**DIFFERING, "ends": {"status": "complete"}}
    assert evaluate(WORDS, body, ended)[3] == ["not asked for", None]


def test_where_a_run_came_from_is_said_by_the_names_that_runs_have() -> None:
    runs = [{"id": "a"}, {"id": "b"}, {"id": "c"}]
    charge = {"kind": "do", "name": "charge", "count": 1}
    told = [
        {"lineage": {"of": "c", "why": "replay"}},
        {"lineage": {"of": "b", "why": "fork", "from": charge}},
        {"lineage": {"of": "elsewhere", "why": "file"}},
        {"lineage": None},
    ]
    body = "return value.told.map((run) => it.lineageText(run, value.runs));"
    assert evaluate(LINEAGE, body, {"told": told, "runs": runs}) == [
        "Replay of Run 3",
        "Forked from Run 2 at “charge”",
        "Runs on from a file of another run",
        None,
    ]


GOOD: dict[str, Any] = {
    "format": "playground-run",
    "formatVersion": 1,
    "run": {"id": "one", "created": 1},
    "code": {"main": "index.js", "modules": {"index.js": "x"}},
    "params": "jnull",
    "entries": [
        {"seq": 1, "time": 1, "type": "workflow_queued"},
        {
            "seq": 2,
            "time": 2,
            "type": "sleep_started",
            "until": 9,
            "step": {"kind": "sleep", "name": "nap", "count": 1},
            "$value": "j1",
        },
    ],
}


def test_a_file_is_shown_as_the_log_that_it_holds() -> None:
    body = "return [it.checked(value).trouble ?? null, it.entriesOf(value, 'file:one')];"
    trouble, entries = evaluate(FORMAT, body, GOOD)
    assert trouble is None
    assert [(entry["instance"], "$value" in entry) for entry in entries] == [("file:one", False)] * 2


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"format": "other"}, "not the file of a run"),
        ({"formatVersion": 2}, "later version"),
        ({"run": None}, "which run"),
        ({"code": {"main": "x", "modules": {}}}, "code is missing"),
        ({"code": {"main": "__proto__", "modules": {}}}, "code is missing"),
        ({"entries": []}, "journal is missing"),
        ({"entries": [GOOD["entries"][0]] * 2}, "entry 2"),
        ({"entries": [{"seq": 1, "time": 1, "type": "log"}]}, "entry 1"),
        ({"entries": [{"seq": 1, "time": 1, "type": "step_completed"}]}, "entry 1"),
        ({"entries": [{"seq": 1, "time": 1, "type": "step_started", "step": {"kind": "do"}}]}, "entry 1"),
        ({"entries": [{"seq": 1, "time": 1, "type": "workflow_errored", "error": "x"}]}, "entry 1"),
        ({"entries": [None]}, "entry 1"),
    ],
)
def test_what_is_no_file_of_a_run_says_why(change: dict[str, Any], trouble: str) -> None:
    assert trouble in evaluate(FORMAT, "return it.checked(value).trouble ?? '';", {**GOOD, **change})
