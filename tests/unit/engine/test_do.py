"""`step.do`: values, configuration, retries, timeouts, errors."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.errors import (
    ErrorRecord,
    LimitExceeded,
    NonRetryableError,
    RemoteError,
    WorkflowFatalError,
)
from playground.core.ports import StepContext
from playground.core.values import UNDEFINED
from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server


async def fails_with(step: WorkflowStep, *arguments: Any) -> tuple[str, str]:
    """Name and message of what `step.do` raises."""
    try:
        await step.do(*arguments)
    except RemoteError as error:
        return error.name, error.message
    except WorkflowFatalError as error:
        return error.name, error.message
    raise AssertionError("the step did not fail")


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


@pytest.mark.parametrize("name", ["x" * 257, "😀" * 129, "a\nb", "\x00", "\ud800", None, 7], ids=ascii)
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
        await step.do("lonely", {"timeout": 1})  # type: ignore[unused-ignore]

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


async def test_retries_wait_longer_and_longer(server: Server) -> None:
    attempts: list[tuple[int, int]] = []

    async def run(step: WorkflowStep) -> Any:
        def flaky(context: StepContext) -> Any:
            attempts.append((context.attempt, server.clock.now()))
            if context.attempt < 4:
                raise ValueError(f"no {context.attempt}")
            return "yes"

        return await step.do("flaky", {"retries": {"limit": 5, "delay": "1 second"}}, flaky)

    instance = await server.start(run)
    start = server.clock.now()
    for number, delay in enumerate((1000, 2000, 4000), 1):
        await server.seen(instance, "workflow_waiting", number)
        await server.advance(delay - 1)
        assert (await instance.status()).status == "waiting"
        await server.advance(1)
    status = await server.ended(instance)
    assert status.output is not None
    assert [(number, time - start) for number, time in attempts] == [(1, 0), (2, 1000), (3, 3000), (4, 7000)]
    failed = await server.entries(instance, "attempt_failed")
    assert [(entry["retryDelayMs"], entry["retryAt"] - start) for entry in failed] == [
        (1000, 1000),
        (2000, 3000),
        (4000, 7000),
    ]
    assert failed[0]["error"] == {"name": "ValueError", "message": "no 1"}


async def test_limit_counts_the_retries_and_not_the_attempts(server: Server) -> None:
    attempts: list[int] = []

    async def run(step: WorkflowStep) -> Any:
        def fail(context: StepContext) -> Any:
            attempts.append(context.attempt)
            raise KeyError("gone")

        return await fails_with(step, "bad", {"retries": {"limit": 2, "delay": 0}}, fail)

    assert await server.output(run) == ["KeyError", "'gone'"]
    assert attempts == [1, 2, 3]


async def test_an_exhausted_step_keeps_its_last_error_with_cause(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        def fail(context: StepContext) -> Any:
            raise RemoteError(
                ErrorRecord("TypeError", f"x{context.attempt}", "at a:1", ErrorRecord("Error", "why"))
            )

        try:
            await step.do("bad", {"retries": {"limit": 1, "delay": 0}}, fail)
        except RemoteError as error:
            record = error.record()
            return [record.name, record.message, record.stack, record.cause.message]

    instance = await server.start(run)
    status = await server.ended(instance)
    assert status.output is not None
    assert status.output.data == b'j["TypeError","x2","at a:1","why"]'
    [failed] = await server.entries(instance, "step_failed")
    assert failed["error"] == {"name": "TypeError", "message": "x2", "stack": "at a:1"}


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (NonRetryableError("stop"), ("NonRetryableError", "stop")),
        (NonRetryableError("stop", "Mine"), ("Mine", "stop")),
        (RemoteError(ErrorRecord("NonRetryableError", "by name")), ("NonRetryableError", "by name")),
        (RemoteError(ErrorRecord("Mine", "by code", code="NON_RETRYABLE")), ("Mine", "by code")),
        (WorkflowFatalError("wrong"), ("WorkflowFatalError", "wrong")),
        (LimitExceeded("CPU_LIMIT", "too long"), ("CpuLimitError", "too long")),
    ],
    ids=["class", "renamed", "name", "code", "fatal", "limit"],
)
async def test_errors_that_end_a_step_at_once(
    server: Server, error: Exception, shown: tuple[str, str]
) -> None:
    attempts: list[int] = []

    async def run(step: WorkflowStep) -> Any:
        def fail(context: StepContext) -> Any:
            attempts.append(context.attempt)
            raise error

        return await fails_with(step, "bad", fail)

    assert await server.output(run) == list(shown)
    assert attempts == [1]


async def test_a_timeout_is_an_error_like_others(server: Server) -> None:
    attempts: list[int] = []
    config = {"retries": {"limit": 1, "delay": 0}, "timeout": "2 seconds"}
    begun = asyncio.Semaphore(0)

    async def run(step: WorkflowStep) -> Any:
        async def hang(context: StepContext) -> Any:
            attempts.append(context.attempt)
            begun.release()
            await asyncio.Event().wait()

        return await fails_with(step, "slow", config, hang)

    instance = await server.start(run)
    for attempt in (1, 2):
        await begun.acquire()
        await server.advance(1999)
        assert len(await server.entries(instance, "attempt_failed")) == attempt - 1
        await server.advance(1)
        await server.seen(instance, "attempt_failed", attempt)
    status = await server.ended(instance)
    assert status.output is not None
    assert status.output.data == b'j["WorkflowTimeoutError","Execution timed out after 2000ms"]'
    assert attempts == [1, 2]


async def test_work_of_a_timed_out_callback_is_ignored(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        async def stubborn(context: StepContext) -> Any:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                return "too late"

        config = {"retries": {"limit": 0, "delay": 0}, "timeout": 10}
        first = await fails_with(step, "stubborn", config, stubborn)
        return [first[0], await step.do("after", lambda: "fine")]

    instance = await server.start(run)
    await server.seen(instance, "attempt_started")
    await asyncio.sleep(0.02)
    await server.advance(10)
    status = await server.ended(instance)
    assert status.output is not None
    assert status.output.data == b'j["WorkflowTimeoutError","fine"]'


async def test_a_delay_function_is_the_base_of_the_backoff(server: Server) -> None:
    asked: list[Any] = []

    async def run(step: WorkflowStep) -> Any:
        def delay(argument: dict[str, Any]) -> str:
            asked.append((argument["ctx"]["attempt"], argument["ctx"]["config"], argument["error"].message))
            return "1 second"

        def fail(context: StepContext) -> Any:
            raise ValueError(f"no {context.attempt}")

        config = {"retries": {"limit": 2, "delay": delay, "backoff": "linear"}}
        return await fails_with(step, "bad", config, fail)

    instance = await server.start(run)
    for number, delay in enumerate((1000, 2000), 1):
        await server.seen(instance, "workflow_waiting", number)
        await server.advance(delay)
    await server.ended(instance)
    config = {"retries": {"limit": 2, "backoff": "linear"}, "timeout": 600_000}
    assert asked == [(1, config, "no 1"), (2, config, "no 2")]
    failed = await server.entries(instance, "attempt_failed")
    assert [entry.get("retryDelayMs") for entry in failed] == [1000, 2000, None]


async def _raises(argument: Any) -> Any:
    raise RuntimeError("oh no")


@pytest.mark.parametrize(
    ("delay", "message"),
    [
        (_raises, "oh no"),
        (lambda argument: "5 parsecs", "'5 parsecs' is no duration"),
        (lambda argument: -1, "a duration cannot be negative"),
        (lambda argument: None, "a duration is a number of ms"),
    ],
    ids=["throws", "nonsense", "negative", "nothing"],
)
async def test_a_broken_delay_function_fails_the_step(server: Server, delay: Any, message: str) -> None:
    attempts: list[int] = []

    async def run(step: WorkflowStep) -> Any:
        def fail(context: StepContext) -> Any:
            attempts.append(context.attempt)
            raise ValueError("first")

        return await fails_with(step, "bad", {"retries": {"limit": 5, "delay": delay}}, fail)

    name, text = await server.output(run)
    assert name == "NonRetryableDelayError"
    assert text.startswith('The delay function for step "bad-1" threw an error: ' + message)
    assert attempts == [1]


async def test_a_delay_function_that_hangs_fails_the_step(server: Server) -> None:
    asked = asyncio.Event()

    async def hang(argument: Any) -> Any:
        asked.set()
        await asyncio.Event().wait()

    async def run(step: WorkflowStep) -> Any:
        def fail() -> Any:
            raise ValueError

        return await fails_with(step, "bad", {"retries": {"limit": 5, "delay": hang}}, fail)

    instance = await server.start(run)
    await asked.wait()
    await asyncio.sleep(0)
    await server.advance(4_999)
    assert (await instance.status()).status == "running"
    await server.advance(1)
    status = await server.ended(instance)
    assert status.output is not None
    assert b"NonRetryableDelayError" in status.output.data


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
