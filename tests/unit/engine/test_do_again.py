"""Attempts that fail: retries, their delays, timeouts, and what ends a step at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.errors import (
    ErrorRecord,
    IsolateLost,
    LimitExceeded,
    NonRetryableError,
    RemoteError,
    WorkflowFatalError,
)
from playground.core.ports import StepContext
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server, fails_with


async def _raises(argument: Any) -> Any:
    raise RuntimeError("oh no")


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
    cause = {"name": "Error", "message": "why"}
    assert failed["error"] == {"name": "TypeError", "message": "x2", "stack": "at a:1", "cause": cause}


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


async def test_a_delay_function_that_costs_the_run_its_isolate_fails_the_step(server: Server) -> None:
    attempts: list[int] = []

    async def run(step: WorkflowStep) -> Any:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[int] = loop.create_future()
        isolate: asyncio.Future[None] = loop.create_future()

        def die(argument: Any) -> Any:
            def tell() -> None:
                answer.set_exception(LimitExceeded("CPU_LIMIT", "too slow"))
                isolate.set_exception(IsolateLost())

            loop.call_soon(tell)
            return answer

        def fail(context: StepContext) -> Any:
            attempts.append(context.attempt)
            raise ValueError

        failing = asyncio.ensure_future(
            fails_with(step, "bad", {"retries": {"limit": 5, "delay": die}}, fail)
        )
        waiting: list[asyncio.Future[Any]] = [failing, isolate]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        return failing.result() if failing.done() else isolate.result()

    name, text = await server.output(run)
    assert (name, attempts) == ("NonRetryableDelayError", [1])
    assert text.endswith("too slow")
