"""The story of a run: what entries say, which are marked, how fast it goes, the run as it was at each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.engine.entries import FACTS
from tests.unit.page.node import ROOT, evaluate

WORDS = "static/js/story/words.js"
STEP = {"kind": "do", "name": "charge", "count": 1}


def words(entry: dict[str, Any], run: dict[str, Any] | None = None) -> str:
    body = "return it.textOf(it.wordsOf(value.entry, value.run ?? undefined));"
    result: str = evaluate(WORDS, body, {"entry": {"time": 1000, **entry}, "run": run})
    return result


def test_a_failed_attempt_says_which_of_how_many_and_what_was_thrown() -> None:
    run = {"steps": [{"key": "do:1:charge", "config": {"retries": {"limit": 4}}}]}
    error = {"name": "TypeError", "message": "busy"}
    entry = {"type": "attempt_failed", "step": STEP, "attempt": 2, "error": error, "retryAt": 3000}
    assert words(entry, run) == "charge failed, attempt 2 of 5: TypeError: busy; again in 2.00 s"


def test_an_attempt_that_was_cut_off_is_no_failure() -> None:
    entry = {"type": "attempt_failed", "step": STEP, "attempt": 1, "interrupted": True}
    assert words(entry) == "charge was cut off, attempt 1: its isolate was lost"


def test_a_type_that_nobody_has_words_for_is_said_by_its_name() -> None:
    assert words({"type": "step_teleported", "step": STEP}) == "charge: step teleported"
    assert words({"type": "moon_full"}) == "moon full"


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    full = {
        "time": 1000,
        "step": STEP,
        "attempt": 1,
        "until": 2000,
        "eventType": "go",
        "error": {"name": "Error", "message": "no"},
        "pausedMs": 5,
        "expected": "a",
        "found": "b",
        "message": "hello",
        "by": "pace",
        "mode": "run",
        "steps": [STEP],
    }
    body = """
      const said = (type) => it.textOf(it.wordsOf({ ...value.full, type }));
      return Object.fromEntries(value.types.map((type) => [type, said(type)]));
    """
    told: dict[str, str] = evaluate(WORDS, body, {"types": sorted(FACTS), "full": full})
    return told


def test_every_type_of_entry_has_words_of_its_own(said: dict[str, str]) -> None:
    generic = {f"charge: {name.replace('_', ' ')}" for name in said}
    assert [name for name, text in said.items() if text in generic] == []
    assert all("undefined" not in text and "NaN" not in text for text in said.values())


def test_of_many_entries_in_one_place_the_mark_is_of_what_matters_most() -> None:
    journal = [{"type": "step_completed"}] * 500 + [{"type": "workflow_paused"}] + [{"type": "log"}] * 499
    marks = evaluate("static/js/story/marks.js", "return it.marksOf(value, 11);", journal)
    assert [mark["column"] for mark in marks] == [0, 1, 2, 3, 4, 5]
    assert marks[-1]["kind"] == "paused"


def test_milestones_are_stopped_at_and_the_ends_are_the_last_of_them() -> None:
    body = "return [it.milestone(value, 0, 1), it.milestone(value, 3, 1), it.milestone(value, 3, -1)];"
    journal = [{"type": name} for name in ("workflow_queued", "log", "log", "step_completed", "log", "log")]
    assert evaluate("static/js/story/marks.js", body, journal) == [3, 5, 0]


def test_nobody_waits_for_a_night_and_nothing_flies_by() -> None:
    journal = [{"time": 0}, {"time": 5}, {"time": 100_000_000}, {"time": 100_000_200}]
    body = "return [59, 60, 959, 960, 1160, 9e9].map((ms) => it.onward(value, 0, ms, 1).at);"
    assert evaluate("static/js/story/pace.js", body, journal) == [0, 1, 1, 2, 3, 3]
    assert evaluate("static/js/story/pace.js", "return it.onward(value, 0, 60, 16).at;", journal) == 2


def test_going_anywhere_shows_the_run_as_a_fold_from_the_beginning_does() -> None:
    cases = json.loads((ROOT / "tests" / "fold_cases.json").read_text(encoding="utf-8"))
    journals = [
        [{"instance": "x", "seq": at, "time": 1001 + at, **entry} for at, entry in enumerate(case["entries"])]
        for case in cases
    ]
    body = """
      const wrong = [];
      value.forEach((journal, number) => {
        const past = it.createPast(4);
        const all = [...journal.keys()];
        const places = [...all, ...all.toReversed(), 0, all.length - 1, all.length >> 1];
        for (const at of places) {
          const shown = past.at('x', journal, journal[at].seq);
          const should = it.createPast(1e9).at('x', journal, journal[at].seq);
          if (JSON.stringify(shown) !== JSON.stringify(should)) wrong.push([number, at]);
        }
      });
      return [value.length, wrong];
    """
    told = evaluate("static/js/state/past.js", body, journals)
    assert told[0] > 10
    assert told[1] == []


def test_a_jump_folds_few_of_ten_thousand_entries() -> None:
    body = """
      const entry = (seq) => ({ type: 'log', instance: 'x', seq, time: seq, level: 'info', message: 'm' });
      let read = 0;
      class Counted extends Array {
        slice(from, to) {
          read += to - from;
          return Array.prototype.slice.call([...this], from, to);
        }
      }
      const counted = Counted.from({ length: 10001 }, (_, seq) => entry(seq));
      const past = it.createPast();
      past.at('x', counted, 9999);
      read = 0;
      const worst = [];
      for (const seq of [1, 9000, 4321, 4320, 4322, 10000, 5000]) {
        read = 0;
        past.at('x', counted, seq);
        worst.push(read);
      }
      return Math.max(...worst);
    """
    assert evaluate("static/js/state/past.js", body) <= 256
