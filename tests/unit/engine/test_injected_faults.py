"""Faults that befall attempts, and outputs that are pinned."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.values import UNDEFINED
from playground.engine.debug_settings import read_debug
from playground.engine.engine import EngineSettings, Instance
from playground.engine.step import WorkflowStep
from playground.engine.view import fold_run
from tests.unit.engine.harness import Gate, Server, output

RETRIES = {"retries": {"limit": 2, "delay": "1 minute", "backoff": "constant"}, "timeout": "5 seconds"}


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10)


class Shop:
    """A workflow that pays, and counts how often."""

    def __init__(self) -> None:
        self.paid = 0

    async def run(self, step: WorkflowStep) -> Any:
        def pay(context: Any) -> str:
            self.paid += 1
            return f"paid in attempt {context.attempt}"

        await step.do("greet", lambda: "hello")
        return await step.do("pay", RETRIES, pay)


async def began(server: Server, run: Any, **debug: Any) -> Instance:
    server.register(run)
    return await server.engine.workflow("test").create(debug=read_debug(debug))


async def test_the_next_attempts_fail_and_are_tried_again(server: Server) -> None:
    shop = Shop()
    fault = {"kind": "fail", "step": "pay", "times": 2, "message": "card declined"}
    instance = await began(server, shop.run, faults=[fault], pace="skip")
    assert await output(server, instance) == "paid in attempt 3"
    assert shop.paid == 1
    run = fold_run(await server.entries(instance))
    attempts = run["steps"][1]["attempts"]
    assert [attempt.get("fault") for attempt in attempts] == ["fail", "fail", None]
    assert attempts[0]["error"] == {"name": "InjectedFault", "message": "card declined"}
    assert run["debug"]["faults"][0]["left"] == 0


async def test_faults_that_use_up_the_attempts_fail_the_step_and_undo_what_was_done(server: Server) -> None:
    undone: list[str] = []

    async def run(step: WorkflowStep) -> Any:
        await step.do("book", lambda: "seat", rollback=lambda undo: undone.append(undo.output))
        await step.do("pay", RETRIES, lambda: "paid")

    instance = await began(server, run, faults=[{"kind": "fail", "step": "pay", "times": 9}], pace="skip")
    ended = await server.ended(instance)
    assert ended.error is not None
    assert ended.error.name == "InjectedFault"
    assert undone == ["seat"]
    assert fold_run(await server.entries(instance))["debug"]["faults"][0]["left"] == 6


async def test_an_error_that_is_not_to_be_retried_is_not(server: Server) -> None:
    shop = Shop()
    instance = await began(server, shop.run, faults=[{"kind": "fail", "name": "NonRetryableError"}])
    ended = await server.ended(instance)
    assert ended.error is not None
    assert ended.error.name == "NonRetryableError"
    assert shop.paid == 0
    assert "attempt 1 of step" in ended.error.message.lower()


async def test_a_timeout_is_one_at_once(server: Server) -> None:
    shop = Shop()
    instance = await began(server, shop.run, faults=[{"kind": "timeout", "step": "pay"}], pace="skip")
    assert await output(server, instance) == "paid in attempt 2"
    [failed] = await server.entries(instance, "attempt_failed")
    assert failed["error"] == {
        "name": "WorkflowTimeoutError",
        "message": "Execution timed out after 5000ms",
    }


async def armed(server: Server, milliseconds: int) -> None:
    """Return when something is to happen after that time, and nothing before."""
    async with asyncio.timeout(20):
        while server.clock.next_deadline != server.clock.now() + milliseconds:
            await asyncio.sleep(0)


async def test_an_attempt_crawls_and_may_take_too_long(server: Server) -> None:
    shop = Shop()
    faults = [
        {"kind": "crawl", "step": "pay", "delayMs": 60_000},
        {"kind": "crawl", "step": "pay", "delayMs": 2_000},
    ]
    instance = await began(server, shop.run, faults=faults, pace="skip")
    await server.seen(instance, "attempt_started", 2)
    await armed(server, 5_000)
    await server.advance(5_000)
    await server.seen(instance, "attempt_started", 3)
    await armed(server, 2_000)
    await server.advance(1_999)
    assert shop.paid == 0
    await server.advance(1)
    assert await output(server, instance) == "paid in attempt 2"
    [failed] = await server.entries(instance, "attempt_failed")
    assert failed["error"]["name"] == "WorkflowTimeoutError"


async def test_the_first_fault_that_has_any_left_befalls_any_step(server: Server) -> None:
    shop = Shop()
    faults = [{"kind": "fail", "message": "one"}, {"kind": "fail", "step": "pay", "message": "two"}]
    instance = await began(server, shop.run, faults=faults, pace="skip")
    await server.ended(instance)
    failed = await server.entries(instance, "attempt_failed")
    assert [(one["step"]["name"], one["error"]["message"]) for one in failed] == [
        ("greet", "one"),
        ("pay", "two"),
    ]


async def test_what_was_used_up_stays_so_when_the_server_is_lost(server: Server) -> None:
    shop = Shop()
    instance = await began(server, shop.run, faults=[{"kind": "fail", "step": "pay"}])
    await server.seen(instance, "attempt_failed")
    await server.waiting(instance)
    after = await server.crash(shop.run)
    await after.engine.start()
    await after.advance(60_000)
    assert await output(after, await after.find(instance.id)) == "paid in attempt 2"


async def test_a_fault_is_set_while_the_run_goes_on(server: Server) -> None:
    gate = Gate()

    async def run(step: WorkflowStep) -> Any:
        await step.do("first", gate)
        return await step.do("pay", RETRIES, lambda: "paid")

    instance = await server.start(run)
    await gate.reached.wait()
    await instance.debug(read_debug({"faults": [{"kind": "fail", "step": "pay"}], "pace": "skip"}))
    gate.opened.set()
    assert await output(server, instance) == "paid"
    assert len(await server.entries(instance, "attempt_failed")) == 1


async def test_a_restart_from_the_top_has_its_faults_again(server: Server) -> None:
    shop = Shop()
    instance = await began(server, shop.run, faults=[{"kind": "fail", "step": "pay"}], pace="skip")
    await server.ended(instance)
    await instance.restart()
    assert await output(server, instance) == "paid in attempt 2"
    await instance.restart({"name": "pay"})
    assert await output(server, instance) == "paid in attempt 1", "from a step, what is used up stays so"


async def test_a_pinned_step_ends_with_that_and_is_not_called(server: Server) -> None:
    shop = Shop()
    instance = await began(server, shop.run, pins={"pay": {"card": "1234", "cents": 5}})
    assert await output(server, instance) == {"card": "1234", "cents": 5}
    assert shop.paid == 0
    [greet, pay] = fold_run(await server.entries(instance))["steps"]
    assert ("pinned" in greet, pay["pinned"], pay["attempts"]) == (False, True, [])
    assert pay["output"] == {"card": "1234", "cents": 5}
    assert (await instance.step_output("pay")).value is not None


async def test_a_step_that_is_pinned_while_it_waits_is_not_tried_again(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        def fails() -> None:
            raise ValueError("no")

        return await step.do("pay", RETRIES, fails)

    instance = await server.start(run)
    await server.waiting(instance)
    await instance.debug(read_debug({"pins": {"pay": None}}))
    await server.advance(60_000)
    assert await output(server, instance) is None
    assert len(await server.entries(instance, "attempt_started")) == 1


async def test_a_pinned_secret_stays_one_in_the_step(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return await step.do("secret", {"sensitive": "output"}, lambda: UNDEFINED)

    instance = await began(server, run, pins={"secret": "hush"})
    await server.ended(instance)
    [completed] = await server.entries(instance, "step_completed")
    assert completed["output"] == "[REDACTED]"
