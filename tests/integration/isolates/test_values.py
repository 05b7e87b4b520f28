"""What may be a step's result, an output, params or an event: through the wall, into storage, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from playground.core.clock import ManualClock
from playground.core.errors import WorkflowError
from playground.engine.engine import EngineSettings
from playground.engine.entries import FINISHED
from playground.isolates.loader import WorkerStub
from tests.integration.isolates.conftest import Isolates
from tests.unit.engine.harness import Server

MIB = 1024 * 1024
VALUES = r"""
const made = () => {
  const shared = { deep: [1] };
  const cycle = { name: "cycle", map: new Map(), set: new Set() };
  cycle.self = cycle; cycle.map.set(cycle, [cycle.set]); cycle.set.add(cycle.map);
  const proto = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "$date": 5}');
  const regexp = /a(?<b>c)\/"\u2028/giu; regexp.lastIndex = 3;
  const failure = new RangeError("no", { cause: new TypeError("deep", { cause: "text" }) });
  const buffer = new Uint8Array([9, 1, 2, 3, 4, 5, 6, 7, 8, 9]).buffer;
  return {
    undefined: undefined, null: null, yes: true, no: false,
    numbers: [0, -0, NaN, Infinity, -Infinity, 1e21, 5e-324, 2 ** 53, -(2 ** 53) - 2, 0.1],
    bigints: [0n, -1n, 2n ** 64n, -(10n ** 300n)],
    strings: ["", "\0", "\ud800", "\u2028", "👍", '"\\', "__proto__", "x".repeat(100_000)],
    dates: [new Date(0), new Date(-1), new Date(8.64e15), new Date(NaN)],
    regexp, failure, buffer, proto, cycle, shared: [shared, shared], empty: [[], {}, new Map(), new Set()],
    map: new Map([[NaN, 1], [{ key: 1 }, undefined], [null, -0]]), set: new Set([undefined, "a", 1n]),
    views: [
      new Uint8Array(buffer, 1, 3), new Int8Array([-1]), new Uint8ClampedArray([300]),
      new Int16Array([-2, 2]), new Uint16Array([65535]), new Int32Array([-(2 ** 31)]),
      new Uint32Array([2 ** 32 - 1]),
      new Float32Array([1.5, -0]), new Float64Array([NaN, 0.1]), new BigInt64Array([-1n]),
      new BigUint64Array([2n ** 64n - 1n]), new Float16Array([0.5]), new DataView(buffer, 2, 4),
    ],
    sparse: [1, , 3],
  };
};
const differences = (a, b, path = "$", seen = new Map()) => {
  if (typeof a !== "object" || a === null) return Object.is(a, b) ? [] : [path];
  if (seen.has(a)) return seen.get(a) === b ? [] : [path + " identity"];
  seen.set(a, b);
  if (typeof b !== "object" || b === null) return [path];
  if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return [path + " kind"];
  if (a instanceof Date) return differences(a.getTime(), b.getTime(), path);
  if (a instanceof RegExp) return String(a) === String(b) && b.lastIndex === 0 ? [] : [path];
  const inside = (x, y, at) => differences(x, y, path + at, seen);
  if (a instanceof Error) {
    const same = a.constructor === b.constructor && a.name === b.name && a.message === b.message;
    return [...(same ? [] : [path]), ...inside(a.cause, b.cause, ".cause")];
  }
  if (a instanceof ArrayBuffer) return inside([...new Uint8Array(a)], [...new Uint8Array(b)], ".bytes");
  if (ArrayBuffer.isView(a)) {
    const bytes = (v) => [...new Uint8Array(v.buffer, v.byteOffset, v.byteLength)];
    const own = b.buffer.byteLength === b.byteLength;
    return [...inside(bytes(a), bytes(b), ".bytes"), ...(own ? [] : [path + " whole"])];
  }
  if (a instanceof Map) return inside([...a], [...b], ".entries");
  if (a instanceof Set) return inside([...a], [...b], ".items");
  if (Array.isArray(a)) {
    return a.length === b.length ? a.flatMap((item, i) => inside(item, b[i], `[${i}]`)) : [path + ".length"];
  }
  const names = [Object.keys(a), Object.keys(b)];
  if (names[0].join() !== names[1].join()) return [`${path} keys ${names[1]}`];
  return names[0].flatMap((name) => inside(a[name], b[name], "." + name));
};
"""
SOURCE = (
    'import { WorkflowEntrypoint } from "cloudflare:workers";\n'
    "let calls = 0;\nclass Private { #state = 1; get() { return this.#state; } }\n"
    "const failure = async (work) => {\n"
    "  try { return await work; } catch (error) { return [error.name, error.message]; }\n};\n"
    + VALUES
    + "export class Flow extends WorkflowEntrypoint { async run(event, step) { BODY } }\n"
)


class Door:
    """Runs bodies of `run(event, step)` in an isolate, on an engine of its own."""

    def __init__(self, isolates: Isolates, server: Server) -> None:
        self._isolates = isolates
        self.server = server
        self.stub: WorkerStub

    def load(self, body: str) -> None:
        self.stub = self._isolates.load(SOURCE.replace("BODY", body))
        self.server.engine.register("flow", lambda: self.stub.get_entrypoint("Flow"))

    async def result(self, body: str, params: Any = None) -> Any:
        self.load(body)
        instance = await self.server.engine.workflow("flow").create(None, params)
        await self.server.ended(instance)
        return await instance.result()

    async def lose_isolate(self) -> None:
        async with self.stub.session() as session:
            session.close()


@pytest.fixture
async def door(isolates: Isolates, tmp_path: Path) -> AsyncIterator[Door]:
    server = Server(tmp_path, ManualClock(), EngineSettings())
    await server.open()
    await server.engine.start()
    yield Door(isolates, server)
    await server.close()


async def test_every_kind_of_value_comes_back_as_it_was_now_and_on_a_replay(door: Door) -> None:
    body = """
      const first = await step.do("make", async () => { calls++; return made(); });
      await step.sleep("nap", 60_000);
      const again = await step.do("again", async () => first);
      return [calls, differences(made(), first), differences(made(), again), ({}).polluted === undefined];
    """
    door.load(body)
    server = door.server
    instance = await server.engine.workflow("flow").create()
    await server.waiting(instance)
    await server.advance(server.settings.hibernate_after_ms)
    await server.forgotten()
    await door.lose_isolate()
    await server.advance(60_000)
    await server.ended(instance)
    assert await instance.result() == [0, [], [], True]


async def test_events_params_and_outputs_take_the_same_values(door: Door) -> None:
    door.load("return [made(), await step.do('give', async () => event.payload ?? made())];")
    server = door.server
    first = await server.engine.workflow("flow").create("first")
    await server.ended(first)
    status = await first.status()
    assert status.output is not None
    door.load("""
      const same = differences(made(), event.payload[0]);
      const got = await step.waitForEvent("wait", { type: "go" });
      return [same, differences(made(), got.payload[1])];
    """)
    second = await server.engine.workflow("flow").create("second", status.output)
    await server.waiting(second)
    await second.send_event(type="go", payload=status.output)
    await server.ended(second)
    # params and events are read by the server, whose dates end with the year 9999
    assert await second.result() == [["$.dates[2]"], ["$.dates[2]"]]


REFUSED = {
    "() => 1": "$: a function cannot be stored",
    "{ a: { 'b c': [0, () => 1] } }": "$.a.b c[1]: a function cannot be stored",
    "[Symbol('s')]": "$[0]: a symbol cannot be stored",
    "{ promise: Promise.resolve(1) }": "$.promise: a Promise cannot be stored; await it first",
    "new Private()": "$: a Private cannot be stored",
    "new Map([[1, new Private()]])": "$.get(0): a Private cannot be stored",
    "new Set([new WeakMap()])": "$.item(0): a WeakMap cannot be stored",
    "new Map([[Symbol(), 1]])": "$.key(0): a symbol cannot be stored",
    "{ error: new Error('e', { cause: () => 1 }) }": "$.error.cause: a function cannot be stored",
    "new Response('x')": "$: a Response cannot be stored",
    "{ r: new Request('http://x/') }": "$.r: a Request cannot be stored",
    "[1].values()": "$: an ",
    "(() => { let v = 1; for (let i = 0; i < 300; i++) v = [v]; return v; })()": "nested more than 200 deep",
}


async def test_what_is_no_value_fails_the_step_at_once_and_says_where(door: Door) -> None:
    steps = (
        f'await failure(step.do("make", async () => {{ calls++; return {value}; }}))' for value in REFUSED
    )
    *failures, calls = await door.result(f"return [{', '.join(steps)}, calls];")
    assert calls == len(REFUSED)
    for (name, message), expected in zip(failures, REFUSED.values(), strict=True):
        assert name == "WorkflowFatalError"
        assert message.startswith('The result of step "make" is not a value that can be stored: $')
        assert expected in message


async def test_an_output_that_is_no_value_errors_the_instance(door: Door) -> None:
    door.load("return { f: [() => 1] };")
    instance = await door.server.engine.workflow("flow").create()
    status = await door.server.ended(instance)
    assert status.error is not None
    assert status.error.name == "WorkflowFatalError"
    assert status.error.message == (
        "The workflow's output is not a value that can be stored: $.f[0]: a function cannot be stored"
    )


@pytest.mark.parametrize("more", [0, 1])
async def test_a_mebibyte_is_a_value_and_a_byte_more_is_none(door: Door, more: int) -> None:
    server = door.server
    size = MIB - len('j""') + more
    door.load(f"""
      const of = (mark) => mark.repeat({size});
      const step1 = await failure(step.do("make", async () => {{ calls++; return of("s"); }}));
      const got = await step.waitForEvent("wait", {{ type: "go" }});
      const lengths = [step1, event.payload, got.payload].map((v) => typeof v === "string" ? v.length : v);
      await step.do("lengths", async () => [lengths, calls]);
      return of("o");
    """)
    flow = server.engine.workflow("flow")
    if more:
        with pytest.raises(
            WorkflowError, match="params is too large: 1048577 bytes, and the limit is 1048576"
        ):
            await flow.create("too-large", "p" * size)
    instance = await flow.create("one", "p" * (size - more))
    await server.waiting(instance)
    if more:
        with pytest.raises(WorkflowError, match="The event's payload is too large: 1048577 bytes"):
            await instance.send_event(type="go", payload="e" * size)
    await instance.send_event(type="go", payload="e" * (size - more))
    status = await server.ended(instance)
    *_, lengths = await server.entries(instance, "step_completed")
    whole = size - more
    refusal = "is too large: 1048577 bytes, and the limit is 1048576 bytes"
    first = ["WorkflowFatalError", f'The result of step "make" {refusal}'] if more else whole
    assert lengths["output"] == [[first, whole, whole], 1]
    assert status.status == ("errored" if more else "complete")
    if status.error is not None:
        assert status.error.message == f"The workflow's output {refusal}"


async def test_large_values_are_read_when_a_replay_asks_for_them(door: Door) -> None:
    door.load("""
      const make = async (i) => (await step.do("make " + i, async () => String(i).repeat(900_000))).length;
      const lengths = [await make(1), await make(2)];
      await step.sleep("nap", 60_000);
      return [...lengths, await make(3)];
    """)
    server = door.server
    instance = await server.engine.workflow("flow").create("one")
    await server.waiting(instance)
    await server.advance(server.settings.hibernate_after_ms)
    await server.forgotten()
    row = await server.database.read_one("SELECT key FROM instances")
    assert row is not None
    await door.lose_isolate()
    await server.advance(60_000)
    await server.ended(instance)
    assert await instance.result() == [900_000] * 3


async def test_a_sensitive_output_is_known_to_run_alone(door: Door) -> None:
    door.load("""
      const secret = await step.do("secret", { sensitive: "output" }, async () => ({ key: "hush-hush" }));
      await step.sleep("nap", 60_000);
      const again = await step.do("use", async () => secret.key.length);
      return again;
    """)
    server = door.server
    instance = await server.engine.workflow("flow").create("one")
    await server.waiting(instance)
    await server.advance(server.settings.hibernate_after_ms)
    await server.forgotten()
    await door.lose_isolate()
    await server.advance(60_000)
    status = await server.ended(instance)
    assert status.status in FINISHED
    assert await instance.result() == 9
    entries = await server.entries(instance)
    [secret] = [entry for entry in entries if entry["type"] == "step_completed" and entry["output"] != 9]
    assert secret["output"] == "[REDACTED]"
    assert "hush" not in str(entries)
    output = await instance.step_output("secret")
    assert (output.value, output.sensitive) == (None, True)
