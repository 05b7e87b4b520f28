"""Tenants that use too much: a clear end for them within the limit, and nobody else notices."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from playground.core.codec import decode
from playground.core.errors import IsolateLost, LimitExceeded, PlaygroundError, RemoteError
from playground.isolates.loader import Limits
from playground.isolates.request import Request
from tests.integration.isolates.conftest import CPU_MS, Isolates, Open
from tests.integration.isolates.journal import FakeStep, event

GET = Request("GET", "https://tenant.test/")
OTHER = 'export default { async fetch() { return new Response("fine"); } };'
SPINS = {
    "loop": "while (true) {}",
    "caught": "while (true) { try { for (;;) {} } catch {} finally { continue; } }",
    "regex": '/(a+)+$/.test("a".repeat(40) + "b");',
    "join": 'Array(2 ** 29).join("ab");',
    "sort": "[1, 2, 3].sort(() => { for (;;) {} });",
    "toJSON": "JSON.stringify({ toJSON() { for (;;) {} } });",
    "microtasks": "await (async function again() { await null; return again(); })();",
    "jobs": "(function again() { Promise.resolve().then(again); })(); await new Promise(() => {});",
    "normalize": 'for (;;) "\\ufdfa".repeat(1e5).normalize("NFKD");',
}
BOMBS = {
    "arrays": "const all = []; for (;;) all.push(new Array(10000).fill(all.length));",
    "string": 'let text = "x".repeat(1000); const all = []; for (;;) all.push(text + all.length);',
    "buffers": "const all = []; for (;;) all.push(new Uint8Array(1 << 20));",
    "map": "const all = new Map(); for (let i = 0; ; i++) all.set(i, { i });",
    "from": "Array.from({ length: 2 ** 31 });",
}
REFUSED = {
    "one huge buffer": "new ArrayBuffer(2 ** 31);",
    "repeat": '"x".repeat(2 ** 30);',
    "doubling": 'let s = "x"; for (;;) s += s;',
    "bigint": "2n ** (2n ** 24n);",
}
RECURSIONS = {
    "function": "(function again() { return again() + 1; })();",
    "getter": "({ get x() { return this.x + 1; } }).x;",
    "toString": 'const a = { toString() { return "" + a; } }; "" + a;',
    "proxies": "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x;",
    "json": 'JSON.parse("[".repeat(1e6));',
    "stringify": "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a);",
}


def cpu_s(pid: int) -> float:
    """CPU time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def in_fetch(body: str) -> str:
    return f"export default {{ async fetch() {{ {body}; return new Response('ended'); }} }};"


def in_step(body: str) -> str:
    return f"""
        import {{ WorkflowEntrypoint }} from "cloudflare:workers";
        export class Flow extends WorkflowEntrypoint {{
          async run(event, step) {{
            if (event.payload === "wait") {{
              const got = await step.waitForEvent("go", {{ type: "go" }});
              return await step.do("after", async () => got);
            }}
            return await step.do("attack", async () => {{ {body} }});
          }}
        }}
    """


@pytest.fixture
async def neighbour(isolates: Isolates) -> Isolates:
    """Another tenant's isolate, loaded before the attack."""
    isolates.other = isolates.load(OTHER).get_entrypoint()
    assert (await isolates.other.fetch(GET)).text() == "fine"
    return isolates


async def check_neighbour(isolates: Isolates) -> None:
    loads = isolates.loader.loads
    assert (await isolates.other.fetch(GET)).text() == "fine"
    assert isolates.loader.loads == loads, "the other isolate was lost"
    assert isolates.pool.lost == 0


@pytest.mark.parametrize("attack", SPINS.values(), ids=SPINS)
async def test_a_turn_that_does_not_end_is_ended(neighbour: Isolates, attack: str) -> None:
    stub = neighbour.load(in_fetch(attack))
    began = time.monotonic()
    with pytest.raises(LimitExceeded) as caught:
        await stub.get_entrypoint().fetch(GET)
    took = time.monotonic() - began
    if caught.value.code == "CPU_LIMIT":
        assert f"{CPU_MS} ms" in caught.value.message
        assert took > CPU_MS / 1000 * 0.9
    await check_neighbour(neighbour)


