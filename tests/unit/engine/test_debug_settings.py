"""What somebody asks for to debug a run with, checked."""

from __future__ import annotations

from typing import Any

import pytest

from playground.engine.debug_entries import DebugSet, Fault
from playground.engine.debug_settings import LARGEST, BadDebug, read_debug
from playground.engine.entries import fact_json


def test_all_of_it() -> None:
    given = {
        "pace": 60,
        "breakpoints": ["a", ["c-", ""], "b", "a", ["c-", ""]],
        "everyStep": False,
        "faults": [
            {"kind": "fail", "step": "a", "times": 3, "name": "TypeError", "message": "no"},
            {"kind": "timeout"},
            {"kind": "crawl", "step": None, "delayMs": 5},
        ],
        "pins": {"a": {"b": [1, None]}, "big": 2**60},
    }
    assert read_debug(given) == DebugSet(
        60.0,
        ["a", ["c-", ""], "b"],
        False,
        [Fault("fail", 3, "a", "TypeError", "no"), Fault("timeout"), Fault("crawl", delay_ms=5)],
        {"a": {"b": [1, None]}, "big": float(2**60)},
    )


def test_what_is_not_given_is_not_set() -> None:
    assert fact_json(read_debug({})) == "{}"
    assert fact_json(read_debug({"pace": "skip", "pins": {}})) == '{"pace":"skip","pins":{}}'


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (None, "debug must be an object"),
        ([], "debug must be an object"),
        ({"speed": 1}, "speed is not a setting"),
        ({"pace": 0}, "pace must be a number from 1"),
        ({"pace": True}, "pace must be a number from 1"),
        ({"pace": "fast"}, 'or "skip"'),
        ({"breakpoints": "a"}, "breakpoints must be a list"),
        ({"breakpoints": ["a\n"]}, "breakpoints must be of names"),
        ({"breakpoints": ["x"] * 101}, "at most 100"),
        ({"breakpoints": [["a"]]}, "a template must be a list of 2 to 50 texts"),
        ({"breakpoints": [["a"] * 51]}, "a template must be a list of 2 to 50 texts"),
        ({"breakpoints": [["a", 1]]}, "a template must be a list of 2 to 50 texts"),
        ({"breakpoints": [["", ""]]}, "a template must have some text"),
        ({"breakpoints": [["a", "x" * 256]]}, "breakpoints must be of names"),
        ({"everyStep": 1}, "everyStep must be true or false"),
        ({"faults": {}}, "faults must be a list"),
        ({"faults": [1]}, "faults[0] must be an object"),
        ({"faults": [{"kind": "explode"}]}, "faults[0].kind must be one of fail, timeout, crawl"),
        ({"faults": [{"kind": "timeout", "message": "x"}]}, "faults[0].message is not known"),
        ({"faults": [{"kind": "fail", "times": 0}]}, "faults[0].times must be a whole number from 1"),
        ({"faults": [{"kind": "fail", "times": 1.5}]}, "faults[0].times"),
        ({"faults": [{"kind": "fail", "step": 1}]}, "faults[0].step must be of names"),
        ({"faults": [{"kind": "fail", "message": "x" * 1001}]}, "faults[0].message must be text"),
        ({"faults": [{"kind": "crawl", "delayMs": 600_001}]}, "faults[0].delayMs"),
        ({"faults": [{"kind": "fail", "message": "\ud800"}]}, "half a character"),
        ({"pins": []}, "pins must be an object"),
        ({"pins": {"a\0": 1}}, "pins must be of names"),
        ({"pins": {"a": "x" * LARGEST}}, "bytes"),
        ({"pins": {"a": "\ud800"}}, "half a character"),
    ],
)
def test_what_cannot_be_is_refused_by_name(given: Any, says: str) -> None:
    with pytest.raises(BadDebug) as refused:
        read_debug(given)
    assert says in str(refused.value)
