"""`ctx.exports`: tenant code calls its own entrypoints, and lends them."""

from __future__ import annotations

import asyncio

import pytest

from playground.core.errors import RemoteError
from playground.isolates import exports
from playground.isolates.loader_binding import LoaderBinding
from playground.isolates.request import Request
from tests.integration.isolates.conftest import Isolates

WORKER = """
import { WorkerEntrypoint, WorkflowEntrypoint, RpcTarget } from "cloudflare:workers";
export class Greeter extends WorkerEntrypoint {
  made = globalThis.made = (globalThis.made ?? 0) + 1;
  greet(name) { return `${this.ctx.props.greeting ?? "Hello"}, ${name}!` }
  get count() { return this.made }
  async back(f) { return await f(2) }
  again() { return this.ctx.exports.Greeter.again() }
  throws() { throw new TypeError("not today") }
}
export class Gateway extends WorkerEntrypoint {
  async fetch(request) {
    return new Response(`${this.ctx.props.who ?? "?"} ${request.method} ${await request.text()}`);
  }
}
export class Flow extends WorkflowEntrypoint { async run() {} }
export class Target extends RpcTarget {}
export const handler = { fetch() { return new Response("object") } };
export const settings = { fetch: 5 };
export function plain() {}
export const answer = 42;
export default {
  async fetch(request, env, ctx) {
    const got = await ctx.exports.Gateway({ props: { who: "I" } }).fetch("https://x.internal/", {
      method: "POST", body: "text",
    });
    return new Response(await got.text() + " " + await (await ctx.exports.handler.fetch("https://x/")).text());
  },
  names(_, env, ctx) { return Object.keys(ctx.exports) },
  async greet(name, env, ctx) {
    const { Greeter } = ctx.exports;
    const polite = Greeter({ props: { greeting: "Good day" } });
    return [await Greeter.greet(name), await polite.greet(name), await Greeter({}).greet(name)];
  },
  async more(_, env, ctx) {
    const { exports } = ctx;
    const thrown = await exports.Greeter.throws().catch((error) => [error.name, error.message]);
    return [
      await exports.Greeter.back((n) => n * 21), typeof (await exports.Greeter.count), thrown,
      exports === ctx.exports, await exports.default.names(),
    ];
  },
  async refused(_, env, ctx) {
    const names = [];
    for (const call of [
      () => ctx.exports.Greeter("text"), () => ctx.exports.Greeter({ props: 5 }),
      () => ctx.exports.Flow.run(),
      () => ctx.exports.Greeter.missing(), () => ctx.exports.Greeter({ props: { s: Symbol() } }).greet("x"),
    ]) try { await call(); names.push("nothing") } catch (error) { names.push(error.name) }
    return names;
  },
  endless(_, env, ctx) { return ctx.exports.Greeter.again() },
  async lent(code, env, ctx) {
    const { Greeter, Gateway } = ctx.exports;
    const worker = env.LOADER.load({
      mainModule: "a.js", modules: { "a.js": code },
      env: { GREETER: Greeter({ props: { greeting: "Lent" } }) },
      globalOutbound: Gateway({ props: { who: "guard" } }),
    });
    return await worker.getEntrypoint().go(null);
  },
};
"""
BORROWER = """
export default {
  async go(_, env) {
    const response = await fetch("https://example.com/", { method: "PUT", body: "b" });
    return [await env.GREETER.greet("Ada"), await response.text()];
  },
};
"""


async def test_each_service_is_there_by_name(isolates: Isolates) -> None:
    entry = isolates.load(WORKER).get_entrypoint()
    assert await entry.names(None) == ["Gateway", "Greeter", "default", "handler"]


async def test_methods_are_called_with_props_of_the_caller_s(isolates: Isolates) -> None:
    entry = isolates.load(WORKER).get_entrypoint(props={"greeting": "not of the service"})
    assert await entry.greet("Ada") == ["Hello, Ada!", "Good day, Ada!", "Hello, Ada!"]


async def test_requests(isolates: Isolates) -> None:
    response = await isolates.load(WORKER).get_entrypoint().fetch(Request("GET", "https://x.internal/"))
    assert response.text() == "I POST text object"


async def test_functions_properties_and_errors(isolates: Isolates) -> None:
    entry = isolates.load(WORKER).get_entrypoint()
    found = await entry.more(None)
    assert found == [
        42,
        "number",
        ["TypeError", "not today"],
        True,
        ["Gateway", "Greeter", "default", "handler"],
    ]


async def test_what_is_no_service_or_no_props(isolates: Isolates) -> None:
    entry = isolates.load(WORKER).get_entrypoint()
    assert await entry.refused(None) == ["TypeError", "TypeError", "TypeError", "TypeError", "DataCloneError"]


async def test_a_service_can_be_lent_to_what_is_loaded(isolates: Isolates) -> None:
    loader = LoaderBinding(isolates.loader, "lends")
    assert await isolates.load(WORKER, LOADER=loader).get_entrypoint().lent(BORROWER) == [
        "Lent, Ada!",
        "guard PUT b",
    ]


async def test_what_calls_itself_without_end_is_stopped(
    isolates: Isolates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_UNDER_WAY", 100)
    entry = isolates.load(WORKER).get_entrypoint()
    with pytest.raises(RemoteError, match=r"more than 100 calls of ctx\.exports are under way"):
        await asyncio.wait_for(entry.endless(None), 60)
    assert await entry.greet("Ada") == ["Hello, Ada!", "Good day, Ada!", "Hello, Ada!"]


async def test_after_the_isolate_was_lost(isolates: Isolates) -> None:
    entry = isolates.load(WORKER).get_entrypoint()
    await entry.greet("Ada")
    await isolates.loader.close()
    assert (await entry.greet("Ada"))[0] == "Hello, Ada!"
