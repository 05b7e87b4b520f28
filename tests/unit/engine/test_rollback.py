"""Rollback: which handlers are called, when, with what, and how often."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.errors import NonRetryableError
from playground.core.values import UNDEFINED
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Gate, Server
from tests.unit.engine.undone import ONCE, Undone, fail, outcome


async def test_steps_are_undone_in_reverse_order_of_their_start_and_failed_ones_too(server: Server) -> None:
    undone = Undone()

    async def run(step: WorkflowStep) -> Any:
        await step.do("first", lambda: 1, rollback=undone)
        await step.do("plain", lambda: 2)
        await step.do("second", lambda: 3, rollback=undone)
        await step.do("bad", ONCE, fail, rollback=undone)

    status = await server.finish(run)
    assert outcome(status) == ("errored", "complete")
    assert status.error is not None
    assert (status.error.name, status.error.message) == ("ValueError", "no")
    assert undone.names == ["bad", "second", "first"]
    assert [given.output for given in undone.given] == [UNDEFINED, 3, 1]
    assert {given.error.message for given in undone.given} == {"no"}
    first = undone.given[-1].ctx
    assert (first.step.kind, first.step.name, first.step.count, first.attempt) == ("do", "first", 1, 1)
    assert first.config["retries"]["limit"] == 5


async def test_parallel_steps_are_undone_by_their_start_not_their_end(server: Server) -> None:
    undone, gate = Undone(), Gate()

    async def run(step: WorkflowStep) -> Any:
        slow = step.do("slow", gate, rollback=undone)
        await step.do("quick", gate.opened.set, rollback=undone)
        await slow
        fail()

    await server.finish(run)
    assert undone.names == ["quick", "slow"]


async def test_the_log_tells_of_the_rollback_before_the_end(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.do("a", lambda: 1, rollback=lambda: None)
        fail()

    instance = await server.start(run)
    await server.ended(instance)
    types = await server.types(instance)
    assert types[types.index("rollback_started") :] == [
        "rollback_started",
        "rollback_step_started",
        "attempt_started",
        "attempt_completed",
        "rollback_step_completed",
        "rollback_completed",
        "workflow_errored",
    ]
    started, last = await server.entries(instance, "rollback_started", "workflow_errored")
    assert started["error"] == {"name": "ValueError", "message": "no"}
    assert last["rollback"] == {"outcome": "complete"}
    (undoing,) = await server.entries(instance, "rollback_step_started")
    assert undoing["step"] == {"kind": "rollback", "name": "a", "count": 1}


async def test_a_run_that_succeeds_undoes_nothing(server: Server) -> None:
    undone = Undone()

    async def run(step: WorkflowStep) -> Any:
        try:
            await step.do("caught", ONCE, fail, rollback=undone)
        except Exception:
            return await step.do("instead", lambda: "fine", rollback=undone)

    status = await server.finish(run)
    assert outcome(status) == ("complete", None)
    assert undone.names == []


async def test_a_failure_without_handlers_is_no_rollback(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.do("a", lambda: 1)
        fail()

    instance = await server.start(run)
    assert outcome(await server.ended(instance)) == ("errored", None)
    assert await server.entries(instance, "rollback_started", "rollback_completed") == []


async def test_a_handler_is_tried_again_as_its_configuration_says(server: Server) -> None:
    tries: list[int] = []

    def shaky() -> None:
        tries.append(server.clock.now())
        if len(tries) < 3:
            fail("not yet")

    async def run(step: WorkflowStep) -> Any:
        config = {"retries": {"limit": 2, "delay": 1000, "backoff": "linear"}}
        await step.do("a", lambda: 1, rollback=shaky, rollback_config=config)
        fail()

    start = server.clock.now()
    instance = await server.start(run)
    for delay, count in ((1000, 1), (2000, 2)):
        await server.seen(instance, "workflow_waiting", count)
        assert (await instance.status()).status == "waiting"
        await server.advance(delay)
    assert outcome(await server.ended(instance)) == ("errored", "complete")
    assert [time - start for time in tries] == [0, 1000, 3000]


async def test_the_first_handler_that_fails_for_good_stops_the_chain(server: Server) -> None:
    undone = Undone()

    async def run(step: WorkflowStep) -> Any:
        await step.do("first", lambda: 1, rollback=undone)
        await step.do("second", lambda: 1, rollback=lambda: fail("cannot undo"), rollback_config=ONCE)
        await step.do("third", lambda: 1, rollback=undone)
        fail("why")

    instance = await server.start(run)
    status = await server.ended(instance)
    assert outcome(status) == ("errored", "failed")
    assert status.error is not None
    assert status.error.message == "why"
    assert status.rollback is not None
    assert status.rollback.error is not None
    assert status.rollback.error.message == "cannot undo"
    assert undone.names == ["third"]
    types = await server.types(instance)
    assert types[-3:] == ["rollback_step_failed", "rollback_failed", "workflow_errored"]


async def test_a_handler_may_say_that_trying_again_is_no_use(server: Server) -> None:
    tries: list[int] = []

    def give_up() -> None:
        tries.append(1)
        raise NonRetryableError("never")

    async def run(step: WorkflowStep) -> Any:
        await step.do("a", lambda: 1, rollback=give_up)
        fail()

    assert outcome(await server.finish(run)) == ("errored", "failed")
    assert tries == [1]


async def test_a_handler_that_takes_too_long_is_timed_out(server: Server) -> None:
    gate = Gate()

    async def run(step: WorkflowStep) -> Any:
        await step.do("a", lambda: 1, rollback=gate, rollback_config={**ONCE, "timeout": 500})
        fail()

    instance = await server.start(run)
    await gate.reached.wait()
    await server.advance(500)
    status = await server.ended(instance)
    assert status.rollback is not None
    assert status.rollback.error is not None
    assert status.rollback.error.message == "Execution timed out after 500ms"


async def test_a_step_inside_a_handler_is_refused(server: Server) -> None:
    refused: list[str] = []

    async def run(step: WorkflowStep) -> Any:
        async def undo() -> None:
            for ask in (lambda: step.do("inner", lambda: 1), lambda: step.sleep("nap", 1)):
                try:
                    await ask()
                except Exception as error:
                    refused.append(str(error))

        await step.do("a", lambda: 1, rollback=undo)
        fail()

    instance = await server.start(run)
    assert outcome(await server.ended(instance)) == ("errored", "complete")
    assert refused == ["A step cannot be started inside the callback of another step"] * 2
    assert "sleep_started" not in await server.types(instance)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rollback": 5}, 'Rollback for "a" must be a function'),
        ({"rollback_config": ONCE}, 'Rollback for "a" must be a function'),
        (
            {"rollback": print, "rollback_config": {"retries": {"limit": 1}}},
            'Rollback config for "a" is in an invalid format: retries.delay is missing',
        ),
    ],
)
async def test_options_that_are_none(server: Server, options: Any, message: str) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.do("a", lambda: 1, **options)

    assert await server.error(run) == ("WorkflowFatalError", message)


async def test_lines_of_a_handler_are_its_attempts(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        step.log("outside")
        await step.do("a", lambda: 1, rollback=lambda: step.log("undoing"))
        fail()

    instance = await server.start(run)
    await server.ended(instance)
    outside, inside = await server.entries(instance, "log")
    assert outside["message"] == "outside"
    assert (inside["step"]["kind"], inside["attempt"]) == ("rollback", 1)
