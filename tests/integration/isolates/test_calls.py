"""Across the wall and back: requests, runs, asks, functions, logs."""

from __future__ import annotations

import asyncio
from types import MappingProxyType
from typing import Any, ClassVar

import pytest

from playground.core.codec import decode
from playground.core.errors import LoadError, NoSuchEntrypoint, RemoteError, WorkflowError
from playground.core.rpc import RpcTarget
from playground.isolates.request import Request
from tests.integration.isolates.conftest import Isolates
from tests.integration.isolates.journal import EVENT_TIME, FakeStep, event

GET = Request("GET", "https://tenant.test/path?q=1")


def workflow(body: str, before: str = "") -> str:
    return f"""
        import {{ WorkflowEntrypoint }} from "cloudflare:workers";
        import {{ NonRetryableError }} from "cloudflare:workflows";
        {before}
        export class Flow extends WorkflowEntrypoint {{
          async run(event, step) {{ {body} }}
        }}
        export default {{ async fetch(request, env) {{ return new Response("ok"); }} }};
    """


async def run(isolates: Isolates, source: str, payload: Any = None, **env: Any) -> tuple[Any, FakeStep]:
    step = FakeStep()
    return decode(await isolates.load(source, **env).get_entrypoint("Flow").run(event(payload), step)), step


class Counter(RpcTarget):
    rpc_methods: ClassVar = MappingProxyType(
        {"add": "add", "fail": "fail", "refuse": "refuse", "make": "make"}
    )
    rpc_properties: ClassVar = MappingProxyType({"id": "id"})

    def __init__(self, id: str = "root") -> None:
        self.id = id
        self.total = 0

    async def add(self, number: int) -> int:
        self.total += number
        return self.total

    async def fail(self) -> None:
        raise RuntimeError("a path of the server: /srv/secret")

    async def refuse(self) -> None:
        raise WorkflowError("instance.not_found")

    async def make(self, id: str) -> Counter:
        return Counter(id)

    async def hidden(self) -> str:
        return "secret"


async def test_a_request_goes_in_and_a_response_comes_out(isolates: Isolates) -> None:
    stub = isolates.load("""
        export default { async fetch(request) {
          const body = await request.json();
          const { searchParams } = new URL(request.url);
          const seen = [request.method, searchParams.get("q"), request.headers.get("x-a"), body.n];
          return new Response(JSON.stringify(seen), { status: 201, headers: { "X-B": "2" } });
        } };
    """)
    request = Request("POST", "https://tenant.test/?q=7", {"X-A": "1"}, '{"n": 5}')
    response = await stub.get_entrypoint().fetch(request)
    assert response.status == 201
    assert response.headers["x-b"] == "2"
    assert response.text() == '["POST","7","1",5]'


async def test_bytes_pass_unchanged(isolates: Isolates) -> None:
    stub = isolates.load("""
        export default { async fetch(request) { return new Response(await request.arrayBuffer()); } };
    """)
    body = bytes(range(256)) * 300
    assert (await stub.get_entrypoint().fetch(Request("POST", "https://t.test/", {}, body))).body == body


async def test_run_sees_its_event_and_gives_its_output(isolates: Isolates) -> None:
    output, _ = await run(isolates, workflow("return { event, at: event.timestamp.getTime() };"), {"a": [1]})
    assert output["event"]["payload"] == {"a": [1]}
    assert output["event"]["instanceId"] == "instance"
    assert output["event"]["workflowName"] == "flow"
    assert output["at"] == EVENT_TIME.timestamp() * 1000


async def test_a_step_s_callback_runs_in_the_isolate(isolates: Isolates) -> None:
    source = workflow("""
        const sum = await step.do("sum", async (ctx) => event.payload.a + ctx.attempt + ctx.step.count);
        await step.sleep("rest", "2 seconds");
        return { sum };
    """)
    output, step = await run(isolates, source, {"a": 40})
    assert output == {"sum": 42}
    assert step.outcomes == {"sum": 42}
    assert step.slept == [("rest", "2 seconds")]


