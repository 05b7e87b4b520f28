"""Rollback handlers written in JavaScript, over a real engine and a real isolate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.isolates.conftest import Isolates
from tests.integration.isolates.flows import Flows, opened
from tests.unit.engine.undone import outcome


@pytest.fixture
async def flows(isolates: Isolates, tmp_path: Path) -> AsyncIterator[Flows]:
    async with opened(isolates, tmp_path) as made:
        yield made


async def test_handlers_are_given_what_they_undo(flows: Flows) -> None:
    instance = await flows.start("""
        const rollback = async ({ ctx, error, output, stepName }) => {
          const { step, attempt, config } = ctx;
          say(stepName, step.count, attempt, config.timeout, error instanceof Error, error.message, output);
        };
        await step.do("charge", async () => ({ id: 7 }), { rollback });
        await step.do("note", { timeout: 5000 }, async () => undefined, { rollback, rollbackConfig: once });
        await step.do("charge", once, async () => { throw new TypeError("declined"); }, { rollback });
    """)
    status = await flows.server.ended(instance)
    assert outcome(status) == ("errored", "complete")
    assert status.error is not None
    assert (status.error.name, status.error.message) == ("TypeError", "declined")
    minutes = 600_000
    assert await flows.said(instance) == [
        ["charge", 2, 1, minutes, True, "declined", None],
        ["note", 1, 1, 5000, True, "declined", None],
        ["charge", 1, 1, minutes, True, "declined", {"id": 7}],
    ]


async def test_a_handler_may_answer_what_is_no_value(flows: Flows) -> None:
    instance = await flows.start("""
        await step.do("a", async () => 1, { rollback: async () => () => 1 });
        throw new Error("no");
    """)
    assert outcome(await flows.server.ended(instance)) == ("errored", "complete")


async def test_a_handler_that_throws_is_tried_again_and_then_stops_the_chain(flows: Flows) -> None:
    instance = await flows.start("""
        await step.do("first", async () => 1, { rollback: async () => say("first") });
        let tries = 0;
        await step.do("second", async () => 1, {
          rollback: async ({ ctx }) => { say("second", ++tries); throw new RangeError("stuck"); },
          rollbackConfig: { retries: { limit: 2, delay: 1, backoff: "constant" } },
        });
        throw new Error("no");
    """)
    status = await flows.server.ended(instance)
    assert outcome(status) == ("errored", "failed")
    assert status.rollback is not None
    assert status.rollback.error is not None
    assert (status.rollback.error.name, status.rollback.error.message) == ("RangeError", "stuck")
    assert await flows.said(instance) == [["second", 1], ["second", 2], ["second", 3]]


async def test_a_handler_that_spins_fails_its_attempt(flows: Flows) -> None:
    instance = await flows.start("""
        await step.do("first", async () => 1, { rollback: async () => say("first") });
        await step.do("spins", async () => 1, { rollback: () => { while (true); } });
        throw new Error("no");
    """)
    status = await flows.server.ended(instance)
    assert outcome(status) == ("errored", "failed")
    assert status.rollback is not None
    assert status.rollback.error is not None
    assert status.rollback.error.name == "CpuLimitError"
    assert await flows.said(instance) == []


async def test_a_run_that_spins_is_undone_up_to_where_it_spins(flows: Flows) -> None:
    instance = await flows.start("""
        await step.do("first", async () => 1, { rollback: async () => say("first") });
        await step.do("plain", async () => 1);
        await step.do("second", async () => 1, { rollback: async () => say("second") });
        while (true);
    """)
    status = await flows.server.ended(instance)
    assert outcome(status) == ("errored", "complete")
    assert status.error is not None
    assert status.error.name == "CpuLimitError"
    assert await flows.said(instance) == [["second"], ["first"]]


async def test_steps_inside_a_handler_are_refused(flows: Flows) -> None:
    instance = await flows.start("""
        await step.do("a", async () => 1, { rollback: async () => {
          await step.do("inner", async () => 2).catch((error) => say(error.name, error.message));
          await step.sleep("nap", 1).catch((error) => say(error.name));
        } });
        throw new Error("no");
    """)
    assert outcome(await flows.server.ended(instance)) == ("errored", "complete")
    first, second = await flows.said(instance)
    assert first[0] == second[0] == "WorkflowFatalError"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("{ rollback: 5 }", 'Rollback for "a" must be a function'),
        ("{}", 'Rollback for "a" must be a function'),
        ("() => 1", 'Rollback for "a" must be a function'),
        (
            "{ rollback: () => 1, rollbackConfig: { timeout: 0 } }",
            'Rollback config for "a" is in an invalid format: timeout must be more than 0',
        ),
    ],
)
async def test_options_that_are_none(flows: Flows, options: str, words: str) -> None:
    instance = await flows.start(f"await step.do('a', async () => 1, {options});")
    status = await flows.server.ended(instance)
    assert status.error is not None
    assert (status.error.name, status.error.message) == ("WorkflowFatalError", words)


async def test_termination_undoes_what_started(flows: Flows) -> None:
    instance = await flows.start("""
        const rollback = async ({ error, stepName, output }) => say(stepName, error.name, output);
        await Promise.all([
          step.do("a", async () => 1, { rollback }),
          step.do("b", async () => new Promise(() => {}), { rollback }),
        ]);
    """)
    await flows.server.seen(instance, "step_completed")
    await instance.terminate(rollback=True)
    assert outcome(await flows.server.ended(instance)) == ("terminated", "complete")
    assert await flows.said(instance) == [["b", "Terminated", None], ["a", "Terminated", 1]]


@pytest.mark.parametrize("handlers", [1, 2, 3])
async def test_handlers_outlive_their_isolate(flows: Flows, handlers: int) -> None:
    """The isolate is lost when some have run: the others are called in another one, and those not again."""
    instance = await flows.start("""
        for (const name of ["a", "b", "c", "d"]) {
          await step.do(name, async () => name, { rollback: async ({ output }) => {
            say(output);
            await new Promise((done) => setTimeout(done, 5));
          } });
        }
        throw new Error("no");
    """)
    await flows.server.seen(instance, "rollback_step_completed", handlers)
    await flows.lose_isolate()
    assert outcome(await flows.server.ended(instance)) == ("errored", "complete")
    types = await flows.server.types(instance)
    assert types.count("rollback_step_completed") == 4
    said = [name for (name,) in await flows.said(instance)]
    assert list(dict.fromkeys(said)) == ["d", "c", "b", "a"]
    assert len(said) <= 5


async def test_many_handlers_of_many_instances(flows: Flows) -> None:
    body = """
        let undone = 0;
        const rollback = async () => { undone++; };
        for (let i = 0; i < 60; i++) await step.do("s", async () => i, { rollback });
        await step.do("last", async () => 1, { rollback: () => undone });
        throw new Error("no");
    """
    first = await flows.start(body)
    others = [await flows.server.engine.workflow("flow").create() for _ in range(7)]
    ended = await asyncio.gather(*(flows.server.ended(instance) for instance in [first, *others]))
    assert {outcome(status) for status in ended} == {("errored", "complete")}
