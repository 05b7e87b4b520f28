"""The timeline's line of time, and what is drawn on it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

SCALE = "static/js/views/timeline_scale.js"
BARS = "static/js/views/timeline_bars.js"
HOUR = 3_600_000


def segments(to: int, busy: list[list[int]], opened: list[int] | None = None) -> list[list[Any]]:
    body = """
      const segments = it.segmentsOf(0, value.to, value.busy, new Set(value.opened));
      return segments.map(({ from, to, folded }) => [from, to, folded]);
    """
    result: list[list[Any]] = evaluate(SCALE, body, {"to": to, "busy": busy, "opened": opened or []})
    return result


def test_long_idle_time_is_folded_and_short_is_not() -> None:
    assert segments(2 * HOUR + 400, [[0, 100], [300, 400], [2 * HOUR, 2 * HOUR + 400]]) == [
        [0, 400, False],
        [400, 2 * HOUR, True],
        [2 * HOUR, 2 * HOUR + 400, False],
    ]


def test_what_somebody_has_unfolded_stays_to_scale() -> None:
    assert segments(HOUR, [[0, 100]], opened=[100]) == [[0, 100, False], [100, HOUR, False]]


def test_a_run_that_is_busy_all_the_time_is_one_segment() -> None:
    assert segments(5000, [[0, 2600], [2500, 5000]]) == [[0, 5000, False]]


def test_places_and_times_are_each_others_inverse() -> None:
    body = """
      const scale = it.scaleOf(it.segmentsOf(0, 7200400, [[0, 400], [7200000, 7200400]]), 0.5);
      const back = [0, 200, 3600000, 7200100].map((time) => Math.round(scale.time(scale.x(time))));
      return { width: scale.width, back, in_fold: scale.x(3600000) };
    """
    told = evaluate(SCALE, body)
    assert told == {
        "width": 484,
        "back": [0, 200, 3_600_000, 7_200_100],
        "in_fold": pytest.approx(242, abs=1),
    }


def test_all_of_it_fits_the_width_with_the_folds_at_their_size() -> None:
    body = """
      const segments = it.segmentsOf(0, 7200400, [[0, 400], [7200000, 7200400]]);
      return it.scaleOf(segments, it.fitting(segments, 700)).width;
    """
    assert evaluate(SCALE, body) == pytest.approx(700)


def test_ticks_are_round_numbers_that_do_not_touch() -> None:
    body = """
      const scale = it.scaleOf([{ from: 1000, to: 4000, idle: false, folded: false }], 0.2);
      return it.ticksOf(scale, 0.2, 0, 600).map(({ x, ms }) => [x, ms]);
    """
    assert evaluate(SCALE, body) == [[at * 100, at * 500] for at in range(7)]


def attempt(
    number: int, started: int, ended: int | None, state: str = "failed", **more: Any
) -> dict[str, Any]:
    return {
        "number": number,
        "state": state,
        "started": started,
        "ended": ended,
        "error": None,
        "retryAt": None,
        **more,
    }


def bars(step: dict[str, Any], now: int = 1000) -> list[list[Any]]:
    body = "return it.barsOf(value.step, value.now).map((b) => [b.kind, b.state, b.from, b.to, b.open]);"
    given = {"error": None, "ended": None, "attempts": [], "kind": "do", "started": 0, **step}
    result: list[list[Any]] = evaluate(BARS, body, {"step": given, "now": now})
    return result


def test_between_attempts_stands_the_backoff() -> None:
    attempts = [attempt(1, 0, 100), attempt(2, 400, 500, "completed")]
    assert bars({"state": "completed", "ended": 500, "attempts": attempts}) == [
        ["attempt", "failed", 0, 100, False],
        ["backoff", "backoff", 100, 400, False],
        ["attempt", "completed", 400, 500, False],
    ]


def test_what_goes_on_is_open_and_lasts_until_now() -> None:
    assert bars({"state": "running", "attempts": [attempt(1, 0, None, "running")]}) == [
        ["attempt", "running", 0, 1000, True]
    ]
    assert bars({"state": "retrying", "attempts": [attempt(1, 0, 100, retryAt=9000)]})[-1] == [
        "backoff",
        "retrying",
        100,
        1000,
        True,
    ]
    assert bars({"kind": "sleep", "state": "sleeping"}) == [["sleep", "sleeping", 0, 1000, True]]


def test_what_is_kept_of_a_long_run_is_what_one_would_find_anew() -> None:
    body = """
    const kept = it.createBusy();
    const step = (at, ended, kind = "do") => ({
      kind, started: at * 10_000, ended, state: ended === null ? "running" : "completed",
      attempts: [{ started: at * 10_000, ended }],
    });
    const first = Array.from({ length: 5 }, (_, at) => step(at, at === 1 ? null : at * 10_000 + 4000));
    const closed = first.map((each, at) => (at === 1 ? step(1, 38_000) : each));
    const longer = [...closed, step(9, null), step(12, 124_000, "sleep")];
    const cut = [step(0, 7000), ...longer.slice(1, 3)];
    const runs = [first, first, closed, longer, cut, longer].map((steps) => ({ steps, ended: null }));
    runs.push({ steps: closed, ended: 500_000 });
    return runs.map((run) => [kept(run, 130_000), it.createBusy()(run, 130_000)]);
    """
    found = evaluate(BARS, body)
    assert all(kept == anew for kept, anew in found)
    assert [kept for kept, _ in found][2:4] == [
        [[0, 4000], [10_000, 44_000]],
        [[0, 4000], [10_000, 44_000], [90_000, 130_000]],
    ]
    assert found[-1][0][-1] == [500_000, 500_000]


@pytest.mark.parametrize(
    ("kind", "paused", "word"),
    [
        ("sleep", False, "asleep"),
        ("wait", False, "waiting"),
        ("do", False, "to a retry"),
        ("sleep", True, "paused"),
    ],
)
def test_an_idle_stretch_says_what_it_was(kind: str, paused: bool, word: str) -> None:
    happenings = [{"kind": "paused", "time": 0, "until": None}] if paused else []
    run = {"steps": [{"kind": kind, "started": 0, "ended": None}], "happenings": happenings}
    assert evaluate(BARS, "return it.idleWord(value, 100, 900);", run) == word
