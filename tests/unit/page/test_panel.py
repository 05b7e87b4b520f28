"""The panel of a step and of a run: configuration, bytes, events; and payloads used before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

CONFIG = "static/js/panel/config.js"
HISTORY = "static/js/code/payload_history.js"


@pytest.mark.parametrize(
    ("retries", "words"),
    [
        ({"limit": 0, "delay": 0, "backoff": "exponential"}, "no retries"),
        ({"limit": 1, "delay": 1000, "backoff": "exponential"}, "up to 1 retry, 1 s apart"),
        (
            {"limit": 5, "delay": 1000, "backoff": "exponential"},
            "up to 5 retries, after 1 s, then twice as long each time",
        ),
        (
            {"limit": 3, "delay": 500, "backoff": "linear"},
            "up to 3 retries, after 500 ms, then that much longer each time",
        ),
        ({"limit": 3, "delay": 2000, "backoff": "constant"}, "up to 3 retries, 2 s apart"),
        ({"limit": 3, "backoff": "constant"}, "up to 3 retries, after delays that a function gives"),
    ],
    ids=["none", "one", "exponential", "linear", "constant", "function"],
)
def test_a_configuration_in_words(retries: dict[str, Any], words: str) -> None:
    said = evaluate(CONFIG, "return it.configWords({ retries: value, timeout: 600000 });", retries)
    assert said == f"{words} · 10 min for each attempt"


def test_the_delays_are_those_of_the_engine() -> None:
    body = "return value.map((retries) => it.delaysOf(retries, 4));"
    backoffs = ("constant", "linear", "exponential")
    given = [{"limit": 9, "delay": 1000, "backoff": backoff} for backoff in backoffs]
    assert evaluate(CONFIG, body, given) == [
        [1000, 1000, 1000, 1000],
        [1000, 2000, 3000, 4000],
        [1000, 2000, 4000, 8000],
    ]
    year = 365 * 86_400_000
    far = [{"limit": 9, "delay": year, "backoff": "exponential"}]
    assert evaluate(CONFIG, body, far) == [[year] * 4]


def test_bytes_are_shown_with_their_offsets_and_as_text() -> None:
    body = "return it.hexLines(Uint8Array.from(value));"
    lines = evaluate("static/js/panel/hex.js", body, [*b"hello\n", 0, 255, *b"0123456789"])
    assert lines[0] == "000000  68 65 6c 6c 6f 0a 00 ff  30 31 32 33 34 35 36 37  hello···01234567"
    assert lines[1].startswith("000010  38 39 ")
    assert lines[1].endswith("  89")


def test_events_know_which_step_took_them() -> None:
    wait = {"kind": "wait", "count": 1, "name": "sign"}
    value = {
        "events": [{"seq": 3, "type": "go", "time": 1}, {"seq": 5, "type": "go", "time": 2}],
        "journal": [{"seq": 6, "type": "wait_completed", "step": wait, "event": 5}],
    }
    body = "return it.eventsOf(value.events, value.journal, 9).map(({ step }) => step);"
    found = evaluate("static/js/panel/received.js", body, value)
    assert found == [None, {"key": "wait:1:sign", "name": "sign"}]


def run(id: str, created: int, *params: Any) -> dict[str, Any]:
    return {"id": id, "created": created, **({"params": params[0]} if params else {})}


def history(runs: list[dict[str, Any]], **kept: Any) -> list[tuple[str, int | None]]:
    body = "return it.historyOf(value.runs, value.kept).map(({ key, run }) => [key, run]);"
    return [(key, run) for key, run in evaluate(HISTORY, body, {"runs": runs, "kept": kept})]


def test_payloads_used_before_are_listed_once_the_newest_first() -> None:
    runs = [run("a", 1, {"n": 1}), run("b", 2), run("c", 3, {"n": 1}), run("d", 4, "[1… (9999 bytes)")]
    assert history(runs) == [('{"n":1}', 3), ("", 2)]


def test_what_was_typed_is_listed_and_what_was_removed_is_not() -> None:
    runs = [run("a", 1, {"n": 1}), run("file:x", 9, {"n": 2})]
    typed = [{"text": '{ "n": 3 }', "time": 5}, {"text": "{bad", "time": 6}]
    assert history(runs, typed=typed) == [('{"n":3}', None), ('{"n":1}', 1)]
    assert history(runs, typed=typed, gone=['{"n":1}']) == [('{"n":3}', None)]
