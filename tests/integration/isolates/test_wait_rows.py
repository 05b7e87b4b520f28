"""What sleeps, waits and replays promise tenants, in JavaScript over a real engine and a real isolate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.core.codec import decode
from playground.engine.engine import EngineSettings
from tests.integration.isolates.conftest import Isolates
from tests.integration.isolates.flows import Flows, opened


@pytest.fixture
async def flows(isolates: Isolates, tmp_path: Path) -> AsyncIterator[Flows]:
    async with opened(isolates, tmp_path, pace_ms=20) as made:
        yield made


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ("step.sleep('a', -1)", "cannot be negative"),
        ("step.sleep('a', NaN)", "cannot be NaN"),
        ("step.sleep('a', '5 parsecs')", "5 parsecs"),
        ("step.sleep('a', '366 days')", "365 days"),
        ("step.sleep('a', undefined)", "a duration is a number"),
        ("step.sleep('a\\n', 1)", "exceeds max length (256 chars) or invalid characters"),
        ("step.sleepUntil('a', 'tomorrow')", "a valid Date"),
        ("step.sleepUntil('a', new Date(NaN))", "a valid Date"),
        ("step.sleepUntil('a', Date.now() + 366 * 86400000)", "365 days"),
        ("step.waitForEvent('a')", "needs { type, timeout? }"),
        ("step.waitForEvent('a', { type: '' })", "type must be"),
        ("step.waitForEvent('a', { type: '-x' })", "type must be"),
        ("step.waitForEvent('a', { type: 'x', timeout: -1 })", "timeout"),
    ],
)
async def test_what_is_refused(flows: Flows, ask: str, words: str) -> None:
    said = await flows.output(f"return await {ask}.then(() => 'fine', named);")
    assert said.startswith("WorkflowFatalError: ")
    assert words in said


async def test_sleep_until_the_past_throws_an_error(flows: Flows) -> None:
    said = await flows.output("return await step.sleepUntil('a', Date.now() - 1).catch(named);")
    assert said.startswith("Error: ")
    assert "past" in said


async def test_a_thousand_sleeps_at_once(flows: Flows) -> None:
    assert (
        await flows.output("""
        const nap = (_, i) => step.sleep(`nap ${i}`, 1 + (i % 7)).then(() => i);
        const naps = Array.from({ length: 1000 }, nap);
        return (await Promise.all(naps)).length;
    """)
        == 1000
    )


async def test_events_are_kept_and_wake_in_order(flows: Flows) -> None:
    instance = await flows.start("""
        await step.waitForEvent("gate", { type: "gate" });
        const [first, second] = await Promise.all([
          step.waitForEvent("one", { type: "x" }),
          step.waitForEvent("two", { type: "x" }),
        ]);
        const third = await step.waitForEvent("three", { type: "x" });
        const late = await step.waitForEvent("four", { type: "x", timeout: 5 }).catch(named);
        const date = first.timestamp instanceof Date && first.type === "x";
        return [first.payload, second.payload, third.payload, late, date];
    """)
    for payload in (1, 2, 3):
        await instance.send_event(type="x", payload=payload)
    await instance.send_event(type="gate")
    status = await flows.server.ended(instance)
    assert status.output is not None
    timeout = "WorkflowTimeoutError: Execution timed out after 5ms"
    assert decode(status.output) == [1, 2, 3, timeout, True]


async def test_a_write_to_the_event_throws(flows: Flows) -> None:
    assert (
        await flows.output(
            """
        const writes = [
          () => { event.payload = 1; },
          () => { event.payload.deep.push(1); },
          () => { event.timestamp.setTime(0); },
          () => { delete event.instanceId; },
        ];
        const name = (write) => { try { write(); return "fine"; } catch (error) { return error.name; } };
        return writes.map(name);
        """,
            {"deep": [1]},
        )
        == ["TypeError"] * 4
    )


RACES = {
    "race": "Promise.race(racers)",
    "any": "Promise.any([Promise.reject(new Error('x')), ...racers])",
    "allSettled": "Promise.allSettled(racers).then((all) => all.map((one) => one.status + one.value).join())",
    "order": "Promise.all(racers.map((one) => one.then((who) => order.push(who)))).then(() => order.join())",
}


@pytest.mark.parametrize("losses", [[1], [2], [3], [1, 3], [2, 4]])
@pytest.mark.parametrize("kind", RACES)
async def test_who_wins_is_the_same_after_every_loss(flows: Flows, kind: str, losses: list[int]) -> None:
    instance = await flows.start(f"""
        const order = [];
        const racer = (who, ms) => step.do(who, () => new Promise((done) => setTimeout(done, ms, who)));
        const racers = [racer("a", 9), racer("b", 3), racer("c", 6)];
        const won = await {RACES[kind]};
        say(won);
        await step.do("after", async () => won);
        await Promise.allSettled(racers);
        await step.do("last", async () => 1);
        return won;
    """)
    for completions in losses:
        await flows.server.seen(instance, "step_completed", completions)
        await flows.lose_isolate()
    status = await flows.server.ended(instance)
    assert status.status == "complete", status
    assert status.output is not None
    after = next(
        entry
        for entry in await flows.server.entries(instance, "step_completed")
        if entry["step"]["name"] == "after"
    )
    assert after["output"] == decode(status.output)
    assert await flows.server.entries(instance, "nondeterminism_detected") == []


async def test_names_made_of_time_and_chance_repeat(flows: Flows) -> None:
    instance = await flows.start("""
        for (let i = 0; i < 3; i++) {
          await step.do(`at ${Date.now()} ${Math.random()}`, async () => i);
          await step.sleep(`night ${Math.random()}`, 30);
        }
    """)
    for completions in (1, 2, 3):
        await flows.server.seen(instance, "step_completed", completions)
        await flows.lose_isolate()
    assert (await flows.server.ended(instance)).status == "complete"
    assert len(await flows.server.entries(instance, "step_started")) == 3
    assert await flows.server.entries(instance, "nondeterminism_detected") == []


async def test_names_that_do_not_repeat_are_told_of(flows: Flows) -> None:
    instance = await flows.start("""
        await step.do(`id ${crypto.randomUUID()}`, async () => 1);
        await step.do("second", async () => 1);
        await step.waitForEvent("go", { type: "go" });
        await step.do("last", async () => 1);
    """)
    await flows.server.waiting(instance)
    await asyncio.sleep(0.05)
    await flows.lose_isolate()
    await instance.send_event(type="go")
    assert (await flows.server.ended(instance)).status == "complete"
    (told,) = await flows.server.entries(instance, "nondeterminism_detected")
    assert told["expected"].startswith('step.do "id ')
    assert told["found"].startswith('step.do "id ')
    assert told["found"] != told["expected"]


async def test_a_timer_beside_steps_is_no_false_alarm(flows: Flows) -> None:
    instance = await flows.start("""
        const slowly = async () => {
          await new Promise((done) => setTimeout(done, 40));
          await step.do("after the timer", async () => 1);
        };
        const steadily = async () => {
          for (let i = 0; i < 6; i++) {
            await step.do(`s${i}`, () => new Promise((done) => setTimeout(done, 10)));
          }
        };
        await Promise.all([slowly(), steadily()]);
    """)
    for completions in (2, 6):
        await flows.server.seen(instance, "step_completed", completions)
        await flows.lose_isolate()
    assert (await flows.server.ended(instance)).status == "complete"
    assert await flows.server.entries(instance, "nondeterminism_detected") == []


async def test_names_that_do_not_repeat_error_a_strict_workflow(isolates: Isolates, tmp_path: Path) -> None:
    async with opened(isolates, tmp_path, settings=EngineSettings(strict=True)) as flows:
        instance = await flows.start("""
            await step.do(`id ${crypto.randomUUID()}`, async () => 1, { rollback: () => say("undone") });
            await step.do("kept", async () => 1, { rollback: () => say("undone too") });
            await step.waitForEvent("go", { type: "go" });
        """)
        await flows.server.waiting(instance)
        await flows.lose_isolate()
        await instance.send_event(type="go")
        status = await flows.server.ended(instance)
    assert status.status == "errored"
    assert status.error is not None
    assert status.error.name == "NonDeterminismError"
    assert 'expected step.do "id ' in status.error.message