async def test_the_limit_is_kept_to_within_a_tenth_of_a_second(isolates: Isolates) -> None:
    stub = isolates.load(in_fetch("while (true) {}"))
    with pytest.raises(LimitExceeded):
        await stub.get_entrypoint().fetch(GET)
    (pid,) = isolates.pool.pids
    before = cpu_s(pid)
    with pytest.raises(LimitExceeded):
        await stub.get_entrypoint().fetch(GET)
    assert cpu_s(pid) - before < CPU_MS / 1000 + 0.1


async def test_who_calls_may_allow_less_than_the_isolate_has(isolates: Isolates) -> None:
    stub = isolates.load(in_fetch("while (true) {}"))
    with pytest.raises(LimitExceeded, match="more than 20 ms"):
        await stub.get_entrypoint(limits=Limits(cpu_ms=20)).fetch(GET)


async def test_a_call_is_ended_by_the_sum_of_its_turns_and_the_isolate_goes_on(open_isolates: Open) -> None:
    async with open_isolates(attempt_cpu_ms=100) as isolates:
        stub = isolates.load("""
            let count = 0;
            const work = () => { const end = Date.now() + 30; while (Date.now() < end); };
            export default { async fetch(request) {
              if (request.url.endsWith("/count")) return new Response(String(count));
              for (;;) { work(); count++; await new Promise((resolve) => setTimeout(resolve, 1)); }
            } };
        """)
        with pytest.raises(LimitExceeded, match="more than 100 ms of CPU time in one call"):
            await stub.get_entrypoint().fetch(GET)
        count = Request("GET", "https://tenant.test/count")
        turns = (await stub.get_entrypoint().fetch(count)).text()
        assert int(turns) >= 2
        await asyncio.sleep(0.1)
        assert (await stub.get_entrypoint().fetch(count)).text() == turns, "it does not go on"
        assert isolates.loader.loads == 1


async def test_a_module_that_does_not_end_is_not_loaded(neighbour: Isolates) -> None:
    with pytest.raises(LimitExceeded) as caught:
        await neighbour.load("while (true) {}").get_entrypoint().fetch(GET)
    assert caught.value.code == "CPU_LIMIT"
    await check_neighbour(neighbour)


@pytest.mark.parametrize("attack", BOMBS.values(), ids=BOMBS)
async def test_a_memory_bomb_hits_the_memory_limit(open_isolates: Open, attack: str) -> None:
    async with open_isolates(cpu_ms=10_000) as isolates:
        isolates.other = isolates.load(OTHER).get_entrypoint()
        await isolates.other.fetch(GET)
        with pytest.raises(LimitExceeded) as caught:
            await isolates.load(in_fetch(attack)).get_entrypoint().fetch(GET)
        assert caught.value.code == "MEMORY_LIMIT"
        assert "64 MiB" in caught.value.message
        await check_neighbour(isolates)


@pytest.mark.parametrize("attack", REFUSED.values(), ids=REFUSED)
async def test_what_can_never_fit_throws_where_it_is_asked_for(neighbour: Isolates, attack: str) -> None:
    source = in_fetch(f"try {{ {attack} }} catch (error) {{ return new Response(error.name); }}")
    name = (await neighbour.load(source).get_entrypoint().fetch(GET)).text()
    assert name in ("RangeError", "InternalError")
    await check_neighbour(neighbour)


async def test_memory_that_runs_out_inside_a_catch_is_an_end_too(open_isolates: Open) -> None:
    attack = """
        const all = [];
        for (;;) {
          try { for (;;) all.push(new Array(1000).fill(0)); } catch { for (;;) all.push([all.length]); }
        }
    """
    async with open_isolates(cpu_ms=10_000) as isolates:
        with pytest.raises(LimitExceeded):
            await isolates.load(in_fetch(attack)).get_entrypoint().fetch(GET)
        assert isolates.pool.lost == 0


