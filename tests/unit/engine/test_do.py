"""`step.do`: names, configuration, values, and steps that nobody awaits."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.ports import StepContext
from playground.core.values import UNDEFINED
from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server, fails_with


async def test_a_step_answers_its_callbacks_value(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return [
            await step.do("sync", lambda: {"a": 1}),
            await step.do("again", {"timeout": "1 second"}, lambda: [None]),
            await step.do("nothing", lambda: UNDEFINED) is UNDEFINED,
        ]

    assert await server.output(run) == [{"a": 1}, [None], True]


async def test_the_log_of_a_step(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return await step.do("only", lambda: "value")

    instance = await server.start(run)
    await server.ended(instance)
    log = await server.entries(instance)
    key = {"kind": "do", "name": "only", "count": 1}
    assert [entry["type"] for entry in log] == [
        "workflow_queued",
        "workflow_started",
        "step_started",
        "attempt_started",
        "attempt_completed",
        "step_completed",
        "workflow_completed",
    ]
    assert [entry["seq"] for entry in log] == list(range(1, 8))
    assert log[2]["config"] == {
        "retries": {"limit": 5, "delay": 1000, "backoff": "exponential"},
        "timeout": 600_000,
    }
    assert (log[3]["step"], log[3]["attempt"]) == (key, 1)
    assert (log[5]["step"], log[5]["output"], log[5]["size"]) == (key, "value", 8)
    assert log[6]["output"] == "value"
    assert {entry["instance"] for entry in log} == {instance.id}


@pytest.mark.parametrize(
    "name", ["", "x" * 256, "😀" * 128, "__proto__", "<img onerror=1>", "naïve\u202e"], ids=ascii
)
async def test_step_name__yes(server: Server, name: str) -> None:
    async def run(step: WorkflowStep) -> Any:
        return await step.do(name, lambda: 1)

    assert await server.output(run) == 1


@pytest.mark.parametrize("name", ["x" * 257, "😀" * 129, "a\nb", "\x00", "\ud800", None, 7, print], ids=ascii)
@pytest.mark.parametrize("kind", ["do", "sleep", "sleep_until", "wait_for_event"])
async def test_step_name__no(server: Server, name: Any, kind: str) -> None:
    async def run(step: WorkflowStep) -> Any:
        match kind:
            case "do":
                await step.do(name, lambda: 1)
            case "sleep":
                await step.sleep(name, 1)
            case "sleep_until":
                await step.sleep_until(name, server.clock.now())
            case _:
                await step.wait_for_event(name, type="x")

    error, message = await server.error(run)
    assert error == "WorkflowFatalError"
    assert "exceeds max length (256 chars) or invalid characters" in message
    assert message.startswith("Step name ")
    assert ("must be a string; got " in message) == (not isinstance(name, str))


async def test_same_names_are_told_apart_by_kind_and_count(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.do("a-1", lambda: 0)
        await step.sleep("a", 0)
        return [await step.do("a", lambda: 1), await step.do("a", lambda: 2), await step.do("a", lambda: 3)]

    instance = await server.start(run)
    await server.ended(instance)
    keys = [
        (entry["step"]["kind"], entry["step"]["name"], entry["step"]["count"])
        for entry in await server.entries(instance, "step_completed", "sleep_completed")
    ]
    assert keys == [("do", "a-1", 1), ("sleep", "a", 1), ("do", "a", 1), ("do", "a", 2), ("do", "a", 3)]


async def test_without_a_callback(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        lonely: Any = step.do
        await lonely("lonely", {"timeout": 1})

    name, message = await server.error(run)
    assert name == "WorkflowFatalError"
    assert "requires a callback function" in message


@pytest.mark.parametrize("rollback", [5, "x", {"rollback": 1}, {}])
async def test_rollback_that_is_no_function(server: Server, rollback: Any) -> None:
    async def run(step: WorkflowStep) -> Any:
        async def callback(context: StepContext) -> Any:
            raise AssertionError

        await step.journaled.do("booked", None, callback, rollback)

    assert await server.error(run) == ("WorkflowFatalError", 'Rollback for "booked" must be a function')


async def test_bad_config_names_the_step_and_the_key(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return await step.do("odd", {"retries": {"limit": -1, "delay": 1}}, lambda: 1)

    name, message = await server.error(run)
    assert name == "WorkflowFatalError"
    assert 'Step config for "odd" is in an invalid format' in message
    assert "retries.limit" in message


async def test_the_callbacks_context(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        def spoil(context: StepContext) -> Any:
            seen = {"step": context.step.name, "count": context.step.count, "attempt": context.attempt}
            config = dict(context.config)
            context.config.clear()
            return [seen, config]

        await step.do("look", lambda: 0)
        return await step.do("look", {"timeout": 5, "sensitive": "output"}, spoil)

    assert await server.output(run) == [
        {"step": "look", "count": 2, "attempt": 1},
        {
            "retries": {"limit": 5, "delay": 1000, "backoff": "exponential"},
            "timeout": 5,
            "sensitive": "output",
        },
    ]


async def test_a_value_that_cannot_be_stored_fails_the_step(server: Server) -> None:
    attempts: list[int] = []

    async def run(step: WorkflowStep) -> Any:
        def bad(context: StepContext) -> Any:
            attempts.append(context.attempt)
            return {"a": [1, len]}

        return await fails_with(step, "bad", bad)

    name, message = await server.output(run)
    assert name == "WorkflowFatalError"
    assert "$.a[1]" in message
    assert attempts == [1]


async def test_a_value_of_the_largest_size__yes(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return len(await step.do("big", lambda: "x" * (1024 * 1024 - 3)))

    assert await server.output(run) == 1024 * 1024 - 3


async def test_a_value_beyond_the_largest_size__no(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return await fails_with(step, "big", lambda: "x" * (1024 * 1024 - 2))

    name, message = await server.output(run)
    assert name == "WorkflowFatalError"
    assert "too large" in message
    assert "1048576 bytes" in message


async def test_a_sensitive_output_is_shown_nowhere(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        secret = await step.do("key", {"sensitive": "output"}, lambda: "hunter2")
        return len(secret)

    instance = await server.start(run)
    await server.ended(instance)
    [completed] = await server.entries(instance, "step_completed")
    assert completed["output"] == "[REDACTED]"
    assert "hunter2" not in str(await server.entries(instance))


class TestStepLimit:
    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(step_limit=3)

    async def test_the_step_after_the_last_is_refused(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            for number in range(3):
                await step.do(f"step {number}", lambda: 1)
                await step.sleep("nap", 0)
            return await fails_with(step, "one more", lambda: 1)

        assert await server.output(run) == ["WorkflowFatalError", "The limit of 3 steps has been reached"]


@pytest.mark.parametrize("limit", [0, 25_001])
def test_step_limit__no(limit: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 25000"):
        EngineSettings(step_limit=limit)


def test_step_limit__yes() -> None:
    assert EngineSettings().step_limit == 10_000
    assert EngineSettings(step_limit=25_000).step_limit == 25_000


async def test_a_step_in_the_callback_of_another_is_refused(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        async def nested() -> Any:
            return await step.do("inner", lambda: 1)

        return await fails_with(step, "outer", nested)

    name, message = await server.output(run)
    assert name == "WorkflowFatalError"
    assert "inside the callback of another step" in message


async def test_a_step_that_nobody_awaits_is_finished_first(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        async def slowly() -> Any:
            await asyncio.sleep(0.01)
            return "done"

        step.do("left alone", slowly)
        return "early"

    instance = await server.start(run)
    status = await server.ended(instance)
    assert status.output is not None
    types = await server.types(instance)
    assert types.index("step_completed") < types.index("workflow_completed")


async def test_a_step_that_nobody_awaits_and_that_fails_errors_the_instance(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        def fail() -> Any:
            raise ValueError("unseen")

        step.do("left alone", {"retries": {"limit": 0, "delay": 0}}, fail)
        return "early"

    assert await server.error(run) == ("ValueError", "unseen")


async def test_a_failed_step_that_was_looked_at_does_not_error_the_instance(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        def fail() -> Any:
            raise ValueError("seen")

        task = step.do("watched", {"retries": {"limit": 0, "delay": 0}}, fail)
        await asyncio.wait([task])
        return str(task.exception())

    assert await server.output(run) == "seen"


async def test_run_errors(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        raise ZeroDivisionError("division")

    assert await server.error(run) == ("ZeroDivisionError", "division")


async def test_an_output_that_cannot_be_stored_errors_the_instance(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return {"f": print}

    name, message = await server.error(run)
    assert name == "WorkflowFatalError"
    assert "$.f" in message
