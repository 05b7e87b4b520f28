"""Why a run is not moving, in words, for every state that it can be in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

WHY = "static/js/state/why.js"
T = 1_800_000_000_000
ERROR = {"name": "Error", "message": "the line is busy\nat call", "stack": ""}


def step(state: str, **more: Any) -> dict[str, Any]:
    return {
        "key": f"do:1:{state}",
        "kind": "do",
        "name": state,
        "state": state,
        "started": T,
        "until": None,
        "attempts": [],
        "config": None,
        "eventType": None,
        **more,
    }


def run(status: str, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"status": status, "steps": list(steps), "happenings": [], "held": [], **more}


RETRYING = step(
    "retrying",
    config={"retries": {"limit": 4}},
    attempts=[
        {"started": T, "error": None, "retryAt": T},
        {"started": T, "error": ERROR, "retryAt": T + 500},
    ],
)
SLEEPING = step("sleeping", until=T + 9000)
WAITING = step("waiting", eventType="approval", until=T + 5000)
HELD = {"key": "do:1:charge", "kind": "do", "name": "charge", "count": 1, "since": T}


def now(state: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = evaluate(WHY, "return it.whyNow(value);", state)
    return found


def story(state: dict[str, Any], kept: dict[str, Any] | None = None) -> tuple[str, list[list[Any]]]:
    body = """
      const { lines, next } = it.whyStory(...value);
      return [lines, next.map((each) => [each.do, each.step])];
    """
    lines, after = evaluate(WHY, body, [state, kept])
    return " ".join(line["text"] for line in lines), after


@pytest.mark.parametrize(
    ("state", "text", "until"),
    [
        (run("queued"), "In the queue", None),
        (run("paused", SLEEPING), "Paused: goes on when it is resumed", None),
        (run("waitingForPause"), "in flight end first", None),
        (run("running", HELD | {"state": "x"}, held=[HELD]), "Stopped at a breakpoint before “charge”", None),
        (run("waiting", RETRYING), "“retrying” failed (the line is busy); attempt 3 of 5 starts in", T + 500),
        (run("waiting", SLEEPING), "wakes in", T + 9000),
        (run("waiting", WAITING, SLEEPING), "event of type “approval”; times out in", T + 5000),
        (run("running", step("running"), step("running")), "Running 2 steps in parallel", None),
        (run("running", step("running", kind="rollback")), "Undoing “running”", None),
        (run("running"), "Running between steps", None),
    ],
)
def test_one_sentence_says_what_is_waited_for(state: dict[str, Any], text: str, until: int | None) -> None:
    said = now(state)
    assert text in said["text"]
    assert said["until"] == until


@pytest.mark.parametrize("status", ["complete", "errored", "terminated"])
def test_what_is_over_is_not_asked_about(status: str) -> None:
    assert now(run(status)) == {"text": "", "until": None}


def test_the_story_tells_each_wait_and_what_to_do_about_it() -> None:
    text, after = story(run("waiting", RETRYING, SLEEPING, WAITING))
    assert "Attempt 2 of 5 of “retrying” failed because of “the line is busy”" in text
    assert "“sleeping” sleeps until" in text
    assert "Somebody has to send it" in text
    assert after == [["answer", "do:1:waiting"], ["skip", "do:1:retrying"], ["skip", "do:1:sleeping"]]


def test_a_pause_is_to_be_resumed_before_anything_is_skipped() -> None:
    paused = {"kind": "paused", "time": T, "until": None}
    text, after = story(run("paused", SLEEPING, happenings=[paused]))
    assert text.startswith("Somebody paused the run at ")
    assert after == [["resume", None]]


def test_a_breakpoint_offers_to_go_on() -> None:
    text, after = story(run("running", held=[HELD]))
    assert "stopped at a breakpoint before “charge”" in text
    assert after == [["next", None], ["continue", None]]


@pytest.mark.parametrize(
    ("residence", "text"),
    [
        ("turn", "7 runs wait for a turn"),
        ("loading", "being loaded"),
        ("storage", "not in memory"),
        ("memory", "still in memory"),
    ],
)
def test_where_the_run_is_kept_is_part_of_the_story(residence: str, text: str) -> None:
    assert text in story(run("waiting", SLEEPING), {"residence": residence, "waiting": 7})[0]


def test_a_process_that_is_started_again_is_part_of_the_story() -> None:
    text, _ = story(run("running"), {"residence": "memory", "waiting": None, "isolates": "starting"})
    assert "another one is being started" in text
