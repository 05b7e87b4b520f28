"""What functions, targets and stubs leave behind (nothing), and how hostile code fares with them."""

from __future__ import annotations

import asyncio
import gc

import pytest

from playground.core.errors import IsolateLost, RemoteError
from tests.integration.isolates.conftest import Isolates, Open
from tests.integration.isolates.test_rpc import Box, worker


async def settled() -> None:
    """What is done in the next iterations of the event loop is done."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_after_the_isolate_s_death_its_proxies_say_so(isolates: Isolates) -> None:
    stub = isolates.load(
        worker(
            "make() { return [() => 1, new T()] } spin() { for (;;) ; }",
            "class T extends RpcTarget { m() {} }",
        )
    )
    function, target = await stub.get_entrypoint().make()
    async with stub.session() as session:
        session.close()
        assert session.references == (0, 0)
    with pytest.raises(IsolateLost):
        await function()
    with pytest.raises(IsolateLost):
        await target.m()
    with target:
        pass
    del function, target
    gc.collect()


async def test_a_thousand_callbacks_leave_nothing_behind(isolates: Isolates) -> None:
    box = Box()
    stub = isolates.load(
        worker("""
            async go(n) {
              for (let i = 0; i < n; i++) {
                await this.env.box.call((x) => x, i);
                await this.env.box.make("b").same(i);
              }
            }
            async hold(n) { for (let i = 0; i < n; i++) await this.env.box.keep(() => i) }
        """),
        box=box,
    )
    entry = stub.get_entrypoint()
    await entry.go(10)
    async with stub.session() as session:
        before = session.footprint.memory_bytes
        for _ in range(4):
            await entry.go(250)
        await settled()
        assert session.references == (0, 0)
        assert session.footprint.memory_bytes <= before + (1 << 20)
        await entry.hold(1000)
        assert session.references == (1000, 0)
        assert await box.kept[-1]() == 999
        box.kept.clear()
        await settled()
        assert session.references == (0, 0)
        await entry.hold(1000)
        assert session.references == (1000, 0), "the isolate let go of its own, too"
        box.kept.clear()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return Array.from({ length: 1e5 }, () => () => 1)", "more than 1000"),
        ("return Array.from({ length: 1e5 }, () => new T())", "more than 1000"),
        ("return Array.from({ length: 1e5 }, () => Promise.resolve())", "more than 1000"),
        ("let v = []; for (let i = 0; i < 1e5; i++) v = [v, () => 1]; return v", "200 deep"),
        ("for (;;) await this.env.box.keep(...Array(900).fill(0).map(() => () => 1))", "more than 10000"),
        (
            """let p = Promise.resolve(1);
               for (let i = 0; i < 300; i++) { const q = p; p = Promise.resolve({ q }) } return p""",
            "200 deep",
        ),
        ("return Symbol('s')", "symbol"),
        ("return new WeakMap()", "WeakMap"),
    ],
)  # fmt: skip
async def test_too_much_is_refused_where_it_is_said(open_isolates: Open, body: str, message: str) -> None:
    source = worker(f"async go() {{ {body} }} fine() {{ return 1 }}", "class T extends RpcTarget {}")
    async with open_isolates(cpu_ms=10_000) as isolates:  # it takes its time on a busy machine
        entry = isolates.load(source, box=Box()).get_entrypoint()
        with pytest.raises(RemoteError, match=message):
            await entry.go()
        assert await entry.fine() == 1, "and nothing is broken"


async def test_replaced_prototypes_change_nothing_for_the_runtime(isolates: Isolates) -> None:
    source = worker(
        """async go(f) {
          return [await f(1), await this.env.box.make("n").name, await this.env.box.call(() => 3)];
        }""",
        """
        for (const { prototype } of [Promise, Map, WeakMap, Set, Array]) {
          for (const name of Object.getOwnPropertyNames(prototype)) {
            const { value } = Object.getOwnPropertyDescriptor(prototype, name);
            if (typeof value !== "function" || name === "constructor") continue;
            prototype[name] = () => { throw new Error("replaced " + name) };
          }
        }
        Object.prototype.get = () => "polluted"; Object.prototype.apply = () => "polluted";
        Object.prototype.props = { name: "polluted" }; Object.prototype.method = "polluted";
        Function.prototype.call = Function.prototype.apply = () => "polluted";
        globalThis.Proxy = class {}; globalThis.WeakMap = class {};
        """,
    )
    entry = isolates.load(source, box=Box()).get_entrypoint()
    assert await entry.go(lambda value: value + 1) == [2, "n", 3]


async def test_a_stub_that_was_disposed_of_is_of_no_use(isolates: Isolates) -> None:
    stub = isolates.load(
        worker("""
            async go() {
              const made = await this.env.box.make("m");
              const twin = made.dup();
              made[Symbol.dispose]();
              const seen = [await twin.same(1)];
              try { await made.same(2) } catch (e) { seen.push(e.message) }
              { using inner = await this.env.box.make("u"); seen.push(await inner.same(3)) }
              twin[Symbol.dispose]();
              return seen;
            }
        """),
        box=Box(),
    )
    async with stub.session() as session:
        assert await stub.get_entrypoint().go() == [1, "the stub was disposed of", 3]
        await settled()
        assert session.references == (0, 0)
