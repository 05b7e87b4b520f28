"""Tenants' runs that begin callbacks by themselves and go on before the commit, over a real engine."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from playground.bridge.binding import wrap_workflow_binding
from playground.engine import ahead, runner
from playground.storage import writer
from playground.storage.write_queue import Batch
from tests.compiled import CACHE
from tests.integration.tenant import PATIENCE_S, Tenant


@pytest.fixture
async def tenant(tmp_path: Path) -> AsyncIterator[Tenant]:
    tenant = Tenant(tmp_path, CACHE)
    await tenant.open()
    yield tenant
    await tenant.close()


THREE = """
  const a = await step.do("a", async () => event.payload);
  const b = await step.do("b", async () => a + 1);
  return await step.do("c", async () => b + 1);
"""


async def test_a_trivial_workflow_is_one_turn_and_its_log_is_whole(tenant: Tenant) -> None:
    assert await tenant.output(THREE, 1) == 3
    assert tenant.turns == 1
    types = [entry["type"] for entry in await tenant.entries()]
    step = ["step_started", "attempt_started", "attempt_completed", "step_completed"]
    assert types == ["workflow_queued", "workflow_started", *step, *step, *step, "workflow_completed"]
    times = [entry["time"] for entry in await tenant.entries()]
    assert times == sorted(times)


async def test_attempts_say_what_they_cost_unless_their_turn_is_interrupted(tenant: Tenant) -> None:
    costs = []
    for number in range(10):
        tenant.id = f"run-{number}"
        await tenant.output(THREE, 1)
        completed = await tenant.entries("attempt_completed")
        costs.append([entry["cpuMs"] for entry in completed if "cpuMs" in entry])
    assert max(map(len, costs)) == 3
    assert all(0 < cost < 100 for run in costs for cost in run), costs


async def test_a_step_that_uses_all_memory_before_its_commit_is_to_blame(tenant: Tenant) -> None:
    source = """
      const before = await step.do("before", async () => 1);
      try {
        await step.do("hoards", async () => { for (const kept = [];;) kept.push(new Uint8Array(1 << 20)); });
      } catch (error) { return [before, error.name]; }
    """
    assert await tenant.output(source) == [1, "MemoryLimitError"]
    [failed] = await tenant.entries("step_failed")
    assert failed["step"]["name"] == "hoards"


async def test_a_trivial_workflow_is_one_append_beside_its_creation(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "STARTED_S", PATIENCE_S)
    monkeypatch.setattr(ahead, "LOOSE_S", PATIENCE_S)
    assert await tenant.output(THREE, 1) == 3  # the isolate is warm from here on
    commits: list[list[int]] = []
    commit_group = writer.commit_group

    def counted(connection: sqlite3.Connection, parts: Sequence[tuple[Batch[Any], Any]]) -> Any:
        commits.append([len(items) for _, items in parts])
        return commit_group(connection, parts)

    monkeypatch.setattr(writer, "commit_group", counted)
    binding = wrap_workflow_binding(tenant.platform.engine.workflow("flow"), {"tenant": "t"})
    stub = await binding.create({"id": "two", "params": 1})
    assert (await tenant.until(stub, "complete"))["output"] == 3
    assert commits == [[1], [1]], "its creation, and all the rest"


async def test_what_was_ahead_is_answered_by_a_replay_at_the_same_times(tenant: Tenant) -> None:
    body = """
      const seen = [];
      const note = (value) => seen.push([value, Date.now(), Math.random()]);
      note(await step.do("a", async () => 1));
      const work = () => { for (let i = 0; i < 300000; i++); };
      note(await step.do("b", async () => { work(); return [1, { x: undefined }]; }));
      const once = { retries: { limit: 0, delay: 0 } };
      try { await step.do("c", once, async () => { throw new RangeError("no"); }); }
      catch (error) { note(`${error.name}: ${error.message}`); }
      await step.sleep("nap", 5); note("slept");
      note((await step.do("a", async () => new Map([[1, 2]]))).get(1));
      console.log(JSON.stringify(seen));
      const { payload } = await step.waitForEvent("go", { type: "go" });
      note(payload);
      return JSON.stringify(seen);
    """
    await tenant.until(await tenant.start(body), "waiting")
    await tenant.reopen()
    await tenant.reopen()
    stub = await tenant.found()
    await stub.send_event({"type": "go", "payload": "gone"})
    seen = json.loads((await tenant.until(stub, "complete"))["output"])
    assert [value for value, *_ in seen] == [1, [1, {}], "RangeError: no", "slept", 2, "gone"]
    (line,) = await tenant.entries("log")
    assert seen[:-1] == json.loads(line["message"]), "the first execution saw the same"
    ends = ("step_completed", "step_failed", "sleep_completed", "wait_completed")
    assert [time for _, time, _ in seen] == [entry["time"] for entry in await tenant.entries(*ends)]
    assert len(await tenant.entries("attempt_started")) == 4


async def test_what_is_past_is_told_by_the_time_at_which_the_run_asks(tenant: Tenant) -> None:
    body = """
      const told = (name, when) => step.sleepUntil(name, when).then(() => "slept", (error) => error.name);
      const work = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      await step.do("a", () => work(20));
      const past = await told("past", new Date(Date.now() - 1));
      const soon = Date.now() + 5;
      await step.waitForEvent("go", { type: "go" });
      return [past, await told("gone", soon)];
    """
    stub = await tenant.start(body)
    await tenant.until(stub, "waiting")
    await tenant.reopen()
    stub = await tenant.found()
    await stub.send_event({"type": "go"})
    assert (await tenant.until(stub, "complete"))["output"] == ["Error", "Error"]
    assert await tenant.entries("sleep_started") == []


async def test_a_race_of_eager_steps_ends_the_same_on_replay(tenant: Tenant) -> None:
    body = """
      const slow = step.do("slow", async () => { await null; await null; await null; return "slow"; });
      const fast = step.do("fast", async () => "fast");
      const outside = step.do("outside", () => env.outside());
      const order = [];
      for (const one of [slow, fast, outside]) one.then((value) => order.push(value));
      const first = await Promise.race([slow, fast, outside]);
      await Promise.all([slow, fast, outside]);
      console.log(first, order.join());
      await step.waitForEvent("go", { type: "go" });
      return [first, order.join()];
    """
    tenant.env["outside"] = lambda: "outside"
    await tenant.until(await tenant.start(body), "waiting")
    (line,) = await tenant.entries("log")
    await tenant.reopen()
    stub = await tenant.found()
    await stub.send_event({"type": "go"})
    assert " ".join((await tenant.until(stub, "complete"))["output"]) == line["message"]
    assert line["message"] == "fast fast,slow,outside"


async def test_nothing_goes_out_before_what_it_depends_on_is_durable(tenant: Tenant) -> None:
    async def effect(name: str) -> str:
        durable.append((name, [(e["type"], e.get("step", {}).get("name")) for e in await tenant.entries()]))
        return name

    durable: list[tuple[str, list[tuple[str, str | None]]]] = []
    tenant.env["effect"] = effect
    body = """
      await step.do("before", async () => 1);
      const inRun = await env.effect("in run");
      return [inRun, await step.do("calls", async () => env.effect("in a callback"))];
    """
    assert await tenant.output(body) == ["in run", "in a callback"]
    (first, at_first), (second, at_second) = durable
    assert (first, at_first[-1]) == ("in run", ("step_completed", "before"))
    assert (second, at_second[-1]) == ("in a callback", ("attempt_started", "calls"))


async def test_lines_and_contexts_are_the_attempt_s(tenant: Tenant) -> None:
    body = """
      console.log("run");
      const config = { retries: { limit: 1, delay: "1 second" }, timeout: 5000 };
      const told = await step.do("a", config, async (ctx) => {
        console.log("callback", Date.now() > 1e12);
        ctx.config.timeout = 0;
        return ctx;
      });
      console.log("after");
      return told;
    """
    assert await tenant.output(body) == {
        "step": {"name": "a", "count": 1},
        "attempt": 1,
        "config": {"retries": {"limit": 1, "delay": 1000, "backoff": "exponential"}, "timeout": 0},
    }
    lines = [(one["message"], one.get("step", {}).get("name")) for one in await tenant.entries("log")]
    assert lines == [("run", None), ("callback true", "a"), ("after", None)]
    (started,) = await tenant.entries("step_started")
    assert started["config"]["timeout"] == 5000


async def test_a_callback_that_fails_is_tried_again_the_old_way(tenant: Tenant) -> None:
    body = """
      let tries = 0;
      const value = await step.do("flaky", { retries: { limit: 3, delay: 1 } }, async ({ attempt }) => {
        if (++tries < 3) throw new Error(`try ${tries}`);
        return `${attempt} of ${tries}`;
      });
      return value;
    """
    assert await tenant.output(body) == "3 of 3"
    assert [one["attempt"] for one in await tenant.entries("attempt_started")] == [1, 2, 3]
    assert [one["error"]["message"] for one in await tenant.entries("attempt_failed")] == ["try 1", "try 2"]


async def test_a_callback_that_takes_too_long_times_out(tenant: Tenant) -> None:
    body = """
      try {
        await step.do("long", { timeout: 30, retries: { limit: 0, delay: 0 } }, () => new Promise(() => {}));
      } catch (error) { return `${error.name}: ${error.message}`; }
    """
    assert await tenant.output(body) == "WorkflowTimeoutError: Execution timed out after 30ms"


async def test_a_callback_that_spins_ends_as_its_own_attempt_and_is_caught(tenant: Tenant) -> None:
    body = """
      const before = await step.do("before", async () => "before");
      try { await step.do("spin", async () => { for (;;); }); }
      catch (error) { return [before, error.message, await step.do("after", async () => "after")]; }
    """
    before, message, after = await tenant.output(body)
    assert (before, after) == ("before", "after")
    assert "CPU time" in message
    started = [one["step"]["name"] for one in await tenant.entries("attempt_started")]
    assert started == ["before", "spin", "after"]
    (failed,) = await tenant.entries("attempt_failed")
    assert (failed["step"]["name"], failed["attempt"]) == ("spin", 1)
    assert "interrupted" not in failed


async def test_a_run_that_spins_after_eager_steps_is_to_blame_itself(tenant: Tenant) -> None:
    stub = await tenant.start('await step.do("a", async () => 1); for (;;);')
    status = await tenant.until(stub, "errored")
    assert "CPU time" in status["error"]["message"]
    assert len(await tenant.entries("step_completed")) == 1


async def test_a_heavy_step_is_seen_while_it_runs(tenant: Tenant) -> None:
    await tenant.reopen(cpu_ms=30_000)
    stub = await tenant.start("""
      await step.do("light", async () => 1);
      return await step.do("heavy", async ({ attempt }) => { while (attempt < 2); return attempt; });
    """)
    async with asyncio.timeout(PATIENCE_S), tenant.platform.engine.feed.subscribe(scope="") as wakes:
        while len(await tenant.entries("attempt_started")) < 2:
            await anext(wakes)
    assert len(await tenant.entries("step_completed")) == 1, "it still runs"
    tenant.lose_isolates()
    assert (await tenant.until(stub, "complete"))["output"] == 2


async def test_what_is_sensitive_is_shown_nowhere_and_goes_on(tenant: Tenant) -> None:
    body = 'return (await step.do("s", { sensitive: "output" }, async () => "secret")).length;'
    assert await tenant.output(body) == 6
    (completed,) = await tenant.entries("step_completed")
    assert completed["output"] == "[REDACTED]"
    assert "secret" not in json.dumps(await tenant.entries())


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ('step.do("x", { timeout: 0 }, cb)', "invalid format: timeout"),
        ('step.do("x", { retries: { limit: 1 } }, cb)', "retries.delay is missing"),
        ('step.do("x", { surprise: 1 }, cb)', "surprise"),
        ('step.do("\\u0001", cb)', "exceeds max length"),
        ('step.do("\\ud800", cb)', "exceeds max length"),
        ('step.do("x".repeat(257), cb)', "exceeds max length"),
        ('step.do("x", cb, { rollback: 1 })', "must be a function"),
    ],
)
async def test_what_is_refused_is_not_begun(tenant: Tenant, call: str, error: str) -> None:
    body = "let called = false; const cb = async () => { called = true; };"
    body += f"try {{ await {call}; }} catch (error) {{ return [called, error.name, error.message]; }}"
    called, name, message = await tenant.output(body)
    assert (called, name) == (False, "WorkflowFatalError")
    assert error in message
    assert await tenant.entries("step_started") == []


async def test_a_step_in_a_step_is_refused(tenant: Tenant) -> None:
    body = 'try { await step.do("a", () => step.do("b", () => 1)); } catch (error) { return error.message; }'
    assert "inside the callback of another step" in await tenant.output(body)


async def test_large_values_and_no_values_go_the_old_way(tenant: Tenant) -> None:
    body = """
      const large = await step.do("large", async () => "x".repeat(100_000));
      const told = [];
      for (const bad of [() => "x".repeat(2 ** 21), () => () => 1]) {
        try { await step.do("bad", async () => bad()); } catch (error) { told.push(error.message); }
      }
      await step.waitForEvent("go", { type: "go" });
      return [large.length, ...told];
    """
    await tenant.until(await tenant.start(body), "waiting")
    await tenant.reopen()
    stub = await tenant.found()
    await stub.send_event({"type": "go"})
    length, large, function = (await tenant.until(stub, "complete"))["output"]
    assert length == 100_000
    assert "too large" in large
    assert "is not a value" in function


async def test_streams_come_back_from_history(tenant: Tenant) -> None:
    body = """
      const first = await step.do("s", async () => new Response("streamed").body);
      await step.sleep("nap", 5);
      await step.waitForEvent("go", { type: "go" });
      return await new Response(first).text();
    """
    await tenant.until(await tenant.start(body), "waiting")
    await tenant.reopen()
    stub = await tenant.found()
    await stub.send_event({"type": "go"})
    status = await tenant.until(stub, "complete", "errored")
    assert status["output"] == "streamed", status


async def test_many_steps_are_replayed_in_turns(tenant: Tenant) -> None:
    body = """
      let sum = 0;
      for (let i = 0; i < 1500; i++) sum += await step.do(`s${i % 7}`, async () => i);
      await step.waitForEvent("go", { type: "go" });
      return sum + await step.do("s0", async () => 0);
    """
    await tenant.until(await tenant.start(body), "waiting")
    await tenant.reopen()
    stub = await tenant.found()
    await stub.send_event({"type": "go"})
    assert (await tenant.until(stub, "complete"))["output"] == 1500 * 1499 // 2
    assert len(await tenant.entries("attempt_started")) == 1501


async def test_a_pause_comes_between_and_nothing_is_lost_or_done_twice(tenant: Tenant) -> None:
    async def pause() -> None:
        await (await tenant.found()).pause()

    tenant.env["pause"] = pause
    body = """
      const done = [];
      done.push(await step.do("a", async () => 1));
      done.push(await step.do("b", async () => { await env.pause(); return 2; }));
      done.push(await step.do("c", async () => 3));
      done.push(await step.do("d", async () => 4));
      return done;
    """
    stub = await tenant.start(body)
    await tenant.until(stub, "paused")
    assert [one["step"]["name"] for one in await tenant.entries("step_completed")] == ["a", "b"]
    await stub.resume()
    assert (await tenant.until(stub, "complete"))["output"] == [1, 2, 3, 4]
    assert [one["step"]["name"] for one in await tenant.entries("attempt_started")] == ["a", "b", "c", "d"]


async def test_a_run_that_lost_its_process_begins_nothing_by_itself_until_something_is_committed(
    tenant: Tenant,
) -> None:
    async def kill() -> None:
        tenant.lose_isolates()

    tenant.env["kill"] = kill
    body = """
      if (!globalThis.again) await env.kill();
      return await step.do("a", async ({ attempt }) => attempt);
    """
    source = body.replace("!globalThis.again", "(await env.times()) < 2")
    times = 0

    async def count() -> int:
        nonlocal times
        times += 1
        return times

    tenant.env["times"] = count
    before = tenant.turns
    assert await tenant.output(source) == 1
    assert times == 2
    assert tenant.turns - before >= 4, "the callback was invoked"