@pytest.mark.parametrize("attack", RECURSIONS.values(), ids=RECURSIONS)
async def test_recursion_without_end_is_ended(neighbour: Isolates, attack: str) -> None:
    with pytest.raises((LimitExceeded, RemoteError)) as caught:
        await neighbour.load(in_fetch(attack)).get_entrypoint().fetch(GET)
    assert "stack" in caught.value.message or caught.value.name in (
        "RangeError",
        "InternalError",
        "SyntaxError",
        "CpuLimitError",
    )
    await check_neighbour(neighbour)


async def test_the_step_that_spins_is_to_blame_and_other_runs_are_only_lost(isolates: Isolates) -> None:
    stub = isolates.load(in_step("while (true) {}"))
    waiting, spinning = FakeStep(), FakeStep()
    other = asyncio.create_task(stub.get_entrypoint("Flow").run(event("wait", "a"), waiting))
    await waiting.waits.wait()
    with pytest.raises(IsolateLost):
        await stub.get_entrypoint("Flow").run(event("spin", "b"), spinning)
    blamed = spinning.outcomes["attack"]
    assert isinstance(blamed, LimitExceeded)
    assert blamed.code == "CPU_LIMIT"
    with pytest.raises(IsolateLost):
        await other
    assert waiting.holds == spinning.holds == 0
    # the same code is loaded again for whoever replays
    again = FakeStep()
    task = asyncio.create_task(stub.get_entrypoint("Flow").run(event("wait", "a"), again))
    await again.waits.wait()
    again.events["go"].set_result(5)
    assert decode(await task) == 5


async def test_a_run_that_spins_outside_its_steps_is_to_blame(isolates: Isolates) -> None:
    source = in_step("return 1").replace(
        "return await step", "await step.do('one', async () => 1); for (;;) {} await step"
    )
    step = FakeStep()
    with pytest.raises(LimitExceeded):
        await isolates.load(source).get_entrypoint("Flow").run(event("spin"), step)
    assert step.outcomes == {"one": 1}


async def test_a_timer_that_spins_after_its_request_blames_nobody_else(isolates: Isolates) -> None:
    stub = isolates.load("""
        export default { async fetch(request) {
          if (request.url.endsWith("/spin")) {
            setTimeout(() => { for (;;) {} }, 1);
            return new Response("set");
          }
          await new Promise((resolve) => setTimeout(resolve, 10000));
        } };
    """)
    waiting = asyncio.create_task(stub.get_entrypoint().fetch(GET))
    assert (await stub.get_entrypoint().fetch(Request("GET", "https://t.test/spin"))).text() == "set"
    with pytest.raises(IsolateLost):
        await waiting


async def test_twenty_tenants_that_spin_leave_the_others_running(open_isolates: Open) -> None:
    async with open_isolates(cpu_ms=50) as isolates:
        isolates.other = isolates.load(OTHER).get_entrypoint()
        await isolates.other.fetch(GET)
        spinning = [isolates.load(in_fetch("for (;;) {}")).get_entrypoint().fetch(GET) for _ in range(20)]
        answers = asyncio.gather(*spinning, return_exceptions=True)
        assert (await isolates.other.fetch(GET)).text() == "fine"
        assert {type(answer) for answer in await answers} == {LimitExceeded}


async def test_a_turn_that_says_too_much_is_an_end(open_isolates: Open) -> None:
    async with open_isolates(cpu_ms=10_000) as isolates:
        attack = 'for (let i = 0; i < 3000; i++) console.log("x".repeat(8000));'
        with pytest.raises(PlaygroundError) as caught:
            await isolates.load(in_fetch(attack)).get_entrypoint().fetch(GET)
        assert isinstance(caught.value, LimitExceeded)
        assert caught.value.code == "MEMORY_LIMIT"
        assert isolates.pool.lost == 0
