"""Functions, targets, services and promises across the wall, both ways, between real isolates."""

from __future__ import annotations

import asyncio
import gc
from types import MappingProxyType
from typing import Any, ClassVar

import pytest

from playground.core.errors import NoSuchEntrypoint, RemoteError
from playground.core.rpc import RpcTarget
from playground.isolates.remote_function import RemoteFunction, RemoteTarget
from playground.isolates.request import Request
from tests.integration.isolates.conftest import Isolates

GET = Request("GET", "https://tenant.test/")


def worker(body: str, rest: str = "") -> str:
    return f"""
        import {{ WorkerEntrypoint, RpcTarget }} from "cloudflare:workers";
        {rest}
        export default class extends WorkerEntrypoint {{ {body} }}
    """


class Box(RpcTarget):
    """Holds what it is given, as long as it is told to."""

    rpc_methods: ClassVar = MappingProxyType(
        {"keep": "keep", "call": "call", "clear": "clear", "make": "make", "same": "same"}
    )
    rpc_properties: ClassVar = MappingProxyType({"name": "name", "inner": "inner"})

    def __init__(self, name: str = "box") -> None:
        self.name = name
        self.kept: list[Any] = []

    @property
    def inner(self) -> list[str]:
        return [self.name]

    async def keep(self, *values: Any) -> None:
        self.kept += values

    async def call(self, function: RemoteFunction, *arguments: Any) -> Any:
        return await function(*arguments)

    async def clear(self) -> None:
        self.kept.clear()

    async def make(self, name: str) -> Box:
        return Box(name)

    async def same(self, value: Any) -> Any:
        return value


async def test_methods_of_an_entrypoint_are_called_by_name(isolates: Isolates) -> None:
    entry = isolates.load(
        worker("greet(name) { return `hello ${name}` } get version() { return 7 }")
    ).get_entrypoint()
    assert await entry.greet("Ada") == "hello Ada"
    assert await entry.call("greet", "Bob") == "hello Bob"
    assert await entry.version == 7


@pytest.mark.parametrize(
    "name", ["nothing", "constructor", "toString", "own", "ctx", "env", "hasOwnProperty"]
)
async def test_what_a_class_does_not_declare_cannot_be_reached(isolates: Isolates, name: str) -> None:
    entry = isolates.load(worker("own = () => 1; #hidden() {}")).get_entrypoint()
    for use in (entry.call(name), entry.call("get:" + name)):
        with pytest.raises(RemoteError, match=f'does not implement the method "{name}"') as caught:
            await use
        assert caught.value.name == "TypeError"


async def test_an_entrypoint_that_is_not_there_is_named(isolates: Isolates) -> None:
    with pytest.raises(NoSuchEntrypoint, match="no such entrypoint: Nobody"):
        await isolates.load(worker("")).get_entrypoint("Nobody").greet()


async def test_an_object_s_functions_take_one_argument_then_env_and_ctx(isolates: Isolates) -> None:
    source = "export default { add(one, env, ctx) { return [one, env.two, ctx.props.three] } }"
    entry = isolates.load(source, two=2).get_entrypoint(props={"three": 3})
    assert await entry.add(1) == [1, 2, 3]
    with pytest.raises(RemoteError, match="takes one argument"):
        await entry.add(1, 2)


async def test_props_are_the_entrypoint_s_own(isolates: Isolates) -> None:
    stub = isolates.load(
        worker("async who() { return [this.ctx.props.user, await this.ctx.props.box.name] }")
    )
    entries = [stub.get_entrypoint(props={"user": user, "box": Box(user)}) for user in ("a", "b")]
    assert await asyncio.gather(*(entry.who() for entry in entries)) == [["a", "a"], ["b", "b"]]


async def test_functions_of_the_tenant_are_called_by_the_host_and_back(isolates: Isolates) -> None:
    box = Box()
    entry = isolates.load(
        worker("async go() { let n = 0; return [await this.env.box.call(async (x) => n += x, 5), n] }"),
        box=box,
    ).get_entrypoint()
    assert await entry.go() == [5, 5]


