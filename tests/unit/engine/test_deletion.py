"""Deleting instances, one and many; and what ends with them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.errors import WorkflowError
from playground.engine.engine import EngineSettings
from playground.engine.feed import DELETED
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import PATIENCE_S, Gate, Server


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10)


async def nothing(step: WorkflowStep) -> Any:
    return await step.do("work", lambda: 1)


async def waits(step: WorkflowStep) -> Any:
    await step.sleep("long", "1 day")


async def rows(server: Server, table: str) -> int:
    found = await server.database.read(f"SELECT count(*) AS n FROM {table}")
    return int(found[0]["n"])


async def purged(server: Server) -> None:
    """Return when nothing is stored any more."""
    async with asyncio.timeout(PATIENCE_S):
        while await rows(server, "instances") or await rows(server, "entries"):
            await asyncio.sleep(0.005)


class TestDelete:
    async def test_an_instance_goes_with_all_that_it_stores_and_its_id_is_free(self, server: Server) -> None:
        instance = await server.start(nothing, id="one")
        await server.ended(instance)
        await instance.delete()
        with pytest.raises(WorkflowError, match=r"instance\.not_found"):
            await server.find("one")
        assert await server.engine.history("", "one") == []
        assert await server.engine.scope_history("") == []
        assert await server.engine.list("") == await server.engine.latest("", 5) == []
        await purged(server)
        again = await server.start(nothing, id="one")
        assert (await server.ended(again)).status == "complete"
        assert (await server.entries(again))[0]["seq"] == 1

    async def test_what_is_left_of_one_has_no_name(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def later() -> bool:
            return False

        monkeypatch.setattr(server.engine._journal.removal, "purge", later)
        instance = await server.start(waits)
        await server.waiting(instance)
        await instance.delete()
        [left] = await server.database.read("SELECT id FROM instances")
        assert await server.engine._journal.find_in_scope("", left["id"]) is None
        assert await server.engine._journal.find("", "test", left["id"]) is None
        assert await server.engine.history("", left["id"]) == []

    async def test_every_method_of_a_deleted_one_says_so(self, server: Server) -> None:
        instance = await server.start(waits)
        await server.waiting(instance)
        await instance.delete()
        calls: list[Any] = [
            instance.status,
            instance.params,
            instance.pause,
            instance.resume,
            instance.terminate,
            instance.restart,
            instance.delete,
            lambda: instance.restart({"name": "long", "type": "sleep"}),
            lambda: instance.send_event(type="x"),
        ]
        for call in calls:
            with pytest.raises(WorkflowError, match=r"instance\.not_found"):
                await call()
        assert await instance.log([("log", "log", "too late")]) is False
        await purged(server)
        for call in calls:
            with pytest.raises(WorkflowError, match=r"instance\.not_found"):
                await call()

    async def test_one_whose_callback_is_at_work_is_stopped_first(self, server: Server) -> None:
        gate, cancelled = Gate(), asyncio.Event()

        async def run(step: WorkflowStep) -> Any:
            async def work() -> None:
                try:
                    await gate()
                except asyncio.CancelledError:
                    cancelled.set()
                    raise

            await step.do("work", work)

        instance = await server.start(run)
        await gate.reached.wait()
        await instance.delete()
        await cancelled.wait()
        await server.forgotten()
        await purged(server)

    async def test_one_that_sleeps_never_wakes(self, server: Server) -> None:
        instance = await server.start(waits)
        await server.waiting(instance)
        await asyncio.sleep(0.01)
        await server.advance(10)
        await server.forgotten()
        await instance.delete()
        await server.advance(86_400_000)
        await asyncio.sleep(0.02)
        assert server.engine.in_memory == 0
        await purged(server)

    async def test_whoever_waits_for_its_result_hears_of_it(self, server: Server) -> None:
        instance = await server.start(waits)
        await server.waiting(instance)
        result = asyncio.create_task(instance.result())
        await asyncio.sleep(0)
        async with (
            server.engine.feed.subscribe(scope="", instance=instance.id) as wakes,
            server.engine.feed.subscribe(scope="") as all_wakes,
        ):
            await instance.delete()
            assert (await anext(wakes)).status == (await anext(all_wakes)).status == DELETED
            assert wakes.deleted
        with pytest.raises(WorkflowError, match=r"instance\.not_found"):
            await result

    async def test_keys_and_positions_are_not_used_again(self, server: Server) -> None:
        instance = await server.start(nothing, id="one")
        await server.ended(instance)
        key = (await server.database.read("SELECT max(key) AS n FROM instances"))[0]["n"]
        position = (await server.engine.scope_history(""))[-1].position
        await instance.delete()
        await purged(server)
        after = await server.crash(nothing)
        await after.engine.start()
        await after.ended(await after.start(nothing, id="one"))
        assert (await after.database.read("SELECT max(key) AS n FROM instances"))[0]["n"] > key
        assert (await after.engine.scope_history(""))[0].position > position

    async def test_what_a_crash_left_is_purged_at_the_next_start(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        instance = await server.start(nothing, id="one")
        await server.ended(instance)
        with monkeypatch.context() as patched:
            patched.setattr(server.engine._retention, "sweep", lambda streams=(): None)
            await instance.delete()
            await asyncio.sleep(0.02)
        assert await rows(server, "entries") > 0
        after = await server.crash(nothing)
        await after.engine.start()
        assert await after.engine.list("") == []
        await purged(after)

    async def test_deletes_at_once(self, server: Server) -> None:
        instance = await server.start(nothing)
        outcomes = await asyncio.gather(*(instance.delete() for _ in range(10)), return_exceptions=True)
        assert outcomes.count(None) == 1
        assert sum(isinstance(outcome, WorkflowError) for outcome in outcomes) == 9
        await purged(server)

    async def test_delete_races_everything(self, server: Server) -> None:
        for turns in range(25):
            instance = await server.start(nothing, id="same")
            for _ in range(turns):
                await asyncio.sleep(0)
            await asyncio.gather(
                instance.pause(),
                instance.restart(),
                instance.send_event(type="x"),
                instance.delete(),
                instance.resume(),
                instance.terminate(),
                instance.restart(),
                return_exceptions=True,
            )
            with pytest.raises(WorkflowError, match=r"instance\.not_found"):
                await server.find("same")
        await purged(server)
        await server.forgotten()

    async def test_a_large_one_is_purged_in_small_bites(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            for number in range(300):
                await step.do(f"step {number}", lambda: "x" * 30_000)

        instance = await server.start(run)
        await server.ended(instance)
        most = await rows(server, "entries")
        seen = set()
        await instance.delete()
        async with asyncio.timeout(PATIENCE_S):
            while left := await rows(server, "entries"):
                seen.add(left)
        await purged(server)
        assert most > 1_200
        assert any(0 < left < most for left in seen)


class TestDeleteBatch:
    async def test_some_are_there_and_some_are_not(self, server: Server) -> None:
        for id in ("one", "two", "three"):
            await server.ended(await server.start(nothing, id=id))
        workflow = server.engine.workflow("test")
        answer = await workflow.delete_batch(["one", "unknown", "two", "one"])
        assert (answer.deleted, answer.not_found) == (["one", "two", "one"], ["unknown"])
        assert [summary.id for summary in await server.engine.list("")] == ["three"]

    async def test_a_hundred(self, server: Server) -> None:
        server.register(waits)
        workflow = server.engine.workflow("test")
        made = await workflow.create_batch([{} for _ in range(100)])
        answer = await workflow.delete_batch([instance.id for instance in made])
        assert len(answer.deleted) == 100
        await server.forgotten()
        await purged(server)

    @pytest.mark.parametrize(
        ("ids", "message"),
        [
            ([], "at least 1"),
            (None, "at least 1"),
            ("one", "at least 1"),
            (["a"] * 101, "at most 100"),
            (["one", "-bad"], "invalid id"),
            (["one", 5], "invalid id"),
        ],
        ids=["none", "nothing", "text", "101", "bad", "number"],
    )
    async def test_a_bad_list_deletes_nothing(self, server: Server, ids: Any, message: str) -> None:
        await server.ended(await server.start(nothing, id="one"))
        with pytest.raises(WorkflowError, match=message):
            await server.engine.workflow("test").delete_batch(ids)
        assert [summary.id for summary in await server.engine.list("")] == ["one"]

    async def test_ids_of_another_scope_are_unknown(self, server: Server) -> None:
        await server.ended(await server.start(nothing, id="one", scope="theirs"), scope="theirs")
        answer = await server.engine.workflow("test", "ours").delete_batch(["one"])
        assert (answer.deleted, answer.not_found) == ([], ["one"])
        assert [summary.id for summary in await server.engine.list("theirs")] == ["one"]
