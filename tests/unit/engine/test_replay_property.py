"""Random workflows with random crashes: those that are functions of their history never warn, those that are
changed do.

`PLAYGROUND_REPLAY_EXAMPLES` sets how many workflows are tried (40; nightly 5,000).
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.core.clock import ManualClock
from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server

EXAMPLES = int(os.environ.get("PLAYGROUND_REPLAY_EXAMPLES", "40"))
ENOUGH = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES == 40, suppress_health_check=list(HealthCheck)
)


@dataclass
class Op:
    """One thing that a workflow does: a step, a sleep, or some branches at once."""

    kind: str
    name: str = ""
    hops: int = 0
    branches: list[list[Op]] = field(default_factory=list)


leaves = st.builds(
    Op,
    st.sampled_from(["do", "do", "fails", "sleep", "alone"]),
    st.sampled_from("abc"),
    st.integers(min_value=0, max_value=3),
)
together = st.builds(
    lambda kind, branches: Op(kind, branches=branches),
    st.sampled_from(["all", "race"]),
    st.lists(st.lists(leaves, min_size=1, max_size=3), min_size=2, max_size=3),
)
programs = st.lists(st.one_of(leaves, together), min_size=1, max_size=5)
cuts = st.lists(st.integers(min_value=1, max_value=12), min_size=1, max_size=3)


async def perform(step: WorkflowStep, ops: list[Op]) -> None:
    for op in ops:
        match op.kind:
            case "do":
                await step.do(op.name, lambda hops=op.hops: work(hops))
            case "alone":
                step.do(op.name, lambda hops=op.hops: work(hops))
            case "fails":
                try:
                    await step.do(op.name, {"retries": {"limit": 1, "delay": 5}}, fail)
                except Exception:
                    await step.do("after a failure", lambda: 1)
            case "sleep":
                await step.sleep(op.name, op.hops * 10)
            case "all":
                await asyncio.gather(*(perform(step, branch) for branch in op.branches))
            case "race":
                tasks = [asyncio.ensure_future(perform(step, branch)) for branch in op.branches]
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                winner = next(at for at, task in enumerate(tasks) if task.done())
                await step.do(f"won by {winner}", lambda: 1)
                await asyncio.wait(tasks)


async def work(hops: int) -> int:
    for _ in range(hops):
        await asyncio.sleep(0)
    return hops


def fail() -> Any:
    raise ValueError


async def warnings_of(folder: Path, programs: list[list[Op]], cuts: list[int]) -> list[dict[str, Any]]:
    """What is warned of, where the server crashes whenever so many more entries were committed, and each time
    runs the next of `programs` (at last the last of them) to its end.
    """
    clock = ManualClock()
    server = first = Server(folder, clock, EngineSettings())
    await first.open()
    await first.engine.start()
    turn = 0

    async def run(step: WorkflowStep) -> Any:
        await perform(step, programs[min(turn, len(programs) - 1)])

    passing = asyncio.create_task(pass_time(clock))
    try:
        instance = await first.start(run)
        entries = 0
        for cut in cuts:
            entries += cut
            await committed(server, instance.id, entries)
            server = await server.crash(run)
            turn += 1
            await server.engine.start()
        found = await server.find(instance.id)
        await server.ended(found)
        return await server.entries(found, "nondeterminism_detected")
    finally:
        passing.cancel()
        await first.close()


async def committed(server: Server, id: str, entries: int) -> None:
    async with server.engine.feed.subscribe(scope="", instance=id) as wakes:
        while True:
            log = await server.engine.history("", id)
            if len(log) >= entries or log[-1].type in ("workflow_completed", "workflow_errored"):
                return
            await anext(wakes)


async def pass_time(clock: ManualClock) -> None:
    while True:
        await clock.advance(3)
        await asyncio.sleep(0.0005)


def in_a_folder(programs: list[list[Op]], cuts: list[int]) -> list[dict[str, Any]]:
    with TemporaryDirectory() as folder:
        return asyncio.run(warnings_of(Path(folder), programs, cuts))


@ENOUGH
@given(program=programs, cuts=cuts)
def test_the_same_workflow_never_warns(program: list[Op], cuts: list[int]) -> None:
    assert in_a_folder([program], cuts) == []


@ENOUGH
@given(program=programs, cuts=cuts)
def test_a_workflow_whose_first_step_is_another_each_time_warns(program: list[Op], cuts: list[int]) -> None:
    changed = [[Op("do", "first"), Op("sleep", "night", 20), *program], [Op("do", "other"), *program]]
    found = in_a_folder(changed, [8, *cuts])
    assert ('step.do "first"', 'step.do "other"') in [(entry["expected"], entry["found"]) for entry in found]
    places = [entry["place"] for entry in found]
    assert len(places) == len(set(places))
