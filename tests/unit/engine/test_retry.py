"""A step's configuration and its delays, as tables."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.durations import LONGEST, MINUTE
from playground.core.errors import WorkflowFatalError
from playground.core.values import UNDEFINED
from playground.engine.retry import DEFAULT_CONFIG, StepConfig, resolve_config, retry_delay


@pytest.mark.parametrize(
    ("config", "resolved"),
    [
        (None, DEFAULT_CONFIG),
        (UNDEFINED, DEFAULT_CONFIG),
        ({}, StepConfig(5, 1000, "exponential", 10 * MINUTE)),
        ({"timeout": "30 seconds"}, StepConfig(timeout=30_000)),
        ({"retries": {"limit": 3, "delay": "1 second"}}, StepConfig(3, 1000, "exponential")),
        ({"retries": {"limit": 0, "delay": 0, "backoff": "linear"}}, StepConfig(0, 0, "linear")),
        (
            {"retries": {"limit": 10_000, "delay": 5, "backoff": "constant"}},
            StepConfig(10_000, 5, "constant"),
        ),
        ({"retries": {"limit": 2.0, "delay": 1}}, StepConfig(2, 1)),
        ({"retries": UNDEFINED, "timeout": UNDEFINED}, DEFAULT_CONFIG),
        ({"retries": {"limit": 1, "delay": 1, "backoff": UNDEFINED}}, StepConfig(1, 1)),
        ({"sensitive": "output"}, StepConfig(sensitive=True)),
    ],
    ids=str,
)
def test_config__yes(config: Any, resolved: StepConfig) -> None:
    assert resolve_config("s", config) == (resolved, None)
    assert StepConfig.from_json(resolved.as_json()) == resolved


def test_a_delay_function_comes_apart() -> None:
    def delay(argument: Any) -> int:
        return 1

    config, function = resolve_config("s", {"retries": {"limit": 1, "delay": delay}})
    assert function is delay
    assert config.as_json()["retries"] == {"limit": 1, "backoff": "exponential"}
    assert StepConfig.from_json(config.as_json()) == config


@pytest.mark.parametrize(
    ("config", "key"),
    [
        (5, "config must be an object"),
        ([], "config must be an object"),
        ({"retry": {}}, "retry is not a known key"),
        ({"retries": 3}, "retries must be an object"),
        ({"retries": None}, "retries must be an object"),
        ({"retries": {"limit": 1}}, "retries.delay is missing"),
        ({"retries": {"delay": 1}}, "retries.limit is missing"),
        ({"retries": {"limit": 1, "delay": 1, "max": 2}}, "retries.max is not a known key"),
        ({"retries": {"limit": -1, "delay": 1}}, "retries.limit"),
        ({"retries": {"limit": 1.5, "delay": 1}}, "retries.limit"),
        ({"retries": {"limit": float("nan"), "delay": 1}}, "retries.limit"),
        ({"retries": {"limit": float("inf"), "delay": 1}}, "retries.limit"),
        ({"retries": {"limit": 10_001, "delay": 1}}, "retries.limit"),
        ({"retries": {"limit": 1e9, "delay": 1}}, "retries.limit"),
        ({"retries": {"limit": "3", "delay": 1}}, "retries.limit"),
        ({"retries": {"limit": True, "delay": 1}}, "retries.limit"),
        ({"retries": {"limit": 1, "delay": -1}}, "retries.delay"),
        ({"retries": {"limit": 1, "delay": "soon"}}, "retries.delay"),
        ({"retries": {"limit": 1, "delay": 1, "backoff": "fibonacci"}}, "retries.backoff"),
        ({"retries": {"limit": 1, "delay": 1, "backoff": ["linear"]}}, "retries.backoff"),
        ({"timeout": 0}, "timeout must be more than 0"),
        ({"timeout": -5}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"timeout": "5 parsecs"}, "timeout"),
        ({"sensitive": True}, "sensitive"),
    ],
    ids=str,
)
def test_config__no(config: Any, key: str) -> None:
    with pytest.raises(WorkflowFatalError) as raised:
        resolve_config("my step", config)
    assert raised.value.message.startswith('Step config for "my step" is in an invalid format: ')
    assert key in raised.value.message


@pytest.mark.parametrize(
    ("backoff", "base", "delays"),
    [
        ("constant", 100, [100, 100, 100, 100]),
        ("linear", 100, [100, 200, 300, 400]),
        ("exponential", 100, [100, 200, 400, 800]),
        ("exponential", 0, [0, 0, 0, 0]),
        ("linear", LONGEST, [LONGEST] * 4),
        ("exponential", LONGEST - 1, [LONGEST - 1, LONGEST, LONGEST, LONGEST]),
    ],
)
def test_backoff(backoff: Any, base: int, delays: list[int]) -> None:
    config = StepConfig(backoff=backoff)
    assert [retry_delay(config, base, attempt) for attempt in (1, 2, 3, 4)] == delays


def test_backoff_does_not_overflow() -> None:
    assert retry_delay(StepConfig(), 1, 10_000) == LONGEST
    assert retry_delay(StepConfig(backoff="linear"), LONGEST, 10_000) == LONGEST
