"""The feed: told after the commit, of what one asked for, without keeping anything."""

from __future__ import annotations

import asyncio
from typing import Any

from playground.engine.feed import DELETED, MOST_REMOVED, Feed
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server


async def test_a_subscriber_hears_of_its_scope_and_instance_alone() -> None:
    feed = Feed()
    async with feed.subscribe(scope="a") as all_of_a, feed.subscribe(scope="a", instance="1") as one:
        feed.publish("b", "1", 1, "running")
        feed.publish("a", "2", 2, "running")
        assert (await anext(all_of_a)).position == 2
        waiting = asyncio.ensure_future(anext(one))
        await asyncio.sleep(0)
        assert not waiting.done()
        feed.publish("a", "1", 3, "complete")
        assert ((await waiting).position, (await anext(all_of_a)).status) == (3, "complete")


async def test_a_slow_subscriber_is_told_once_of_many() -> None:
    feed = Feed()
    async with feed.subscribe(scope="a") as wakes:
        for position in range(1, 1000):
            feed.publish("a", "1", position, "running")
        assert (await anext(wakes)).position == 999
        more = asyncio.ensure_future(anext(wakes))
        await asyncio.sleep(0)
        assert not more.done()
        more.cancel()


async def test_nothing_is_left_of_a_subscription_that_ended() -> None:
    feed = Feed()
    async with feed.subscribe(scope="a"):
        pass
    assert not feed._by_scope


async def test_what_is_told_is_committed(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        for number in range(20):
            await step.do(f"step {number}", lambda: 1)

    server.register(run)
    async with server.engine.feed.subscribe(scope="s") as wakes:
        await server.engine.workflow("test", "s").create("a")
        position = 0
        seqs: list[int] = []
        while True:
            committed = await anext(wakes)
            log = await server.engine.scope_history("s", position)
            # a commit may be read before it is told of, and then there is nothing new when it is
            position = log[-1].position if log else position
            assert position >= committed.position
            seqs += [entry.seq for entry in log]
            if log and log[-1].type == "workflow_completed":
                break
    assert seqs == list(range(1, len(seqs) + 1))


async def test_removed_instances_are_told_of_once_and_too_many_as_such() -> None:
    feed = Feed()
    async with feed.subscribe(scope="a") as subscription:
        feed.publish("a", "one", 0, DELETED)
        feed.publish("a", "two", 7, "running")
        assert subscription.take_removed() == frozenset({"one"})
        assert subscription.take_removed() == frozenset()
        for number in range(MOST_REMOVED + 1):
            feed.publish("a", f"id {number}", 0, DELETED)
        assert subscription.take_removed() is None
        assert subscription.take_removed() == frozenset()