async def test_what_a_callback_throws_reaches_the_engine_and_then_the_run(isolates: Isolates) -> None:
    source = workflow("""
        try { await step.do("bad", async () => { throw new TypeError("no", { cause: 7 }); }); }
        catch (error) { return [error instanceof Error, error.name, error.message]; }
    """)
    output, step = await run(isolates, source)
    assert output == [True, "TypeError", "no"]
    record = step.outcomes["bad"].record()
    assert (record.name, record.message, record.cause) == ("TypeError", "no", 7)


async def test_what_run_throws_is_raised(isolates: Isolates) -> None:
    with pytest.raises(RemoteError, match="stop here") as caught:
        await run(isolates, workflow('throw new NonRetryableError("stop here");'))
    assert caught.value.name == "NonRetryableError"


@pytest.mark.parametrize(
    ("thrown", "message"), [("null", "null"), ("1", "1"), ("'text'", "text"), ("undefined", "undefined")]
)
async def test_what_is_thrown_need_be_no_error(isolates: Isolates, thrown: str, message: str) -> None:
    with pytest.raises(RemoteError) as caught:
        await run(isolates, workflow(f"throw {thrown};"))
    assert caught.value.message == message


async def test_lines_know_the_step_that_they_belong_to(isolates: Isolates) -> None:
    source = workflow("""
        console.log("before");
        await Promise.all([1, 2].map((n) => step.do(`s${n}`, async () => {
          console.warn("in", n);
          await new Promise((resolve) => setTimeout(resolve, 3 - n));
          console.info("after", n);
        })));
        console.error("end");
    """)
    _, step = await run(isolates, source)
    assert step.lines[0] == ("log", "before", None)
    assert step.lines[-1] == ("error", "end", None)
    assert sorted(step.lines[1:-1]) == sorted(
        [("warn", "in 1", "s1"), ("warn", "in 2", "s2"), ("info", "after 1", "s1"), ("info", "after 2", "s2")]
    )
    assert isolates.lines == []


async def test_lines_outside_runs_go_to_the_tail(isolates: Isolates) -> None:
    stub = isolates.load("""
        console.log("top");
        export default { async fetch() { console.debug("inside"); return new Response(); } };
    """)
    await stub.get_entrypoint().fetch(GET)
    heard: list[Any] = []
    await stub.get_entrypoint().fetch(GET, tail=heard.append)
    assert [line.message for line in isolates.lines] == ["top", "inside", "inside"]
    assert [(line.level, line.message) for line in heard] == [("debug", "inside")]


async def test_a_flood_of_lines_is_cut_and_says_so(isolates: Isolates) -> None:
    _, step = await run(
        isolates, workflow('for (let i = 0; i < 1500; i++) console.log(i); console.log("x".repeat(20000));')
    )
    assert [line[1] for line in step.lines[:3]] == ["0", "1", "2"]
    assert len(step.lines) == 1001
    assert step.lines[-1] == ("warn", "501 lines were not kept: too many were logged", None)


async def test_a_long_line_is_cut(isolates: Isolates) -> None:
    _, step = await run(isolates, workflow('console.log("ä".repeat(20000));'))
    assert len(step.lines[0][1].encode()) <= 8192


async def test_env_holds_values_and_stubs(isolates: Isolates) -> None:
    source = workflow("""
        const first = await this.env.counter.add(2);
        const second = await this.env.counter.add(3);
        const made = await this.env.counter.make("other");
        return [first, second, this.env.limits.high, made.id, await made.add(10)];
    """)
    counter = Counter()
    output, _ = await run(isolates, source, None, counter=counter, limits={"high": 9})
    assert output == [2, 5, 9, "other", 10]
    assert counter.total == 5


async def test_only_listed_methods_can_be_called(isolates: Isolates) -> None:
    source = workflow("""
        const seen = [];
        for (const name of ["hidden", "__init__", "constructor", "rpc_methods", "get:hidden", ""]) {
          try { await this.env.counter[name](); seen.push("called"); }
          catch (error) { seen.push(error.name); }
        }
        return seen;
    """)
    assert (await run(isolates, source, None, counter=Counter()))[0] == ["TypeError"] * 6


