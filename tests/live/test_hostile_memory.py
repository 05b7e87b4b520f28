"""Tenants that take memory or stack without end: an error for them, and nobody else notices.

Where an allocation can never succeed, JavaScript throws what it would throw elsewhere (a RangeError), which
tenant code may catch; where memory runs out by and by, the isolate ends.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.live import attack as where
from tests.live.afterwards import Afterwards
from tests.live.arena import Arena
from tests.live.attack import CPU, MEM, Attack, ok, rejected, table
from tests.live.elsewhere import give_way

CPU_MS = 3000
TOO_LARGE = rejected("RangeError InternalError SyntaxError TypeError DataCloneError")
TOO_DEEP = rejected("RangeError", "call stack")
GROW_ARRAY = "const all = []; for (;;) all.push(new Array(10000).fill(all.length));"
LEAKY_STEPS = """
    const kept = [];
    for (let i = 0; i < 1000; i += 50) {{
      await Promise.all(Array.from({{ length: 50 }}, (_, j) => step.do(`s${{i + j}}`, async () => {{
        kept.push(new Array({0}).fill(i + j));
        return i + j;
      }})));
    }}
    return kept.length;"""
CAUGHT = "try {{ {0} }} catch (error) {{ return error instanceof {1} && 'caught'; }}"


def caught(kind: str, rows: dict[str, str]) -> list[Attack]:
    """Rows that tenant code gets over: it catches an error of this class, and goes on, and again so after a
    kill.
    """
    attempts = {name: CAUGHT.format(body, kind) for name, body in rows.items()}
    return table(where.replayed, ok("caught"), attempts)


RECURSIONS = {
    "function": "(function again() { return again() + 1; })();",
    "mutual": "const a = () => b() + 1, b = () => a() + 1; a();",
    "getter": "({ get x() { return this.x + 1; } }).x;",
    "setter": "({ set x(v) { this.x = v; } }).x = 1;",
    "toString": "const a = { toString() { return '' + a; } }; '' + a;",
    "valueOf": "const a = { valueOf() { return +a; } }; +a;",
    "toJSON": "const a = { toJSON() { return JSON.stringify(a); } }; JSON.stringify(a);",
    "constructor": "class A { constructor() { this.a = new A(); } } new A();",
    "proxies": "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x;",
    "proxy of itself": "const p = new Proxy({}, { get(_, name) { return p[name]; } }); p.x;",
    "inherited proxies": "let p = {}; for (let i = 0; i < 9e4; i++) p = {__proto__: new Proxy(p, {})}; p.x;",
    "sort": "(function again() { [2, 1].sort(again); })();",
    "map": "(function again() { [1].map(again); })();",
    "replace": "(function again() { 'a'.replace(/a/, again); })();",
    "template": "function again(text) { return again`${text}`; } again``;",
    "generator": "function* again() { yield* again(); } [...again()];",
    "instanceof": "class A { static [Symbol.hasInstance](a) { return a instanceof A; } } ({}) instanceof A;",
    "nested arrays to text": "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; String(a);",
    "nested arrays to JSON": "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a);",
    "nested arrays cloned": "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; structuredClone(a);",
    "JSON arrays": "JSON.parse('['.repeat(1e6));",
    "JSON objects": "JSON.parse('{\"a\":'.repeat(1e6) + '1' + '}'.repeat(1e6));",
    "names of proxies": "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); Object.keys(p);",
    "flat": "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a.flat(Infinity);",
    "Reflect.apply": "(function again() { Reflect.apply(again, null, []); })();",
}

ATTACKS: list[Attack] = [
    # what grows for ever
    *(Attack("arrays", place, GROW_ARRAY, MEM) for place in (
        where.run, where.step, where.module, where.handler, where.constructor
    )),
    # nobody waits for a timer's callback: its error is logged, and the run goes on, or ends with the isolate
    Attack("arrays in a timer", where.run, f"""
        await new Promise((done) => {{
          setTimeout(() => {{ {GROW_ARRAY} }}, 1);
          setTimeout(done, 500);
        }});
        return 'went on';""", ok("went on") | MEM),
    *table(where.step, MEM, {
        "strings": "let s = 'x'.repeat(1000); const all = []; for (;;) all.push(s + all.length);",
        "objects": "const all = []; for (;;) all.push({ a: {}, b: [], c: () => 1 });",
        "map": "const all = new Map(); for (let i = 0; ; i++) all.set(i, { i });",
        "properties": "const all = {}; for (let i = 0; ; i++) all['p' + i] = i;",
        "symbols": "const all = []; for (let i = 0; ; i++) all.push(Symbol.for('s' + i));",
        "buffers": "const all = []; for (;;) all.push(new Uint8Array(1 << 20));",
        "closures": "let f = () => 1; for (;;) { const g = f; f = () => g; }",
        "linked list": "let list = null; for (;;) list = { list };",
        "promises": "const all = []; for (;;) all.push(new Promise(() => {}).then(() => 1));",
        "queued jobs": "for (;;) queueMicrotask(() => {});",
        "generators": "const all = []; for (;;) all.push((function* () { yield 1; })().next());",
        "regexes": "const all = []; for (let i = 0; ; i++) all.push(new RegExp('(a|b)*'.repeat(9) + i));",
        "log lines": "for (;;) console.log('x'.repeat(4000));",
        "async recursion": "async function again() { await null; return await again(); } await again();",
        "in a catch": f"try {{ {GROW_ARRAY} }} catch {{ for (;;) {{ {GROW_ARRAY} }} }}",
        "in a finally": f"try {{ {GROW_ARRAY} }} finally {{ {GROW_ARRAY} }}",
    }),
    # what can never fit
    *caught("Error", {
        "ArrayBuffer": "return new ArrayBuffer(2 ** 31).byteLength;",
        "huge ArrayBuffer": "return new ArrayBuffer(2 ** 53).byteLength;",
        "resizable ArrayBuffer": "return new ArrayBuffer(8, { maxByteLength: 2 ** 40 }).maxByteLength;",
        "Float64Array": "return new Float64Array(2 ** 30).length;",
        "array length": "return new Array(-1);",
        "repeat": "return 'x'.repeat(2 ** 30).length;",
        "repeat for ever": "return 'x'.repeat(Infinity);",
        "padStart": "return 'x'.padStart(2 ** 30).length;",
        "doubling": "let s = 'x'; for (;;) s += s;",
        "concat": "return 'x'.repeat(2 ** 29).concat('x'.repeat(2 ** 29), 'x').length;",
        "fill": "return new Array(2 ** 28).fill(0).length;",
        "BigInt power": "return (2n ** (2n ** 24n)) > 0n;",
        "BigInt tower": "return 2n ** (2n ** 64n);",
        "BigInt shift": "return 1n << (2n ** 40n);",
        "BigInt.asUintN": "return BigInt.asUintN(2 ** 53 - 1, -1n);",
        "negative BigInt power": "return 2n ** -1n;",
    }),
    *table(where.step, MEM | CPU | TOO_LARGE, {
        "timers": "for (;;) setTimeout(() => {}, 1e6);",
        "in a catch's catch": "const all = []; for (;;) try { for (;;) all.push(new Array(1e4).fill(1)); }"
                              " catch { try { for (;;) all.push([all.length]); } catch { continue; } }",
        "Array.from": "return Array.from({ length: 2 ** 31 }).length;",
        "spread of much": "return Math.max(...new Array(1e7).fill(1));",
        "normalize": "let s = '\\ufdfa'; for (;;) s = (s + s).normalize('NFKD');",
        "split": "return 'x'.repeat(2e7).split('').length;",
        "match all": "return [...'x'.repeat(2e7).matchAll(/x/g)].length;",
        "join": "const a = new Array(1e6).fill('x'.repeat(1e5)); return a.join('').length;",
        "replaceAll": "return 'x'.repeat(1e6).replaceAll('x', 'y'.repeat(1e4)).length;",
        "replace with itself": "let s = 'x'.repeat(1e3); for (;;) s = s.replace(/x/g, '$&$&');",
        "JSON with indent": "return JSON.stringify(new Array(1e7).fill([]), null, '          ').length;",
        "toFixed text": "let s = ''; for (;;) s += (1e21 - 1).toFixed(100);",
        "huge BigInt to text": "return (7n ** (10n ** 7n)).toString().length;",
        "BigInt factorial": "let n = 1n; for (let i = 1n; ; i++) n *= i;",
        "structuredClone": "let a = [1]; for (;;) a = structuredClone([a, a, a]);",
        "btoa": "return btoa('x'.repeat(4e7)).length;",
        "TextEncoder": "return new TextEncoder().encode('\\u20ac'.repeat(4e7)).length;",
        "Blob": "const b = new Blob(['x'.repeat(1e7)]); return (await new Blob([b, b, b, b]).text()).length;",
    }),
    # leaks
    Attack("leak that fits over 1,000 steps", where.run, LEAKY_STEPS.format(500), ok(1000)),
    # stack
    *caught("RangeError", RECURSIONS),
    *caught("Error", {
        "binds": "let f = () => 1; for (let i = 0; i < 1e5; i++) f = f.bind(null); f();",
        "spread": "(function again(...all) { again(...all, 1); })();",
    }),
    *(Attack("recursion", place, RECURSIONS["function"], TOO_DEEP) for place in (
        where.run, where.step, where.module, where.handler, where.constructor
    )),
    Attack("recursion of the result's getters", where.step,
           "const a = () => ({ get b() { return a(); } }); return a();",
           rejected("WorkflowFatalError", "deep")),
    # what is nested deeply
    *caught("Error", {
        "regex groups": "return new RegExp('('.repeat(1e5) + ')'.repeat(1e5)).test('');",
        "regex classes": "return new RegExp('(?:'.repeat(1e5) + ')*'.repeat(1e5)).test('');",
        "regex alternatives": "return new RegExp('(?=' .repeat(1e5)).test('');",
    }),
    *table(where.module, TOO_DEEP, {
        "parentheses": "const a = " + "(" * 100_000 + "1" + ")" * 100_000 + ";",
        "brackets": "const a = " + "[" * 100_000 + "]" * 100_000 + ";",
        "braces": "{" * 100_000 + "}" * 100_000,
        "functions": "const a = " + "()=>" * 100_000 + "1;",
        "templates": "const a = " + "`${" * 100_000 + "1" + "}`" * 100_000 + ";",
        "unary": "const a = " + "- " * 200_000 + "1;",
        "ternary": "const a = " + "1?" * 100_000 + "1" + ":1" * 100_000 + ";",
        "members": "const a = " + "new " * 100_000 + "Date;",
    }),
    Attack("regex literal", where.module, "const a = /" + "(" * 100_000 + ")" * 100_000 + "/;",
           rejected("SyntaxError", "captures")),
    Attack("nested result", where.step, "let a = []; for (let i = 0; i < 1e4; i++) a = [a]; return a;",
           rejected("WorkflowFatalError", "deep")),
    Attack("result of 100 MB", where.step, "return 'x'.repeat(1e8);",
           rejected("WorkflowFatalError RangeError") | MEM),
    Attack("result of 4 MB", where.step, "return 'x'.repeat(4e6);", rejected("WorkflowFatalError", "bytes")),
    Attack("result that refers to itself ten thousandfold", where.step,
           "let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; return a;", ok()),
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_it_ends_as_it_must(arena: Arena, attack: Attack) -> None:
    arena.meets(attack)


def test_a_leak_over_a_thousand_steps_leaves_the_history_intact(arena: Arena) -> None:
    tenant = arena.tenant()
    run = tenant.started(where.run(LEAKY_STEPS.format(20_000)))
    assert tenant.wait_for(run, "errored", "complete", timeout=60)["error"]["name"] == "MemoryLimitError"
    entries = tenant.entries(run)
    done = {entry["step"]["name"]: entry["output"] for entry in entries if entry["type"] == "step_completed"}
    assert len(done) >= 100
    assert all(name == f"s{output}" for name, output in done.items())


def test_six_tenants_run_out_of_memory_at_once(arena: Arena) -> None:
    def bomb(_: int) -> str:
        tenant = arena.tenant()
        run = tenant.started(where.step(GROW_ARRAY))
        name: str = tenant.ended(run, timeout=120)["error"]["name"]
        return name

    with ThreadPoolExecutor(6, initializer=give_way) as threads:
        assert set(threads.map(bomb, range(6))) == {"MemoryLimitError"}


class TestAfterwards(Afterwards):
    pass
