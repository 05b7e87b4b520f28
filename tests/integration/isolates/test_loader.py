"""What platform builders do: load code, limit it, catch its requests, hear its tails, load from within."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.errors import IsolateCrashed, LimitExceeded, LoadError, RemoteError
from playground.core.values import View
from playground.isolates import (
    Entrypoint,
    Limits,
    LoaderBinding,
    LogLine,
    Outcome,
    Request,
    Response,
    WorkerCode,
    version_of,
)
from tests.integration.isolates.conftest import Isolates, Open

GET = Request("GET", "https://tenant.test/")
COUNTER = (
    "let n = 0; export default { fetch() { return new Response(String(++n)) }, async count() { return ++n } }"
)


def code(source: str, **about: Any) -> WorkerCode:
    return WorkerCode("index.js", {"index.js": source}, **about)


def worker(body: str, rest: str = "") -> str:
    return f"""
        import {{ WorkerEntrypoint }} from "cloudflare:workers"; {rest}
        export default class extends WorkerEntrypoint {{ {body} }}
    """


class Web:
    """Answers every request with what it was."""

    def __init__(self) -> None:
        self.seen: list[Request] = []
        self.holds: asyncio.Event | None = None
        self.cancelled = asyncio.Event()

    async def fetch(self, request: Request) -> Response:
        self.seen.append(request)
        if self.holds is not None:
            try:
                await self.holds.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        if request.url.endswith("/broken"):
            raise RuntimeError("a path of the server: /srv/secret")
        return Response(
            203, {"x-seen": request.method, "content-type": "text/plain"}, b"from " + request.url.encode()
        )


# -- loading


async def test_load_is_always_fresh(isolates: Isolates) -> None:
    one, other = isolates.loader.load(code(COUNTER)), isolates.loader.load(code(COUNTER))
    assert [await one.get_entrypoint().count(), await one.get_entrypoint().count()] == [1, 2]
    assert await other.get_entrypoint().count() == 1


async def test_code_of_the_same_id_with_other_bindings_does_not_share_an_isolate(isolates: Isolates) -> None:
    def get(**about: Any) -> Entrypoint:
        return isolates.loader.get("one", code(COUNTER, **about)).get_entrypoint()

    assert [await get().count(), await get().count()] == [1, 2]
    assert await get(env={"a": 1}).count() == 1
    assert await get(env={"a": 1}).count() == 2
    assert await get(limits=Limits(sub_requests=1)).count() == 1
    assert await get(global_outbound=Web()).count() == 1
    assert await get(compatibility_date="2026-01-01").count() == 1


async def test_a_version_says_code_and_bindings(isolates: Isolates) -> None:
    web, other = Web(), Web()
    versions = [
        version_of(made)
        for made in (
            code("1"), code("2"), code("1", env={"a": 1}),
            code("1", env={"a": web}), code("1", env={"a": other}),
            code("1", global_outbound=web), code("1", tenant="t"), WorkerCode("b.js", {"b.js": "1"}),
        )
    ]  # fmt: skip
    assert len(set(versions)) == len(versions)
    assert version_of(code("1", env={"a": web})) == versions[3]


async def test_beyond_their_memory_the_oldest_idle_ones_go(open_isolates: Open) -> None:
    hungry = (
        "const kept = new Uint8Array(4 << 20).fill(1); export default { async size() { return kept.length } }"
    )
    async with open_isolates(isolates_mib=20) as isolates:
        stubs = [isolates.loader.load(code(hungry + f"// {n}")) for n in range(8)]
        for stub in stubs:
            assert await stub.get_entrypoint().size() == 4 << 20
        assert 0 < isolates.loader.isolates < 8
        loads = isolates.loader.loads
        await stubs[-1].get_entrypoint().size()
        assert isolates.loader.loads == loads


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ({"compatibility_date": "yesterday"}, "compatibility_date"),
        ({"compatibility_date": "2026-02-30"}, "compatibility_date"),
        ({"compatibility_flags": ["No Such!"]}, "compatibility_flags"),
        ({"compatibility_flags": "nodejs_compat"}, "compatibility_flags"),
        ({"limits": {"cpu_ms": 0}}, "cpu_ms"),
        ({"limits": {"sub_requests": -1}}, "sub_requests"),
    ],
)
def test_what_code_cannot_have_is_named(about: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        code("", **{**about, **({"limits": Limits(**about["limits"])} if "limits" in about else {})})


async def test_env_is_at_most_1_mib(isolates: Isolates) -> None:
    entry = isolates.loader.load(
        code(worker("size() { return this.env.text.length }"), env={"text": "x" * 1_000_000})
    )
    assert await entry.get_entrypoint().size() == 1_000_000
    for env, message in (
        ({"text": "x" * (1 << 20)}, "larger than 1 MiB"),
        ({"a": [object()]}, r"\$\.a\[0\]"),
    ):
        with pytest.raises(LoadError, match=message):
            await isolates.loader.load(code(COUNTER, env=env)).get_entrypoint().count()


# -- the network


async def test_without_an_outbound_fetch_says_where_it_did_not_go(isolates: Isolates) -> None:
    entry = isolates.loader.load(code(worker("async go(url) { await fetch(url) }"))).get_entrypoint()
    with pytest.raises(RemoteError, match=r'"api\.example\.com" was .* its globalOutbound is null'):
        await entry.go("https://api.example.com:8080/x?y")
    with pytest.raises(RemoteError):
        await entry.go("no url")


async def test_an_outbound_takes_every_request(isolates: Isolates) -> None:
    web = Web()
    source = worker("""
        async go() {
          const init = { method: "POST", headers: { "X-K": "v" }, body: new Uint8Array([1, 255]) };
          const one = await fetch("https://a.test/1", init);
          const two = await fetch(new Request("https://a.test/2"));
          return [one.status, one.headers.get("x-seen"), await one.text(), two.ok, await two.text(), one.url];
        }
        async broken() { await fetch("https://a.test/broken") }
    """)
    entry = isolates.loader.load(code(source, global_outbound=web)).get_entrypoint()
    assert (await entry.go())[:5] == [203, "POST", "from https://a.test/1", True, "from https://a.test/2"]
    first = web.seen[0]
    assert (first.method, first.headers["x-k"], first.body) == ("POST", "v", b"\x01\xff")
    with pytest.raises(RemoteError, match="internal error") as caught:
        await entry.broken()
    assert "secret" not in str(caught.value.record())


async def test_another_isolate_may_be_the_outbound(isolates: Isolates) -> None:
    gateway = isolates.load(
        worker("fetch(request) { return new Response(this.ctx.props.who + ' ' + request.url) }")
    ).get_entrypoint(props={"who": "gateway"})
    source = worker("async go() { return await (await fetch('https://x.test/a')).text() }")
    entry = isolates.loader.load(code(source, global_outbound=gateway)).get_entrypoint()
    assert await entry.go() == "gateway https://x.test/a"


async def test_an_aborted_fetch_is_stopped_here_too(isolates: Isolates) -> None:
    web = Web()
    web.holds = asyncio.Event()
    source = worker("""
        async go() {
          const c = new AbortController();
          const asked = fetch("https://a.test/", { signal: c.signal });
          setTimeout(() => c.abort(), 5);
          try { await asked } catch (e) { return e.name }
        }
        async before() {
          const signal = AbortSignal.abort(new Error("mine"));
          try { await fetch("https://a.test/", { signal }) } catch (e) { return e.message }
        }
    """)
    entry = isolates.loader.load(code(source, global_outbound=web)).get_entrypoint()
    assert await entry.go() == "AbortError"
    await asyncio.wait_for(web.cancelled.wait(), 5)
    assert await entry.before() == "mine"
    assert len(web.seen) == 1


# -- limits


async def test_sub_requests_are_counted_for_each_call(isolates: Isolates) -> None:
    source = worker("""
        async go(n) {
          for (let i = 0; i < n; i++) await (i % 2 ? fetch("https://a.test/") : this.env.f(i));
          return n;
        }
    """)
    about = {"env": {"f": lambda value: value}, "global_outbound": Web()}
    stub = isolates.loader.load(code(source, limits=Limits(sub_requests=4), **about))
    entry, tight = stub.get_entrypoint(), stub.get_entrypoint(limits=Limits(sub_requests=2))
    assert [await entry.go(4), await entry.go(4), await tight.go(2)] == [4, 4, 2]
    for one, most in ((entry, 4), (tight, 2), (stub.get_entrypoint(limits=Limits(sub_requests=9)), 4)):
        with pytest.raises(RemoteError, match=f"Too many subrequests: one call may make {most} "):
            await one.go(most + 1)


async def test_an_entrypoint_may_have_less_cpu_time(isolates: Isolates) -> None:
    stub = isolates.loader.load(
        code(worker("spin(ms) { for (const end = Date.now() + ms; Date.now() < end; ) ; return 1 }"))
    )
    with pytest.raises(LimitExceeded, match="more than 20 ms"):
        await stub.get_entrypoint(limits=Limits(cpu_ms=20)).spin(150)
    with pytest.raises(ValueError, match="memory"):
        stub.get_entrypoint(limits=Limits(memory_mib=8))


# -- tails


async def test_tails_hear_lines_errors_and_outcomes_in_order(isolates: Isolates) -> None:
    heard: list[Any] = []
    sink = isolates.load("""
        const got = [];
        export default { tail(events) { got.push(...events) }, async events() { return got } }
    """).get_entrypoint()
    source = worker("""
        greet() { console.log("one"); console.warn("two"); return 1 }
        fail() { console.error("three"); throw new TypeError("broken") }
    """)
    made = code(source, tails=[heard.append, sink, lambda _: 1 / 0])
    entry = isolates.loader.load(made).get_entrypoint()
    await entry.greet()
    with pytest.raises(RemoteError):
        await entry.fail()
    await asyncio.sleep(0)
    told = [
        event.message
        if isinstance(event, LogLine)
        else (event.method, event.outcome, event.error and event.error.name)
        for event in heard
    ]
    assert told == ["one", "two", ("greet", "ok", None), "three", ("fail", "exception", "TypeError")]
    while len(traces := await sink.events()) < 2:
        await asyncio.sleep(0.01)
    assert [trace["outcome"] for trace in traces] == ["ok", "exception"]
    assert [log["message"] for log in traces[0]["logs"]] == [["one"], ["two"]]
    assert traces[1]["exceptions"][0]["message"] == "broken"
    assert traces[1]["event"] == {"rpcMethod": "fail"}


async def test_tails_are_told_why_a_call_was_stopped(isolates: Isolates) -> None:
    heard: list[Any] = []
    source = worker("""
        spin() { for (;;) ; }
        async wait() { console.log("waiting"); await new Promise((r) => setTimeout(r, 1e6)) }
    """)
    entry = isolates.loader.load(code(source, tails=[heard.append])).get_entrypoint()
    waiting = asyncio.ensure_future(entry.call("wait"))
    async with asyncio.timeout(30):
        while not heard:
            await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.wait([waiting])
    with pytest.raises(LimitExceeded):
        await entry.spin()
    await asyncio.sleep(0)
    assert [event.outcome for event in heard if isinstance(event, Outcome)] == ["canceled", "exceededCpu"]


# -- from within


DISPATCHER = """
    import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";
    const loads = [];
    export default {
      async fetch(request, env) {
        const tenant = new URL(request.url).pathname.slice(1);
        const worker = env.LOADER.get(tenant, async () => {
          loads.push(tenant);
          return {
            compatibilityDate: "2026-01-01",
            mainModule: "index.js",
            modules: { "index.js": env.SOURCE, "note.txt": { text: "a note" } },
            env: { NAME: tenant, STORE: env.STORE, LOG: (line) => loads.push(line) },
            globalOutbound: null,
          };
        });
        return worker.getEntrypoint(null, { props: { tenant } }).fetch(request);
      },
      async loads() { return loads },
      async once(source, env) {
        const worker = env.LOADER.load({ mainModule: "m.js", modules: { "m.js": source } });
        return await worker.getEntrypoint("Tool", { limits: { cpuMs: 100 } }).run(6);
      },
      async bad(code, env) { return await env.LOADER.load(code).getEntrypoint().anything() },
      async badId(id, env) { return await env.LOADER.get(id, () => ({})).getEntrypoint().anything() },
    }