async def test_functions_of_the_host_are_called_by_the_tenant(isolates: Isolates) -> None:
    async def double(value: int) -> int:
        return value * 2

    entry = isolates.load(
        worker(
            "async go(f) { return [typeof f, await f(4), await this.env.sum(1, 2), await (await f).name] }"
        ),
        sum=lambda *values: sum(values),
    ).get_entrypoint()
    with pytest.raises(RemoteError, match="name"):
        await entry.go(double)
    entry = isolates.load(
        worker("async go(f) { return [typeof f, await f(4), await this.env.sum(1, 2)] }"),
        sum=lambda *values: sum(values),
    ).get_entrypoint()
    assert await entry.go(double) == ["function", 8, 3]


async def test_a_function_that_the_tenant_returns_lives_until_it_is_let_go(isolates: Isolates) -> None:
    stub = isolates.load(worker("make(n) { return { add: (k) => n += k, list: [() => n] } }"))
    async with stub.session() as session:
        made = await stub.get_entrypoint().make(10)
        assert await made["add"](5) == 15
        assert await made["list"][0]() == 15
        assert session.references == (2, 0)
        del made
        gc.collect()
        for _ in range(5):
            await asyncio.sleep(0)
        assert session.references == (0, 0)


async def test_a_target_of_the_tenant_has_awaitable_members(isolates: Isolates) -> None:
    source = worker(
        "open(n) { return new Counter(n) }",
        """
        class Counter extends RpcTarget {
          #n; secret = 1;
          constructor(n) { super(); this.#n = n }
          add(k) { return this.#n += k }
          get value() { return this.#n }
          next() { return new Counter(this.#n + 1) }
          _inside() { return "underscores are names like any other" }
        }
        """,
    )
    entry = isolates.load(source).get_entrypoint()
    counter = await entry.open(1)
    assert isinstance(counter, RemoteTarget)
    assert await counter.add(2) == 3
    assert await counter.value == 3
    assert await counter.next().next().value == 5
    assert await entry.open(7).add(1) == 8
    assert await counter.receive("_inside", []) == "underscores are names like any other"
    for name in ("secret", "constructor"):
        with pytest.raises(RemoteError, match="does not implement"):
            await counter.receive("get:" + name, [])
    with counter:
        assert await counter.value == 3
    with pytest.raises(RemoteError, match="the function is gone"):
        await counter.value


async def test_what_came_from_here_goes_back_as_what_it_is(isolates: Isolates) -> None:
    box = Box()
    entry = isolates.load(
        worker(
            """
            same(value) { return value }
            async home() {
              const f = () => 1, t = new T();
              const [a, b] = await this.env.box.same([f, t]);
              return [a === f, b === t];
            }
        """,
            "class T extends RpcTarget {}",
        ),
        box=box,
    ).get_entrypoint()
    assert await entry.same(box) is box
    assert await entry.home() == [True, True]


async def test_promises_go_as_arguments_and_results(isolates: Isolates) -> None:
    entry = isolates.load(
        worker("""
            later() { return { soon: Promise.resolve([1]), nested: [this.env.box.same(2)] } }
            async pass() {
              const made = this.env.box.make("inner");
              return [await this.env.box.same(made.name), await this.env.box.same({ p: Promise.resolve(5) })];
            }
            take(value) { return value }
            async fails() { return await this.env.box.same(Promise.reject(new RangeError("no"))) }
        """),
        box=Box(),
    ).get_entrypoint()
    assert await entry.later() == {"soon": [1], "nested": [2]}
    assert await entry.call("pass") == ["inner", {"p": 5}]
    assert await entry.take([entry.take(3), entry.take({"a": 4})]) == [3, {"a": 4}]
    with pytest.raises(RemoteError, match="no"):
        await entry.fails()


