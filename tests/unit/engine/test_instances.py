"""Creating, finding, terminating and listing instances."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

from playground.core.codec import decode
from playground.core.errors import WorkflowError
from playground.core.values import UNDEFINED
from playground.engine.step import WorkflowStep
from playground.storage.journal import Journal
from tests.unit.engine.harness import Gate, Server


async def nothing(step: WorkflowStep) -> Any:
    return None


async def waits(step: WorkflowStep) -> Any:
    await step.sleep("long", "1 day")


async def test_an_id_is_made_where_none_is_given(server: Server) -> None:
    instance = await server.start(nothing)
    assert uuid.UUID(instance.id).version == 4


@pytest.mark.parametrize("id", ["a", "_", "a" * 100, "0-9_Z"])
async def test_id__yes(server: Server, id: str) -> None:
    assert (await server.start(nothing, id=id)).id == id


@pytest.mark.parametrize("id", ["", "-a", "a" * 101, "a b", "ä", "../x", 5, True, ["a"]], ids=str)
async def test_id__no(server: Server, id: Any) -> None:
    with pytest.raises(WorkflowError, match="invalid id"):
        await server.start(nothing, id=id)


async def test_a_used_id_is_refused_also_after_the_end(server: Server) -> None:
    instance = await server.start(nothing, id="once")
    await server.ended(instance)
    with pytest.raises(WorkflowError, match=r"instance\.already_exists"):
        await server.start(nothing, id="once")


async def test_of_a_hundred_creates_of_one_id_one_succeeds(server: Server) -> None:
    server.register(nothing)
    workflow = server.engine.workflow("test")
    results = await asyncio.gather(*(workflow.create("same") for _ in range(100)), return_exceptions=True)
    assert sum(1 for result in results if not isinstance(result, BaseException)) == 1
    assert sum(1 for result in results if isinstance(result, WorkflowError)) == 99


async def test_scopes_do_not_meet(server: Server) -> None:
    one = await server.start(nothing, id="same", scope="one")
    two = await server.start(nothing, id="same", scope="two")
    await server.ended(one, scope="one")
    await server.ended(two, scope="two")
    with pytest.raises(WorkflowError, match=r"instance\.not_found"):
        await server.engine.workflow("test", "three").get("same")
    assert [entry.instance for entry in await server.engine.scope_history("one")] == ["same"] * 3
    assert len(await server.engine.history("two", "same")) == 3
    assert await server.engine.history("three", "same") == []


@pytest.mark.parametrize("id", ["unknown", "", "-", None, 5, "'; DROP TABLE instances"], ids=str)
async def test_an_unknown_instance(server: Server, id: Any) -> None:
    server.register(nothing)
    with pytest.raises(WorkflowError, match=r"instance\.not_found"):
        await server.engine.workflow("test").get(id)


async def test_an_unknown_workflow(server: Server) -> None:
    with pytest.raises(LookupError, match="no workflow is named 'other'"):
        server.engine.workflow("other")


async def test_params_and_what_run_is_told(server: Server) -> None:
    events: list[Any] = []

    class Workflow:
        async def run(self, event: Any, step: WorkflowStep) -> Any:
            events.append(event)

    async def factory() -> Any:
        return Workflow()

    server.engine.register("test", factory)
    workflow = server.engine.workflow("test")
    start = server.clock.now()
    first = await workflow.create("first", {"a": [1]})
    await server.ended(first)
    await server.ended(await workflow.create())
    assert decode(await first.params()) == {"a": [1]}
    assert [event.payload for event in events] == [{"a": [1]}, UNDEFINED]
    assert (events[0].instance_id, events[0].workflow_name) == ("first", "test")
    assert events[0].timestamp.timestamp() * 1000 == start


async def test_params_that_are_no_value(server: Server) -> None:
    with pytest.raises(WorkflowError, match="params"):
        await server.start(nothing, params={"f": len})
    with pytest.raises(WorkflowError, match="too large"):
        await server.start(nothing, params="x" * 1_048_576)


class TestBatches:
    async def test_creates_all(self, server: Server) -> None:
        server.register(nothing)
        batch = [{"id": f"i{number}", "params": number} for number in range(100)]
        made = await server.engine.workflow("test").create_batch(batch)
        assert [instance.id for instance in made] == [item["id"] for item in batch]
        for instance in made:
            await server.ended(instance)

    @pytest.mark.parametrize(
        ("batch", "message"),
        [
            ([], "at least 1 instance"),
            ([{}] * 101, "at most 100"),
            ([{"id": "good"}, {"id": "-bad"}], "invalid id"),
            ([{"id": "good"}, {"params": len}], "params"),
            ([{"id": "good"}, {"id": "taken"}], r"instance\.already_exists"),
            ([{"id": "good"}, {"id": "good"}], r"instance\.already_exists"),
        ],
        ids=["empty", "101", "bad id", "bad params", "taken", "twice"],
    )
    async def test_all_or_none(self, server: Server, batch: Any, message: str) -> None:
        await server.start(nothing, id="taken")
        with pytest.raises(WorkflowError, match=message):
            await server.engine.workflow("test").create_batch(batch)
        assert [summary.id for summary in await server.engine.list("")] == ["taken"]


class TestTerminate:
    async def test_a_waiting_one(self, server: Server) -> None:
        instance = await server.start(waits)
        await server.waiting(instance)
        await instance.terminate()
        assert (await instance.status()).status == "terminated"
        await server.forgotten()
        types = await server.types(instance)
        await server.advance(86_400_000)
        await asyncio.sleep(0.01)
        assert await server.types(instance) == types
        assert types[-1] == "workflow_terminated"

    async def test_one_whose_callback_is_at_work(self, server: Server) -> None:
        gate = Gate()

        async def run(step: WorkflowStep) -> Any:
            await step.do("work", gate)

        instance = await server.start(run)
        await gate.reached.wait()
        await instance.terminate()
        gate.opened.set()
        await server.forgotten()
        assert (await server.types(instance))[-1] == "workflow_terminated"

    async def test_one_that_is_not_in_memory(self, server: Server) -> None:
        instance = await server.start(waits)
        await server.waiting(instance)
        await asyncio.sleep(0)
        await server.advance(1000)
        await server.forgotten()
        await instance.terminate()
        assert (await instance.status()).status == "terminated"

    async def test_a_finished_one_refuses(self, server: Server) -> None:
        instance = await server.start(nothing)
        await server.ended(instance)
        with pytest.raises(WorkflowError, match=r"instance\.cannot_terminate"):
            await instance.terminate()
        assert (await instance.status()).status == "complete"

    async def test_twice(self, server: Server) -> None:
        instance = await server.start(waits)
        results = await asyncio.gather(instance.terminate(), instance.terminate(), return_exceptions=True)
        assert [type(result) for result in results].count(WorkflowError) == 1

    async def test_racing_completion_one_of_them_wins(self, server: Server) -> None:
        for delay in range(8):
            instance = await server.start(nothing)
            for _ in range(delay):
                await asyncio.sleep(0)
            try:
                await instance.terminate()
                expected = "terminated"
            except WorkflowError:
                expected = "complete"
            assert (await server.ended(instance)).status == expected
            last = [type for type in await server.types(instance) if type in ENDS]
            assert len(last) == 1


ENDS = ("workflow_completed", "workflow_errored", "workflow_terminated")


async def test_list(server: Server) -> None:
    for id in ("one", "two"):
        await server.ended(await server.start(nothing, id=id))
    found = await server.engine.list("")
    assert [(each.id, each.workflow, each.status, each.created) for each in found] == [
        ("one", "test", "complete", server.clock.now()),
        ("two", "test", "complete", server.clock.now()),
    ]
    assert await server.engine.latest("", 1) == found[1:]
    assert await server.engine.latest("", 5) == found[::-1]


async def test_what_the_recovery_finds_before_create_has_answered_is_executed_once(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    executions = 0
    create = Journal.create

    async def create_and_recover(journal: Journal, instances: Any) -> Any:
        created = await create(journal, instances)
        server.engine._executions.wake(created[0].key, "")
        await server.engine._executions.all_woken()
        return created

    async def run(step: WorkflowStep) -> Any:
        nonlocal executions
        executions += 1
        await step.do("work", lambda: 1)

    monkeypatch.setattr(Journal, "create", create_and_recover)
    instance = await server.start(run)
    assert (await server.ended(instance)).status == "complete"
    await server.forgotten()
    assert executions == 1


async def test_a_thousand_at_once(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        one = await step.do("one", lambda: 1)
        return one + await step.do("two", lambda: 1)

    server.register(run)
    workflow = server.engine.workflow("test")
    made = await asyncio.gather(*(workflow.create() for _ in range(1000)))
    statuses = [await server.ended(instance) for instance in made]
    assert {status.output.data for status in statuses if status.output is not None} == {b"j2"}


async def test_closing_leaves_instances_as_they_are(server: Server) -> None:
    gate = Gate()

    async def run(step: WorkflowStep) -> Any:
        await step.do("first", lambda: 1)
        return await step.do("work", gate)

    instance = await server.start(run, id="left")
    await gate.reached.wait()
    await server.engine.close()
    assert (await instance.status()).status == "running"
    gate.opened.set()
    after = await server.crash(run)
    await after.engine.start()
    found = await after.find("left")
    assert (await after.ended(found)).status == "complete"
    assert [entry["attempt"] for entry in await after.entries(found, "attempt_started")] == [1, 1, 2]


async def test_whoever_has_read_the_last_entry_is_told_the_end(server: Server) -> None:
    async def run(step: WorkflowStep) -> None:
        await step.do("work", lambda: None)

    for number in range(60):
        instance = await server.start(run, id=f"i{number}")
        async with asyncio.timeout(20):
            while (await server.engine.history("", instance.id))[-1].type != "workflow_completed":
                pass
        assert (await instance.status()).status == "complete"