async def test_errors_of_host_methods_cross_only_if_they_are_meant_to(
    isolates: Isolates, caplog: pytest.LogCaptureFixture
) -> None:
    source = workflow("""
        const seen = [];
        for (const name of ["fail", "refuse"]) {
          try { await this.env.counter[name](); }
          catch (error) { seen.push([error.name, error.message, String(error.stack)]); }
        }
        return seen;
    """)
    output, _ = await run(isolates, source, None, counter=Counter())
    assert [pair[:2] for pair in output] == [
        ["Error", "internal error"],
        ["WorkflowError", "instance.not_found"],
    ]
    assert "secret" not in str(output)
    assert "secret" in caplog.text


async def test_a_missing_export_is_named(isolates: Isolates) -> None:
    stub = isolates.load(workflow("return 1;"))
    with pytest.raises(NoSuchEntrypoint, match="no such entrypoint: Missing"):
        await stub.get_entrypoint("Missing").run(event(), FakeStep())


async def test_a_cancelled_run_is_forgotten_and_another_starts_from_the_top(isolates: Isolates) -> None:
    stub = isolates.load(
        workflow("""
        console.log("start");
        const { payload } = await step.waitForEvent("go", { type: "go" });
        return payload;
    """)
    )
    first = FakeStep()
    task = asyncio.create_task(stub.get_entrypoint("Flow").run(event(), first))
    await first.waits.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    second = FakeStep()
    task = asyncio.create_task(stub.get_entrypoint("Flow").run(event(), second))
    await second.waits.wait()
    second.events["go"].set_result({"payload": 5})
    assert decode(await task) == 5
    assert first.lines == second.lines == [("log", "start", None)]


async def test_a_run_that_only_waits_is_not_held(isolates: Isolates) -> None:
    stub = isolates.load(workflow('await step.waitForEvent("go", { type: "go" });'))
    step = FakeStep()
    task = asyncio.create_task(stub.get_entrypoint("Flow").run(event(), step))
    await step.waits.wait()
    await step.idle.wait()
    assert step.most_holds > 0
    step.events["go"].set_result(None)
    await task
    assert step.holds == 0


async def test_a_run_with_a_timer_is_held(isolates: Isolates) -> None:
    stub = isolates.load(
        workflow("""
        setTimeout(() => {}, 100000);
        await step.waitForEvent("go", { type: "go" });
    """)
    )
    step = FakeStep()
    task = asyncio.create_task(stub.get_entrypoint("Flow").run(event(), step))
    await step.waits.wait()
    await asyncio.sleep(0.02)
    assert step.holds == 1
    task.cancel()
    await asyncio.wait([task])
    assert step.holds == 0


async def test_a_hundred_runs_share_an_isolate(isolates: Isolates) -> None:
    stub = isolates.load(
        workflow("""
        const a = await step.do("a", async () => { console.log(event.payload); return event.payload * 2; });
        await new Promise((resolve) => setTimeout(resolve, 1));
        return a + await step.do("b", async () => 1);
    """)
    )
    steps = [FakeStep() for _ in range(100)]
    outputs = await asyncio.gather(
        *(stub.get_entrypoint("Flow").run(event(n), step) for n, step in enumerate(steps))
    )
    assert [decode(output) for output in outputs] == [n * 2 + 1 for n in range(100)]
    assert [step.lines for step in steps] == [[("log", str(n), "a")] for n in range(100)]
    assert isolates.loader.loads == 1


async def test_half_a_character_is_no_trouble(isolates: Isolates) -> None:
    source = workflow("""
        console.log("a \\ud800 b");
        const kept = await step.do("keep", async () => "\\udc00" + event.payload);
        if (kept.length !== 2) throw new Error("\\ud800");
        return kept;
    """)
    output, step = await run(isolates, source, "\ud83d")
    assert output == "\udc00\ud83d"
    assert step.lines == [("log", "a \ufffd b", None)]
    with pytest.raises(RemoteError):
        await run(isolates, source, "")
    with pytest.raises(LoadError):
        await run(isolates, "console.log('\\ud800'); throw new Error('\\udc00');")
    assert [line.message for line in isolates.lines] == ["\ufffd"]
