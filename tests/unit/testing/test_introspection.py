"""`playground.testing` for workflows in Python."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from playground import (
    UNDEFINED,
    NonRetryableError,
    RemoteError,
    WorkflowEntrypoint,
    WorkflowError,
    WorkflowEvent,
    WorkflowFatalError,
    WorkflowStep,
    testing,
)
from playground.core.errors import ErrorRecord

called: list[str] = []


class Order(WorkflowEntrypoint):
    """Reserves, sleeps, asks, charges."""

    async def run(self, event: WorkflowEvent, step: WorkflowStep) -> object:
        def reserve() -> int:
            called.append("reserve")
            return 17

        reserved = await step.do("reserve", reserve)
        await step.sleep("cool down", "10 minutes")
        answer = await step.wait_for_event("approval", type="approval", timeout="3 days")
        if not answer["payload"]["approved"]:
            return {"refused": reserved}

        def charge() -> str:
            called.append("charge")
            raise RuntimeError("no network in tests")

        charged = await step.do("charge", {"retries": {"limit": 2, "delay": "1 hour"}}, charge)
        return {"number": reserved, "charged": charged}


@pytest.fixture
async def bench() -> AsyncIterator[testing.Bench]:
    called.clear()
    async with testing.workflows(Order) as bench:
        yield bench


async def test_an_instance_is_made_ready_before_it_is_created(bench: testing.Bench) -> None:
    began = bench.clock.now()
    async with bench.introspect_instance("order-1") as run:
        run.disable_sleeps()
        run.mock_step_result("charge", {"receipt": 4})
        await run.mock_event("approval", {"approved": True})
        instance = await bench.create(id="order-1")
        assert await run.wait_for_status("complete") == "complete"
        assert await run.get_output() == {"number": 17, "charged": {"receipt": 4}}
        assert await run.wait_for_step_result("reserve") == 17
        assert await run.wait_for_step_result("charge") == {"receipt": 4}
        assert [step["name"] for step in await run.steps()] == ["reserve", "cool down", "approval", "charge"]
        assert (await instance.status()).status == "complete"
    assert called == ["reserve"]
    assert bench.clock.now() == began


async def test_what_is_mocked_is_committed_like_anything_else(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        run.disable_sleeps()
        run.mock_step_result("charge", "paid")
        await run.mock_event("approval", {"approved": True})
        await bench.create(id="a")
        await run.wait_for_status("complete")
        entries = [entry.type for entry in await bench.engine.history("", "a")]
    assert entries.index("event_received") < entries.index("step_started")
    entries.remove("event_received")
    assert entries == [
        *("workflow_queued", "workflow_started"),
        *("step_started", "attempt_started", "attempt_completed", "step_completed"),
        *("sleep_started", "sleep_completed", "wait_started", "wait_completed"),
        *("step_started", "attempt_started", "attempt_completed", "step_completed", "workflow_completed"),
    ]


async def test_the_id_is_free_again_and_the_changes_are_over(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        run.mock_step_result("reserve", 1)
        instance = await bench.create(id="a")
        assert await run.wait_for_step_result("reserve") == 1
    with pytest.raises(WorkflowError, match="not_found"):
        await instance.status()
    async with bench.introspect_instance("a") as run:
        await bench.create(id="a")
        assert await run.wait_for_step_result("reserve") == 17


async def test_the_clock_is_moved_by_hand(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        began = bench.clock.now()
        await bench.create(id="a")
        assert (await run.wait_for_step("cool down"))["state"] == "sleeping"
        await bench.advance("9 minutes")
        assert (await run.wait_for_step("cool down"))["state"] == "sleeping"
        await bench.advance(60_000)
        step = await run.wait_for_step("cool down")
        assert (step["state"], step["ended"] - began) == ("completed", 600_000)
        assert (await run.wait_for_step("approval", kind="wait"))["state"] == "waiting"
        await bench.advance("3 days")
        assert await run.wait_for_status("errored") == "errored"
        error = await run.get_error()
        assert (error.name, error.message) == (
            "WorkflowTimeoutError",
            "Execution timed out after 259200000ms",
        )


async def test_each_deadline_comes_at_its_own_time(bench: testing.Bench) -> None:
    run = bench.introspect_instance("a")
    async with run:
        run.disable_sleeps()
        run.mock_step_error("charge", "declined")
        await run.mock_event("approval", {"approved": True})
        await bench.create(id="a")
        await bench.settle()
        began = bench.clock.now()
        await bench.advance("1 day")
        assert await run.wait_for_status("errored") == "errored"
        attempts = (await run.wait_for_step("charge"))["attempts"]
        assert [attempt["started"] - began for attempt in attempts] == [0, 3_600_000, 3 * 3_600_000]
    assert called == ["reserve"]


async def test_retry_delays_are_disabled(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        run.disable_sleeps("cool down")
        run.disable_retry_delays("charge")
        await run.mock_event("approval", {"approved": True})
        await bench.create(id="a")
        await run.wait_for_status("errored")
        step = await run.wait_for_step("charge", kind="do")
        assert [attempt["started"] for attempt in step["attempts"]] == [bench.clock.now()] * 3
        with pytest.raises(RemoteError, match="no network"):
            await run.wait_for_step_result("charge")
    assert called == ["reserve", "charge", "charge", "charge"]


async def test_errors_are_mocked_a_number_of_times(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        run.disable_sleeps()
        run.disable_retry_delays()
        run.mock_step_error("charge", ConnectionError("down"), times=1)
        run.force_step_timeout("charge", times=1)
        run.mock_step_result("charge", "paid")
        await run.mock_event("approval", {"approved": True})
        await bench.create(id="a")
        assert await run.wait_for_step_result("charge") == "paid"
        errors = [attempt["error"] for attempt in (await run.wait_for_step("charge"))["attempts"]]
    assert [error and (error["name"], error["message"]) for error in errors] == [
        ("ConnectionError", "down"),
        ("WorkflowTimeoutError", "Execution timed out after 600000ms"),
        None,
    ]
    assert called == ["reserve"]


async def test_the_callback_is_called_once_the_mocked_errors_are_used_up(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        run.disable_retry_delays()
        run.mock_step_error("reserve", ErrorRecord("TypeError", "no"), times=2)
        await bench.create(id="a")
        assert await run.wait_for_step_result("reserve") == 17
        attempts = (await run.wait_for_step("reserve"))["attempts"]
    assert [attempt["error"]["name"] for attempt in attempts[:2]] == ["TypeError", "TypeError"]
    assert called == ["reserve"]


async def test_an_error_that_is_not_retried(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        run.mock_step_error("reserve", NonRetryableError("sold out"))
        await bench.create(id="a")
        with pytest.raises(NonRetryableError, match="sold out"):
            await run.wait_for_step_result("reserve")
        assert (await run.wait_for_status("errored", "complete")) == "errored"
        assert (await run.get_error()).message == "sold out"


async def test_a_wait_is_made_to_time_out_and_takes_no_event(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        run.disable_sleeps()
        run.force_event_timeout("approval")
        await run.mock_event("approval", {"approved": True})
        await bench.create(id="a")
        await run.wait_for_status("errored")
        assert (await run.get_error()).name == "WorkflowTimeoutError"
        assert (await run.wait_for_step("approval"))["state"] == "timed_out"


async def test_an_event_is_sent_to_an_instance_that_waits(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        run.disable_sleeps()
        await bench.create(id="a")
        await run.wait_for_step("approval")
        await run.mock_event("approval", {"approved": False})
        await run.wait_for_status("complete")
        assert await run.get_output() == {"refused": 17}
        with pytest.raises(WorkflowError, match="cannot_send_event"):
            await run.mock_event("approval", UNDEFINED)


async def test_all_instances_of_a_workflow_are_changed(bench: testing.Bench) -> None:
    before = await bench.create(id="before")
    await bench.settle()
    async with bench.introspect_workflow() as order:
        order.disable_sleeps()
        order.disable_retry_delays()
        order.mock_step_error("charge", "down", times=1)
        order.mock_step_result("charge", "paid")
        await order.mock_event("approval", {"approved": True})
        for id in ("a", "b"):
            await bench.create(id=id)
        runs = await order.instances()
        assert [run.id for run in runs] == ["a", "b"]
        for run in runs:
            await run.wait_for_status("complete")
            assert len((await run.wait_for_step("charge"))["attempts"]) == 2
    assert (await before.status()).status == "waiting"
    with pytest.raises(WorkflowError, match="not_found"):
        await bench.workflow().get("a")


async def test_events_for_all_come_to_those_that_there_are(bench: testing.Bench) -> None:
    async with bench.introspect_workflow() as order:
        order.disable_sleeps()
        instance = await bench.create()
        (run,) = await order.instances()
        await run.wait_for_step("approval")
        await order.mock_event("approval", {"approved": False})
        assert await instance.result() == {"refused": 17}
        await order.mock_event("approval", {"approved": False})


async def test_the_changes_of_an_instance_go_before_those_of_all(bench: testing.Bench) -> None:
    async with bench.introspect_workflow() as order, bench.introspect_instance("b") as special:
        order.mock_step_result("reserve", 1)
        special.mock_step_result("reserve", 2)
        await bench.create(id="a")
        await bench.create(id="b")
        results = [await run.wait_for_step_result("reserve") for run in await order.instances()]
    assert results == [1, 2]


async def test_one_instance_has_one_introspector_at_a_time(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a"):
        with pytest.raises(ValueError, match="introspected already"):
            await bench.introspect_instance("a").__aenter__()


async def test_a_step_that_never_comes_is_told_of_with_those_that_came(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        with pytest.raises(testing.IntrospectionError) as failed:
            await run.wait_for_step_result("reserve", patience=0.01)
        assert str(failed.value) == (
            'the result of step "reserve" did not come within 0.01 s: there is no such instance'
        )
        await bench.create(id="a")
        await bench.settle()
        with pytest.raises(testing.IntrospectionError) as failed:
            await run.wait_for_step_result("ship", count=2, patience=0.3)
        assert str(failed.value) == (
            'the result of step "ship" (number 2) did not come within 0.3 s: instance "a" is waiting; '
            'its steps are do "reserve" completed, sleep "cool down" sleeping'
        )


async def test_a_wait_for_what_cannot_come_any_more_ends_at_once(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        run.mock_step_error("reserve", NonRetryableError("sold out"))
        await bench.create(id="a")
        with pytest.raises(testing.IntrospectionError) as failed:
            await run.wait_for_status("complete", patience=60)
        assert str(failed.value) == (
            'status complete never came: instance "a" is errored (NonRetryableError: sold out); '
            'its steps are do "reserve" failed'
        )
        with pytest.raises(testing.IntrospectionError, match='sleep "cool down" never came'):
            await run.wait_for_step("cool down", kind="sleep", patience=60)
        with pytest.raises(testing.IntrospectionError, match="no output: instance"):
            await run.get_output()


async def test_there_is_no_error_where_there_is_none(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        with pytest.raises(WorkflowError, match="not_found"):
            await run.get_output()
        await bench.create(id="a")
        with pytest.raises(testing.IntrospectionError, match="no error: instance"):
            await run.get_error()


async def test_what_is_no_value_cannot_be_mocked(bench: testing.Bench) -> None:
    run = bench.introspect_instance("a")
    with pytest.raises(WorkflowFatalError, match='The mocked result of step "reserve"'):
        run.mock_step_result("reserve", object())
    with pytest.raises(ValueError, match="at least 1"):
        run.mock_step_error("reserve", "no", times=0)
    with pytest.raises(ValueError, match="begins with 1"):
        run.force_step_timeout("reserve", count=0)
    with pytest.raises(WorkflowError, match="type"):
        await run.mock_event("-")
    with pytest.raises(WorkflowError, match="invalid id"):
        bench.introspect_instance("no id")


async def test_a_replay_sees_what_was_mocked(bench: testing.Bench) -> None:
    async with bench.introspect_instance("a") as run:
        run.mock_step_result("reserve", 1, times=1)
        await bench.create(id="a")
        await bench.advance("5 minutes")
        assert bench.engine.in_memory == 0
        await bench.advance("5 minutes")
        await run.mock_event("approval", {"approved": False})
        assert await run.wait_for_status("complete") == "complete"
        assert await run.get_output() == {"refused": 1}
    assert called == []


def test_it_runs_in_plain_asyncio_too() -> None:
    async def main() -> object:
        async with testing.workflows(Order) as bench, bench.introspect_instance("a") as run:
            run.disable_sleeps()
            await run.mock_event("approval", {"approved": False})
            await bench.create(id="a")
            await run.wait_for_status("complete")
            return await run.get_output()

    assert asyncio.run(main()) == {"refused": 17}