async def test_calls_can_go_on_before_they_are_answered(isolates: Isolates) -> None:
    entry = isolates.load(
        worker("""
            async go() {
              const { box } = this.env;
              const made = box.make("deep");
              return [
                await made.name, await box.make("a").make("b").name, await (await box.make("c")).name,
                await box.same({ list: [7] }).list, await box.inner, await box.make("x").same(8),
                typeof made, typeof made.anything, await box.same([1, 2]).length,
              ];
            }
            async missing() { return await this.env.box.make("a").nothing() }
            async plain() { return await this.env.box.same({ a: 1 }).hasOwnProperty("a") }
        """),
        box=Box(),
    ).get_entrypoint()
    assert await entry.go() == [
        "deep", "b", "c", [7], ["box"], 8, "function", "function", 2,
    ]  # fmt: skip
    with pytest.raises(RemoteError, match='does not implement the method "nothing"'):
        await entry.missing()
    with pytest.raises(RemoteError, match='does not implement the method "hasOwnProperty"'):
        await entry.plain()


async def test_a_stub_is_no_thenable_and_says_little(isolates: Isolates) -> None:
    entry = isolates.load(
        worker("""
            async go() {
              const { box } = this.env;
              return [
                box.then, (await box) === box, (await Promise.resolve(box)) === box, box.toJSON,
                JSON.stringify({ box }), `${box}`, Object.keys(box), box.name, "x" in box,
                box[Symbol.iterator], box[Symbol.toPrimitive],
                (() => { try { box.name = 5; return "set" } catch (e) { return e.name } })(),
              ];
            }
        """),
        box=Box(),
    ).get_entrypoint()
    found = await entry.go()
    undefined = found[0]
    assert found[1:] == [
        True, True, undefined, '{"box":{}}', "[object RpcStub]", [], "box", False, undefined, undefined,
        "TypeError",
    ]  # fmt: skip


async def test_services_of_other_isolates_are_called_through_env(isolates: Isolates) -> None:
    service = isolates.load(
        worker(
            """
            async fetch(request) {
              const { pathname } = new URL(request.url);
              const text = `${request.method} ${pathname} ${await request.text()}`;
              return new Response(text, { status: 201, headers: { "x-a": "b" } });
            }
            add(a, b) { return a + b }
            each(list, f) { return Promise.all(list.map((one) => f(one))) }
            open() { return new Door(this.ctx.props.key) }
        """,
            """class Door extends RpcTarget {
              #k; constructor(k) { super(); this.#k = k }
              get key() { return this.#k }
            }""",
        )
    ).get_entrypoint(props={"key": "k1"})
    entry = isolates.load(
        worker("""
            async go() {
              const { service } = this.env;
              const first = await service.fetch("https://x.test/path", { method: "POST", body: "text" });
              const second = await service.fetch(new Request("https://x.test/other"));
              return [
                first.status, first.headers.get("x-a"), await first.text(), await second.text(),
                await service.add(2, 3), await service.each([1, 2], (n) => n * 10), await service.open().key,
                first instanceof Response,
              ];
            }
        """),
        service=service,
    ).get_entrypoint()
    assert await entry.go() == [
        201, "b", "POST /path text", "GET /other ", 5, [10, 20], "k1", True,
    ]  # fmt: skip


async def test_a_target_of_one_isolate_is_used_by_another(isolates: Isolates) -> None:
    maker = isolates.load(
        worker(
            "make() { return new Cell() }",
            "class Cell extends RpcTarget { #v = 0; set(v) { this.#v = v } get v() { return this.#v } }",
        )
    ).get_entrypoint()
    user = isolates.load(
        worker("async use(cell) { await cell.set(5); return [await cell.v, cell] }")
    ).get_entrypoint()
    cell = await maker.make()
    value, back = await user.use(cell)
    assert value == 5
    assert back is cell
