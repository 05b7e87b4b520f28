"""Stopping before steps, and going on."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from typing import Any

import pytest

from playground.core.errors import WorkflowError
from playground.core.ports import StepKey
from playground.engine import debugger
from playground.engine.breakpoints import fits
from playground.engine.debug_settings import read_debug
from playground.engine.engine import EngineSettings, Instance
from playground.engine.step import WorkflowStep
from playground.engine.view import fold_run
from playground.storage import writer
from tests.unit.engine.harness import Server, output
from tests.unit.page.node import evaluate

PAY = StepKey("do", "pay", 1)


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10)


async def order(step: WorkflowStep) -> Any:
    done = [await step.do("greet", lambda: "greet")]
    done.append(await step.do("pay", lambda: "pay"))
    await step.sleep("nap", "1 minute")
    done.append(await step.do("ship", lambda: "ship"))
    return done


async def began(server: Server, run: Any, **debug: Any) -> Instance:
    server.register(run)
    return await server.engine.workflow("test").create(debug=read_debug(debug))


async def held(server: Server, instance: Instance) -> list[str]:
    return [step["name"] for step in fold_run(await server.entries(instance))["held"]]


async def stopped(server: Server, instance: Instance, *names: str) -> None:
    """Return when the run is stopped before these steps, and nothing else goes on."""
    async with asyncio.timeout(20), server.engine.feed.subscribe(scope="", instance=instance.id) as wakes:
        while await held(server, instance) != list(names) or (await instance.status()).status != "waiting":
            await anext(wakes)


@pytest.mark.parametrize("in_memory", [True, False])
async def test_a_run_stops_before_the_step_and_goes_on(server: Server, in_memory: bool) -> None:
    instance = await began(server, order, breakpoints=["pay"])
    await stopped(server, instance, "pay")
    if not in_memory:
        await server.hibernated(instance)
    assert len(await server.entries(instance, "step_started")) == 1
    assert await instance.go_on("run") == [PAY]
    await server.seen(instance, "sleep_started")
    await server.waiting(instance)
    await server.advance(60_000)
    assert await output(server, instance) == ["greet", "pay", "ship"]
    assert len(await server.entries(instance, "breakpoint_reached")) == 1
    assert len(await server.entries(instance, "attempt_started")) == 3


@pytest.mark.parametrize("in_memory", [True, False])
async def test_a_template_stops_every_step_that_it_may_have_become(server: Server, in_memory: bool) -> None:
    async def charges(step: WorkflowStep) -> Any:
        for name in ("charge-1", "charge", "charge-2.5", "discharge-1"):
            await step.do(name, lambda: None)

    instance = await began(server, charges, breakpoints=[["charge-", ""]])
    for name in ("charge-1", "charge-2.5"):
        await stopped(server, instance, name)
        if not in_memory:
            await server.hibernated(instance)
        await instance.go_on("run")
    assert (await server.ended(instance)).status == "complete"
    assert len(await server.entries(instance, "breakpoint_reached")) == 2


async def test_a_template_survives_a_restart(server: Server) -> None:
    instance = await began(server, order, breakpoints=[["p", "y"]])
    for _ in range(2):
        await stopped(server, instance, "pay")
        await instance.restart()
    await stopped(server, instance, "pay")


@pytest.mark.parametrize(
    ("template", "fitting", "others"),
    [
        (["a.", ""], ["a.", "a.b"], ["a", "ab", "ba.b"]),
        (["", "-end"], ["-end", "the-end"], ["end", "-ends"]),
        (["ab", "ba"], ["abba", "ab ba"], ["aba", "ab"]),
        (["", "x", "x", ""], ["xx", "axbxc"], ["x", "axb"]),
        (["a", "(.*)", "c"], ["a(.*)c", "a1(.*)2c"], ["abc", "a(.*)"]),
    ],
)
def test_what_fits_a_template(template: list[str], fitting: list[str], others: list[str]) -> None:
    assert [name for name in fitting + others if fits(template, name)] == fitting
    planned = {"kind": "do", "name": "…", "pattern": template}
    body = "const fit = it.matcher(value[0]); return value[1].filter(fit);"
    assert evaluate("static/js/state/rows.js", body, [planned, fitting + others]) == fitting


async def test_step_by_step(server: Server) -> None:
    instance = await began(server, order, everyStep=True)
    for name in ("greet", "pay", "nap"):
        await stopped(server, instance, name)
        await server.hibernated(instance)
        await server.advance(3_600_000)
        await instance.go_on("step")
    await server.seen(instance, "sleep_started")
    [sleep] = await server.entries(instance, "sleep_started")
    assert sleep["until"] - sleep["time"] == 60_000, "what is held does not sleep"
    await server.advance(60_000)
    await stopped(server, instance, "ship")
    await instance.go_on("run")
    assert await output(server, instance) == ["greet", "pay", "ship"]


async def test_run_next_step_turns_stepping_on_and_continue_turns_it_off(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        for name in "abcd":
            await step.do(name, lambda: None)

    instance = await began(server, run, breakpoints=["b"])
    await stopped(server, instance, "b")
    await instance.go_on("step")
    await stopped(server, instance, "c")
    await instance.go_on("run")
    assert (await server.ended(instance)).status == "complete"


async def test_parallel_steps_are_each_held(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return await asyncio.gather(*(step.do(name, lambda name=name: name) for name in "abc"))

    instance = await began(server, run, everyStep=True)
    await stopped(server, instance, "a", "b", "c")
    await instance.go_on("step", StepKey("do", "b", 1))
    await server.seen(instance, "step_completed")
    await stopped(server, instance, "a", "c")
    assert [entry["step"]["name"] for entry in await server.entries(instance, "step_completed")] == ["b"]
    assert await instance.go_on("step") == [StepKey("do", "a", 1)]
    await server.seen(instance, "step_completed", 2)
    await stopped(server, instance, "c")
    await server.hibernated(instance)
    await instance.go_on("run")
    assert await output(server, instance) == ["a", "b", "c"]
    assert not await server.entries(instance, "nondeterminism_detected")


async def test_waits_are_stopped_before_and_time_out_from_then_on(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        return (await step.wait_for_event("answer", type="go", timeout="1 minute"))["payload"]

    instance = await began(server, run, breakpoints=["answer"])
    await stopped(server, instance, "answer")
    await server.advance(3_600_000)
    await instance.send_event(type="go", payload=1)
    await instance.go_on("run")
    assert await output(server, instance) == 1


async def test_a_breakpoint_that_is_set_later_counts_from_then_on(server: Server) -> None:
    instance = await server.start(order)
    await server.seen(instance, "sleep_started")
    await instance.debug(read_debug({"breakpoints": ["ship", "pay"]}))
    await server.advance(60_000)
    await stopped(server, instance, "ship")
    await instance.debug(read_debug({"breakpoints": []}))
    await server.hibernated(instance)
    assert await held(server, instance) == ["ship"], "what is stopped stays so until it is let go"
    await instance.go_on("run")
    await server.ended(instance)


@pytest.mark.parametrize("let_go", [False, True])
async def test_it_survives_the_server(server: Server, let_go: bool) -> None:
    instance = await began(server, order, breakpoints=["pay", "ship"])
    await stopped(server, instance, "pay")
    await server.hibernated(instance)
    if let_go:
        never = asyncio.Event()

        async def hangs(step: WorkflowStep) -> Any:
            await never.wait()

        server.register(hangs)
        await instance.go_on("run")
    after = await server.crash(order)
    await after.engine.start()
    again = await after.find(instance.id)
    if not let_go:
        await stopped(after, again, "pay")
        await again.go_on("run")
    await after.seen(again, "sleep_started")
    await after.waiting(again)
    await after.advance(60_000)
    await stopped(after, again, "ship")
    await again.go_on("run")
    assert await output(after, again) == ["greet", "pay", "ship"]


async def test_pause_and_resume_while_it_is_stopped(server: Server) -> None:
    instance = await began(server, order, breakpoints=["pay"])
    await stopped(server, instance, "pay")
    await instance.pause()
    with pytest.raises(WorkflowError, match=r"instance.not_stopped: the instance is paused"):
        await instance.go_on("run")
    await instance.resume()
    await stopped(server, instance, "pay")
    await instance.go_on("run")
    await server.seen(instance, "sleep_started")
    assert len(await server.entries(instance, "breakpoint_reached")) == 1


async def test_terminate_while_it_is_stopped(server: Server) -> None:
    instance = await began(server, order, breakpoints=["pay"])
    await stopped(server, instance, "pay")
    await instance.terminate()
    assert await held(server, instance) == []
    with pytest.raises(WorkflowError, match=r"instance.not_stopped: the instance is terminated"):
        await instance.go_on("run")


@pytest.mark.parametrize("start", [None, {"name": "greet"}])
async def test_a_restart_stops_again(server: Server, start: Any) -> None:
    instance = await began(server, order, breakpoints=["pay"])
    await stopped(server, instance, "pay")
    await instance.go_on("run")
    await server.seen(instance, "sleep_started")
    await instance.restart(start)
    await stopped(server, instance, "pay")
    await instance.go_on("run")
    await server.seen(instance, "step_completed", 2 if start is None else 4)


async def test_what_is_not_stopped_does_not_go_on(server: Server) -> None:
    instance = await began(server, order, breakpoints=["pay"])
    await stopped(server, instance, "pay")
    with pytest.raises(WorkflowError, match='not stopped before "ship"'):
        await instance.go_on("step", StepKey("do", "ship", 1))
    outcomes = await asyncio.gather(*(instance.go_on("run") for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(outcome, WorkflowError) for outcome in outcomes) == 2
    await server.seen(instance, "sleep_started")
    await server.hibernated(instance)
    with pytest.raises(WorkflowError, match="not stopped at a breakpoint"):
        await instance.go_on("run")


async def test_steps_that_nobody_waits_for_are_held_too(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        step.do("later", lambda: None)
        return "done"

    instance = await began(server, run, breakpoints=["later"])
    await stopped(server, instance, "later")
    await instance.go_on("run")
    assert await output(server, instance) == "done"
    assert len(await server.entries(instance, "step_completed")) == 1


async def test_a_rollback_does_not_stop(server: Server) -> None:
    async def run(step: WorkflowStep) -> Any:
        await step.do("book", lambda: None, rollback=lambda undo: None)
        await asyncio.gather(step.do("pay", lambda: None), step.do("also", lambda: None))

    instance = await began(server, run, everyStep=True)
    await stopped(server, instance, "book")
    await instance.go_on("step")
    await stopped(server, instance, "pay", "also")
    await instance.terminate(rollback=True)
    assert (await server.ended(instance)).status == "terminated"
    assert await held(server, instance) == []
    assert len(await server.entries(instance, "rollback_step_completed")) == 1


async def test_what_is_set_while_the_run_comes_into_memory_is_heard(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    may_commit = threading.Event()
    commit_group = writer.commit_group

    def slow(connection: sqlite3.Connection, parts: Any) -> Any:
        may_commit.wait(20)
        return commit_group(connection, parts)

    admission = server.engine._executions._admission
    with monkeypatch.context() as crowded:
        crowded.setattr(admission, "ask", lambda scope, start: asked.append(start))
        instance = await server.start(order)
    monkeypatch.setattr(writer, "commit_group", slow)
    setting = asyncio.create_task(instance.debug(read_debug({"breakpoints": ["pay"]})))
    log = next(iter(server.engine._executions._logs._by_key.values()))
    while log.debug_seq == 0:
        await asyncio.sleep(0)
    [start] = asked
    admission.ask("", start)
    await asyncio.sleep(0.05)
    may_commit.set()
    await setting
    await stopped(server, instance, "pay")


async def test_so_much_may_be_set_of_one_run(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debugger, "MOST_BYTES", 1_000)
    instance = await began(server, order, breakpoints=["pay"])
    await stopped(server, instance, "pay")
    setting = read_debug({"pins": {"pay": "x" * 400}})
    await instance.debug(setting)
    await instance.debug(setting)
    with pytest.raises(WorkflowError, match=r"instance\.cannot_debug: .* 1000 bytes"):
        await instance.debug(setting)
    assert len(await server.entries(instance, "debug_set")) == 2
    await instance.restart()
    await stopped(server, instance, "pay")
    await instance.debug(setting)