"""
TENANT = """
    import note from "./note.txt";
    let n = 0;
    export default { async fetch(request, env, ctx) {
      await env.LOG("served " + env.NAME);
      let blocked;
      try { await fetch("https://out.test/") } catch (e) { blocked = e.message.includes("out.test") }
      return Response.json([env.NAME, ctx.props.tenant, note, await env.STORE.get("k"), ++n, blocked]);
    } }
"""


def dispatcher(isolates: Isolates) -> Entrypoint:
    store = isolates.load(worker("get(key) { return key + '!' }")).get_entrypoint()
    env = {"LOADER": LoaderBinding(isolates.loader, "platform"), "SOURCE": TENANT, "STORE": store}
    return isolates.loader.load(code(DISPATCHER, env=env)).get_entrypoint()


async def test_a_dispatcher_in_an_isolate_loads_its_tenants(isolates: Isolates) -> None:
    entry = dispatcher(isolates)
    answers = [
        (await entry.fetch(Request("GET", f"https://platform.test/{name}"))).json()
        for name in ("a", "b", "a")
    ]
    assert answers == [
        ["a", "a", "a note", "k!", 1, True],
        ["b", "b", "a note", "k!", 1, True],
        ["a", "a", "a note", "k!", 2, True],
    ]  # fmt: skip
    assert await entry.call("loads", None) == ["a", "served a", "b", "served b", "served a"]


async def test_a_tool_is_loaded_once(isolates: Isolates) -> None:
    tool = """
        import { WorkerEntrypoint } from "workers";
        export class Tool extends WorkerEntrypoint { run(n) { return n * 7 } }
    """
    assert await dispatcher(isolates).once(tool) == 42


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (5, "mainModule"),
        ({"mainModule": "a.js"}, "modules"),
        ({"mainModule": "a.js", "modules": {"b.js": ""}}, "a.js"),
        ({"mainModule": "a.js", "modules": {"a.js": "let let"}}, "let|expect"),
        ({"mainModule": "a.js", "modules": {"a.js": ""}, "limits": {"cpuMs": -1}}, "cpu_ms"),
        ({"mainModule": "a.js", "modules": {"a.js": ""}, "globalOutbound": 5}, "globalOutbound"),
        ({"mainModule": "a.js", "modules": {"a.js": ""}, "tails": [5]}, "tails"),
        ({"mainModule": "a.js", "modules": {"a.js": ""}, "compatibilityDate": "x"}, "compatibility_date"),
        ({"mainModule": "a.js", "modules": {"a.js": View("Uint8Array", b"")}}, "a.js"),
    ],
)
async def test_what_is_no_code_is_refused_within(isolates: Isolates, said: Any, message: str) -> None:
    with pytest.raises(RemoteError, match=message):
        await dispatcher(isolates).bad(said)


async def test_what_is_no_id_is_refused_within(isolates: Isolates) -> None:
    entry = dispatcher(isolates)
    with pytest.raises(RemoteError, match="takes an id"):
        await entry.badId(5)
    with pytest.raises(RemoteError, match="mainModule"):
        await entry.badId("fine")


async def test_an_isolate_that_is_crashed_is_loaded_again(isolates: Isolates) -> None:
    web = Web()
    web.holds = asyncio.Event()
    source = worker("async count() { await fetch('https://x.test/'); return 1 } async quick() { return 2 }")
    stub = isolates.loader.get("crashing", code(source, global_outbound=web))
    assert not stub.crash(), "there is none yet"
    entry = stub.get_entrypoint()
    held = [asyncio.ensure_future(entry.count()) for _ in range(2)]
    while len(web.seen) < 2:
        await asyncio.sleep(0.001)
    assert stub.crash()
    outcomes = await asyncio.gather(*held, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [IsolateCrashed, IsolateCrashed]
    await web.cancelled.wait()
    assert await entry.quick() == 2
