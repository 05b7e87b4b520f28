"""Steps that succeeded at once: their entries are what the facts would be."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from playground.core.codec import encode
from playground.core.errors import WorkflowFatalError
from playground.core.ports import StepKey
from playground.core.values import UNDEFINED, Encoded
from playground.engine import entries as facts
from playground.engine.entries import fact_json
from playground.engine.outputs import show
from playground.engine.retry import DEFAULT_CONFIG, StepConfig
from playground.engine.settings import EngineSettings
from playground.engine.simple_step import simple_step
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server


@pytest.mark.parametrize("name", ["a", 'quo"te \\ ü 🎈', ""])
@pytest.mark.parametrize("config", [DEFAULT_CONFIG, StepConfig(limit=1, delay=None, sensitive=True)])
@pytest.mark.parametrize("cpu_ms", [None, 0.0, 0.001, 12.345, 100000.5])
@pytest.mark.parametrize(
    "value", [1, None, UNDEFINED, {"a": ["ü", 1e21]}, "\ud800", "x" * 5000, [2**70]], ids=ascii
)
def test_the_entries_are_what_the_facts_would_be(
    name: str, config: StepConfig, cpu_ms: float | None, value: Any
) -> None:
    key, encoded = StepKey("do", name, 3), encode(value)
    shown = show(encoded, EngineSettings())
    expected = [
        facts.StepStarted(key, config.as_json()),
        facts.AttemptStarted(key, 1),
        facts.AttemptCompleted(key, 1, cpu_ms),
        facts.StepCompleted(key, len(encoded), shown),
    ]
    written = simple_step(key, config, 5, 7, cpu_ms, encoded.data, shown)
    assert [one.type for one in written] == [fact.type for fact in expected]
    assert [msgspec.json.decode(one.data) for one in written] == [
        msgspec.json.decode(fact_json(fact)) for fact in expected
    ]
    assert [(one.time, one.value) for one in written] == [(5, None), (5, None), (7, None), (7, encoded.data)]


async def test_what_is_not_simple_is_left_alone(server: Server) -> None:
    outcomes: list[object] = []

    async def run(step: WorkflowStep) -> Any:
        ahead = step.journaled.ahead
        assert ahead is not None
        ahead.hand_over()
        now = server.clock.now()

        def did(name: str, value: Encoded, count: int = 1, config: Encoded | None = None) -> object:
            return ahead.did(name, count, config, now, value, now, 5)

        one = encode(1)
        outcomes.append(did("small", one))
        outcomes.append(did("large", Encoded(b"j" + b"1" * (1 << 20))))
        outcomes.append(did("secret", encode("told nobody"), config=encode({"sensitive": "output"})))
        for refused in ("small", "bell\x07"):
            with pytest.raises(WorkflowFatalError):
                did(refused, one)
        for number in range(1, server.settings.step_limit - 1):
            did("many", one, number)
        outcomes.append(did("too many", one))
        return "end"

    instance = await server.start(run)
    assert (await server.ended(instance)).status == "complete"
    small, large, secret, too_many = outcomes
    assert small is not None
    assert secret is not None
    assert large is None
    assert too_many is None
    ended = await server.entries(instance, "step_completed")
    assert [(one["step"]["name"], one["output"]) for one in ended[:3]] == [
        ("small", 1),
        ("secret", "[REDACTED]"),
        ("many", 1),
    ]
    assert len(ended) == len(await server.entries(instance, "attempt_started")) == server.settings.step_limit
