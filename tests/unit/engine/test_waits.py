"""`sleep`, `sleepUntil`, `waitForEvent`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from playground.core.durations import DAY
from playground.core.errors import RemoteError, TenantError, WorkflowError, WorkflowFatalError
from playground.core.values import INVALID_DATE, UNDEFINED
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Gate, Server


async def test_a_sleep_ends_at_its_deadline_and_not_before(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.sleep("nap", "2 minutes")
        return "rested"

    instance = await server.start(run)
    await server.waiting(instance)
    await server.advance(119_999)
    await asyncio.sleep(0.01)
    assert (await instance.status()).status == "waiting"
    await server.advance(1)
    await server.ended(instance)
    [started] = await server.entries(instance, "sleep_started")
    [completed] = await server.entries(instance, "sleep_completed")
    assert (started["until"] - started["time"], completed["time"]) == (120_000, started["until"])


@pytest.mark.parametrize("duration", [-1, float("nan"), "5 parsecs", "366 days", "", None, [], "1000"])
async def test_sleep__no(server: Server, duration: Any) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.sleep("nap", duration)

    name, message = await server.error(run)
    assert name == "WorkflowFatalError"
    assert message.startswith('Sleep "nap": ')


async def test_sleep_until_takes_dates_and_numbers(server: Server) -> None:
    start = server.clock.now()

    async def run(step: WorkflowStep) -> Any:
        await step.sleep_until("number", start + 1000)
        await step.sleep_until("date", datetime.fromtimestamp((start + 3000) / 1000, UTC))
        return server.clock.now() - start

    instance = await server.start(run)
    await server.seen(instance, "workflow_waiting", 1)
    await server.advance(1000)
    await server.seen(instance, "workflow_waiting", 2)
    await server.advance(2000)
    status = await server.ended(instance)
    assert status.output is not None
    assert status.output.data == b"j3000"


@pytest.mark.parametrize("when", ["tomorrow", None, float("nan"), float("inf"), INVALID_DATE, True])
async def test_sleep_until__no(server: Server, when: Any) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.sleep_until("nap", when)

    assert (await server.error(run))[0] == "WorkflowFatalError"


async def test_sleep_until_the_past_throws_when_first_reached(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.sleep_until("nap", server.clock.now() - 1)

    name, message = await server.error(run)
    assert name == "Error"
    assert "past" in message


async def test_a_moment_that_passed_in_a_crash_is_not_in_the_past_of_the_run(server: Server) -> None:
    started = Gate()

    async def run(step: WorkflowStep) -> Any:
        await step.do("first", lambda: 1)
        until = step.now() + timedelta(milliseconds=30)
        await started()
        await step.sleep_until("nap", until)
        return "awake"

    instance = await server.start(run)
    await started.reached.wait()
    after = await server.crash(run)
    started.opened.set()
    await after.advance(60_000)
    await after.engine.start()
    found = await after.find(instance.id)
    assert (await after.ended(found)).status == "complete"
    assert await after.entries(found, "sleep_started") != []


async def test_sleep_until_beyond_365_days(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.sleep_until("nap", datetime.fromtimestamp(server.clock.now() / 1000, UTC) + timedelta(366))

    assert await server.error(run) == ("WorkflowFatalError", 'Sleep "nap": a sleep is at most 365 days')


async def test_a_thousand_sleeps_in_parallel(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await asyncio.gather(*(step.sleep(f"nap {number}", 1000) for number in range(1000)))
        return "all"

    instance = await server.start(run)
    await server.waiting(instance)
    await server.advance(1000)
    assert (await server.ended(instance)).status == "complete"
    assert len(await server.entries(instance, "sleep_completed")) == 1000


async def test_a_wait_answers_payload_type_and_time(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        event = await step.wait_for_event("approval", type="approved")
        return [event["payload"], event["type"], event["timestamp"].timestamp() * 1000 - start]

    start = server.clock.now()
    instance = await server.start(run)
    await server.waiting(instance)
    await server.advance(5000)
    await instance.send_event(type="approved", payload={"by": "me"})
    status = await server.ended(instance)
    assert status.output is not None
    assert status.output.data in (b'j[{"by":"me"},"approved",5000.0]', b'j[{"by":"me"},"approved",5000]')
    [completed] = await server.entries(instance, "wait_completed")
    [received] = await server.entries(instance, "event_received")
    assert (completed["event"], completed["payload"], completed["eventType"]) == (
        received["seq"],
        {"by": "me"},
        "approved",
    )


async def test_without_a_payload(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return (await step.wait_for_event("go", type="go"))["payload"] is UNDEFINED

    instance = await server.start(run)
    await instance.send_event(type="go")
    status = await server.ended(instance)
    assert status.output is not None
    assert status.output.data == b"jtrue"


async def test_early_events_are_kept_in_order_per_type(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.sleep("first", 1000)
        waits = [("b", "b1"), ("a", "a1"), ("a", "a2"), ("b", "b2")]
        return [(await step.wait_for_event(name, type=type))["payload"] for type, name in waits]

    instance = await server.start(run)
    for type, payload in [("a", 1), ("b", 2), ("a", 3), ("b", 4)]:
        await instance.send_event(type=type, payload=payload)
    await server.waiting(instance)
    await server.advance(1000)
    status = await server.ended(instance)
    assert status.output is not None
    assert status.output.data == b"j[2,1,3,4]"


async def test_each_event_wakes_one_waiter_in_the_order_of_their_beginning(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        events = await asyncio.gather(*(step.wait_for_event(name, type="x") for name in "abc"))
        return [event["payload"] for event in events]

    instance = await server.start(run)
    await server.seen(instance, "wait_started", 3)
    for number in (1, 2, 3):
        await instance.send_event(type="x", payload=number)
    status = await server.ended(instance)
    assert status.output is not None
    assert status.output.data == b"j[1,2,3]"
    woken = await server.entries(instance, "wait_completed")
    assert [entry["step"]["name"] for entry in woken] == ["a", "b", "c"]


async def _times_out(step: WorkflowStep) -> Any:
    try:
        await step.wait_for_event("slow", type="x", timeout="1 second")
    except RemoteError as error:
        return [error.name, error.message]


async def test_a_wait_times_out(server: Server) -> None:
    instance = await server.start(_times_out)
    await server.waiting(instance)
    await server.advance(1000)
    status = await server.ended(instance)
    assert status.output is not None
    assert status.output.data == b'j["WorkflowTimeoutError","Execution timed out after 1000ms"]'


async def test_a_wait_takes_24_hours_unless_told_otherwise(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.wait_for_event("slow", type="x")

    instance = await server.start(run)
    await server.waiting(instance)
    [started] = await server.entries(instance, "wait_started")
    assert started["until"] - started["time"] == DAY


@pytest.mark.parametrize(("sent_at", "taken"), [(999, True), (1000, False), (1001, False)])
async def test_events_around_the_timeout(server: Server, sent_at: int, taken: bool) -> None:
    """The server is down at the deadline, so that only times can decide."""

    async def run(step: WorkflowStep) -> Any:
        try:
            return (await step.wait_for_event("slow", type="x", timeout=1000))["payload"]
        except RemoteError as error:
            return error.name

    instance = await server.start(run, id="around")
    await server.waiting(instance)
    after = await server.crash(run)
    server.clock.set(server.clock.now() + sent_at)
    found = await after.find("around")
    sending = asyncio.create_task(found.send_event(type="x", payload="taken"))
    await sending
    server.clock.set(server.clock.now() + 5000)
    await after.engine.start()
    status = await after.ended(found)
    assert status.output is not None
    assert status.output.data == (b'j"taken"' if taken else b'j"WorkflowTimeoutError"')


async def test_a_waiter_that_timed_out_takes_nothing(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        first = await _times_out(step)
        await step.sleep("between", 1000)
        return [first[0], (await step.wait_for_event("second", type="x"))["payload"]]

    instance = await server.start(run)
    await server.seen(instance, "workflow_waiting", 1)
    await server.advance(1000)
    await server.seen(instance, "workflow_waiting", 2)
    await instance.send_event(type="x", payload="late")
    await server.advance(1000)
    status = await server.ended(instance)
    assert status.output is not None
    assert status.output.data == b'j["WorkflowTimeoutError","late"]'


@pytest.mark.parametrize(
    "options",
    [
        None,
        {},
        {"type": ""},
        {"type": "-a"},
        {"type": "a b"},
        {"type": "x" * 101},
        {"type": 5},
        {"type": "a", "timeout": -1},
        {"type": "a", "timeout": "366 days"},
        {"type": "a", "tiemout": 5},
    ],
    ids=str,
)
async def test_wait_options__no(server: Server, options: Any) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.journaled.wait_for_event("wait", options)

    name, message = await server.error(run)
    assert name == "WorkflowFatalError"
    assert message.startswith('waitForEvent "wait"')


@pytest.mark.parametrize("type", ["", "-a", "a b", "x" * 101, 5, None], ids=str)
async def test_event_types_that_cannot_be_sent(server: Server, type: Any) -> None:
    instance = await server.start(_times_out)
    with pytest.raises(WorkflowError, match="type"):
        await instance.send_event(type=type)


async def test_a_payload_that_is_too_large(server: Server) -> None:
    instance = await server.start(_times_out)
    with pytest.raises(WorkflowError, match="too large"):
        await instance.send_event(type="x", payload="x" * (1024 * 1024))
    with pytest.raises(WorkflowError, match="not a value"):
        await instance.send_event(type="x", payload=len)
    assert await server.entries(instance, "event_received") == []


async def test_a_large_payload_and_a_large_result_survive_a_replay(server: Server) -> None:
    large = "x" * 200_000

    async def run(step: WorkflowStep) -> Any:
        result = await step.do("large", lambda: large)
        event = await step.wait_for_event("large", type="x")
        await step.sleep("nap", 1000)
        return [len(result), len(event["payload"])]

    instance = await server.start(run, id="large")
    await instance.send_event(type="x", payload=large)
    await server.waiting(instance)
    after = await server.crash(run)
    await after.engine.start()
    await server.advance(1000)
    status = await after.ended(await after.find("large"))
    assert status.output is not None
    assert status.output.data == b"j[200000,200000]"


async def test_sending_to_a_finished_instance(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return 1

    instance = await server.start(run)
    await server.ended(instance)
    with pytest.raises(WorkflowError, match="the instance is complete"):
        await instance.send_event(type="x")


async def test_errors_of_tenants_are_tenant_errors() -> None:
    assert issubclass(WorkflowFatalError, TenantError)
