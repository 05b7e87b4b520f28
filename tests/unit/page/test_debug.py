"""Debugging a run from the page: what is wished for, virtual time, and what a run came back with."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import ROOT, evaluate

WISHES = "static/js/debug/wishes.js"
TIME = "static/js/debug/virtual_time.js"


def recovery(entries: list[dict[str, Any]], loss: dict[str, Any] | None = None) -> Any:
    """What a run of these entries came back with."""
    body = """
      const { foldRun } = await import(value.store);
      const whole = (entry, at) => ({ seq: at + 1, time: 1000 * (at + 1), instance: "one", ...entry });
      const run = foldRun(value.entries.map(whole));
      return it.recovery(run, value.loss);
    """
    store = (ROOT / "static/js/state/store.js").as_uri()
    return evaluate("static/js/debug/recovery.js", body, {"entries": entries, "loss": loss, "store": store})


def key(name: str, kind: str = "do") -> dict[str, Any]:
    return {"kind": kind, "name": name, "count": 1}


def done(name: str) -> list[dict[str, Any]]:
    return [
        {"type": "step_started", "step": key(name), "config": {}},
        {"type": "attempt_started", "step": key(name), "attempt": 1},
        {"type": "attempt_completed", "step": key(name), "attempt": 1},
        {"type": "step_completed", "step": key(name), "size": 1},
    ]


def cut(name: str, attempt: int = 1, *, again: bool = True) -> dict[str, Any]:
    more = {"retryAt": 1} if again else {}
    error = {"name": "Error", "message": "interrupted"}
    return {
        "type": "attempt_failed",
        "step": key(name),
        "attempt": attempt,
        "error": error,
        "interrupted": True,
        **more,
    }


QUEUED = {"type": "workflow_queued", "workflow": "w"}


def begun(name: str) -> list[dict[str, Any]]:
    return done(name)[:2]


def test_steps_from_the_journal_and_one_again() -> None:
    log = [QUEUED, *done("a"), *done("b"), *done("c"), *begun("d"), cut("d"), *done("e")]
    assert recovery(log)["text"] == "steps 1–3 from the journal, step 4 again as attempt 2"


def test_gaps_among_the_kept_ones_and_several_lost_at_once() -> None:
    log = [QUEUED, *done("a"), *begun("b"), *done("c"), *begun("d")]
    time = 1000 * (len(log) + 1)
    log += [{**cut("b"), "time": time}, {**cut("d", again=False), "time": time + 1}]
    said = recovery(log)
    assert said["text"] == (
        "steps 1 and 3 from the journal, step 2 again as attempt 2, step 4 had no attempt left"
    )
    assert said["lost"] == 2


def test_what_sleeps_sleeps_on() -> None:
    sleep = {"type": "sleep_started", "step": key("nap", "sleep"), "until": 10**9}
    log = [QUEUED, *done("a"), sleep, *begun("b"), cut("b")]
    assert recovery(log)["text"] == "step 1 from the journal, step 3 again as attempt 2, step 2 sleeps on"


def test_nothing_was_lost() -> None:
    assert recovery([QUEUED, *done("a")]) is None


def test_a_loss_that_the_page_has_caused_counts_where_nothing_was_in_flight() -> None:
    log = [QUEUED, *done("a"), *done("b")]
    loss = {"run": "one", "seq": len(log), "time": 1000 * len(log)}
    assert recovery(log, loss)["text"] == "steps 1–2 from the journal"
    assert recovery(log, {**loss, "run": "another"}) is None
    assert recovery([QUEUED], {"run": "one", "seq": 1, "time": 1000})["text"].startswith("it began anew")


def test_a_restart_makes_an_earlier_loss_another_story() -> None:
    restarted = {"type": "workflow_restarted", "workflow": "w", "created": 1}
    assert recovery([QUEUED, *begun("a"), cut("a"), restarted, *done("a")]) is None


@pytest.mark.parametrize(
    ("wishes", "sent"),
    [
        ({}, None),
        ({"pace": "skip"}, {"pace": "skip"}),
        ({"everyStep": True, "breakpoints": ["a"]}, {"everyStep": True, "breakpoints": ["a"]}),
        ({"faults": [{"kind": "fail", "left": 0}]}, {"faults": [{"kind": "fail"}]}),
        ({"pins": {"a": None}}, {"pins": {"a": None}}),
    ],
)
def test_only_what_is_wished_for_goes_to_the_server(wishes: Any, sent: Any) -> None:
    assert evaluate(WISHES, "return it.asRequest({ ...it.PLAIN, ...value }) ?? null", wishes) == sent


@pytest.mark.parametrize("kept", [None, 7, [], {"pace": -1, "breakpoints": "x", "faults": [1], "pins": []}])
def test_what_was_kept_and_is_no_wish_is_left_out(kept: Any) -> None:
    plain = {"pace": 1, "breakpoints": [], "everyStep": False, "faults": [], "pins": {}}
    assert evaluate(WISHES, "return it.asWishes(value)", kept) == plain


def test_a_session_that_begins_takes_over_what_was_wished_for_before() -> None:
    body = """
      const kept = new Map();
      globalThis.localStorage = {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => kept.set(key, value),
        removeItem: (key) => kept.delete(key),
      };
      let session = null;
      const wishes = it.createWishes(() => session);
      wishes.set({ pace: 60 });
      session = "s1";
      const found = [wishes.get().pace, [...kept.keys()]];
      session = "s2";
      return [...found, wishes.get().pace];
    """
    assert evaluate(WISHES, body) == [60, ["playground:debug:s1"], 1]


def ahead(step: dict[str, Any], now: int, skipped: int = 0) -> int:
    run = {
        "status": "waiting",
        "skippedMs": skipped,
        "debug": {"pace": 60, "since": 0},
        "steps": [{"state": "sleeping", "started": 0, "attempts": [], **step}],
    }
    found: int = evaluate(TIME, "return it.aheadOf(value.run, value.now)", {"run": run, "now": now})
    return found


def test_the_virtual_clock_goes_with_the_pace_and_stops_where_the_sleep_is_over() -> None:
    nap = {"until": 60_000, "due": 1_000}
    assert ahead(nap, 0) == 0
    assert ahead(nap, 500) == 29_500
    assert ahead(nap, 1_000) == 59_000
    assert ahead(nap, 5_000) == 59_000


def test_what_was_skipped_before_counts_on() -> None:
    assert ahead({"until": 60_000, "due": 1_000, "skew": 10_000}, 500, skipped=10_000) == 39_500
    assert ahead({"until": 60_000}, 500, skipped=7) == 7


def test_a_fault_in_words() -> None:
    body = "return value.map(it.faultText)"
    faults = [
        {"kind": "fail", "times": 2, "step": "pay", "message": "declined"},
        {"kind": "timeout", "times": 3, "left": 1},
        {"kind": "crawl", "times": 2, "delayMs": 5000},
    ]
    assert evaluate("static/js/debug/fault_form.js", body, faults) == [
        "the next 2 attempts of “pay” fail: declined",
        "the next attempt of any step times out",
        "the next 2 attempts of any step crawl, 5 s late",
    ]
