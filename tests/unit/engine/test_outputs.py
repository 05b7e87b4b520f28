"""What the log shows of values."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from playground.core.codec import encode
from playground.core.ports import StepKey
from playground.core.values import UNDEFINED, BigInt
from playground.engine.engine import EngineSettings
from playground.engine.entries import WorkflowCompleted, fact_json, well_formed
from playground.engine.outputs import show


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"a": [1, None, True, "x", 1.5]}, {"a": [1, None, True, "x", 1.5]}),
        ("😀", "😀"),
        (BigInt(12), "12n"),
        (float("nan"), None),
        (10**15, 10**15),
        (1e300, 1e300),
    ],
    ids=str,
)
def test_a_value_is_shown_as_json(value: Any, shown: Any) -> None:
    text = fact_json(WorkflowCompleted(output=show(encode(value), EngineSettings())))
    assert msgspec.json.decode(text) == {"output": shown}


def test_undefined_is_shown_as_nothing() -> None:
    assert fact_json(WorkflowCompleted(output=show(encode(UNDEFINED), EngineSettings()))) == "{}"


def test_lone_surrogates_do_not_break_the_log() -> None:
    text = fact_json(WorkflowCompleted(output=show(encode(["\ud800", "a\udc00b"]), EngineSettings())))
    assert len(msgspec.json.decode(text)["output"]) == 2
    assert well_formed("a\ud800b") == "a\ufffdb"


def test_a_large_value_is_cut() -> None:
    text = fact_json(WorkflowCompleted(output=show(encode(["x" * 100] * 1000), EngineSettings())))
    assert len(text) < 2 * EngineSettings().preview_limit


def test_step_keys_are_hashable_and_ordered_fields() -> None:
    assert StepKey("do", "a", 1) == StepKey("do", "a", 1)
    assert msgspec.json.encode(StepKey("do", "a", 1)) == b'{"kind":"do","name":"a","count":1}'
