"""Tenants that reach for what is behind the bridge: they find nothing, break nothing but their own, and what
works for them works again after a kill.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.live import attack as where
from tests.live.afterwards import Afterwards
from tests.live.arena import Arena
from tests.live.attack import MEM, Attack, ok, rejected, table
from tests.live.workflows import workflow

CPU_MS = 1000
CAUGHT = "try {{ {0} }} catch (error) {{ return error instanceof {1} && 'caught'; }}"
EITHER = "try {{ {0} }} catch (error) {{ if (!(error instanceof Error)) throw error; }} return 'alive';"
SETTLED = "await step.sleep('until the handler has answered', 100);"
"""Handler and workflow share an isolate, so what follows would break both."""
HARMLESS = """
    const value = await step.do('value', async ({ attempt }) => ({ ok: [1, 2], at: new Date(0), attempt }));
    return value.ok[0] + ':' + value.ok[1] + ':' + value.at.getTime() + ':' + value.attempt;"""
FATAL = rejected("WorkflowFatalError", "cannot be stored")
ODD_KEYS = (
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toJSON":1,"then":2,"length":-1,'
    '"$ref":0,"$undefined":0,"$stub":1,"$function":1,"$error":{"name":"E"},"$object":[],"":3,"valueOf":4}'
)
IMPORTS = [
    *("node:fs", "fs", "std", "os", "qjs:os", "https://example.com/x.js", "file:///etc/passwd", "../../x"),
    *("/etc/passwd", "data:text/javascript,1", "./missing.js", "cloudflare:sockets", "native", ""),
]


def polluted(pollution: str) -> str:
    """Break something that everybody uses, and then do what must work all the same."""
    return f"{SETTLED} {pollution} {HARMLESS}"


ATTACKS: list[Attack] = [
    # code from strings
    *table(where.replayed, ok("caught"), {
        name: CAUGHT.format(body, "EvalError") for name, body in {
            "eval": "eval('1');",
            "indirect eval": "(0, eval)('1');",
            "Function": "new Function('return process')();",
            "constructor.constructor": "({}).constructor.constructor('return process')();",
            "constructor of a function": "(() => {}).constructor('return process')();",
            "constructor of an async function": "(async () => {}).constructor('return process')();",
            "constructor of a generator": "(function* () {}).constructor('return process')();",
            "constructor of an async generator": "(async function* () {}).constructor('return 1')();",
            "constructor of a host method": "step.do.constructor('return process')();",
            "constructor of a host error":
                "try { await this.env.WORKFLOWS.get('x'); } catch (e) {"
                " e.constructor.constructor('return process')(); }",
            "Reflect.construct": "Reflect.construct(Function, ['return process']);",
            "subclass": "new (class extends Function {})('return process')();",
            "constructor of the event": "event.constructor.constructor('return process')();",
            "constructor of the console": "console.log.constructor('return process')();",
        }.items()
    }),
    Attack("timer of a string", where.replayed, """
        globalThis.ran = 'nothing';
        try { setTimeout("globalThis.ran = 'the string'", 0); } catch {}
        await new Promise((done) => setTimeout(done, 5));
        return globalThis.ran;""", ok("nothing")),
    # nothing of a host is in reach
    Attack("errors of an error", where.replayed, """
        const fails = async () => { throw await Promise.any([Promise.reject(1)]).catch((error) => error) };
        try {
          await step.do('any', { retries: { limit: 0, delay: 1 } }, fails);
        } catch (error) { return [error instanceof AggregateError, error.errors]; }""", ok([True, [1]])),
    Attack("globals of hosts", where.replayed, """
        const names = ['process', 'require', 'module', '__dirname', 'std', 'os', 'Deno', 'turn', 'native',
          'Bun', 'print', 'load', 'scriptArgs', 'WebAssembly', 'SharedArrayBuffer', 'Worker', 'gc',
          'importScripts', 'window', 'document', 'XMLHttpRequest', '__loadScript', 'bjson'];
        return names.filter((name) => typeof globalThis[name] !== 'undefined');""", ok([])),
    *table(where.replayed, ok("alive"), {
        f"the binding's {name}": EITHER.format(f"await this.env.WORKFLOWS.{name};") for name in (
            "__class__", "__init__()", "__dict__", "__globals__", "_workflow", "get.__globals__",
            "perform('get')", "__class__.__mro__", "constructor('x')", "then(() => {})", "receive('x')",
        )
    }),
    *table(where.replayed, ok("alive"), {
        f"step's {name}": EITHER.format(f"await step.{name};") for name in (
            "__class__", "perform('do', [])", "_journaled", "constructor('x')", "journaled.commit()", "do()",
        )
    }),
    Attack("stub of a number that nobody was given", where.replayed,
           EITHER.format("await step.do('a', {'$stub': 0}, async () => ({'$function': 1}));"), ok("alive")),
    *(Attack(f"import {specifier!r}", where.replayed, f"""
        try {{ await import({specifier!r}); }}
        catch (error) {{ return error instanceof Error && error.message.includes({specifier!r})
          && error.message.includes('index.js'); }}""", ok(True)) for specifier in IMPORTS),
    # pollution
    *table(where.replayed, ok("1:2:0:1"), {
        name: polluted(body) for name, body in {
            "toJSON": "Object.prototype.toJSON = Array.prototype.toJSON = () => 'polluted';",
            "Object.prototype": "Object.prototype.error = Object.prototype.ok = Object.prototype.$error ="
                                " 'x';",
            "property descriptors": "for (const k of ['get', 'set', 'value', 'writable'])"
                                    " Object.prototype[k] = () => 'x';",
            "setters": "for (const k of ['t', 'id', 'ok', 'error', 'name', 'args', 'method'])"
                       " Object.defineProperty(Object.prototype, k,"
                       " { set() { throw 1; }, get() { return 'x'; }, configurable: true });",
            "array indices": "for (const i of [0, 1, 2]) Object.defineProperty(Array.prototype, i,"
                             " { set() { throw 1; }, configurable: true });",
            "JSON": "JSON.stringify = () => 'gone'; JSON.parse = () => { throw new Error('gone'); };",
            "global JSON": "globalThis.JSON = undefined;",
            "Promise": "globalThis.Promise = class { constructor() { throw new Error('gone'); } };",
            "Promise.prototype": "Promise.prototype.then = Promise.prototype.catch = () => { throw 1; };",
            "Promise.resolve": "Promise.resolve = Promise.reject = Promise.all = () => { throw 1; };",
            "Promise's species": "Object.defineProperty(Promise, Symbol.species, { get() { throw 1; } });",
            "Array.prototype": "for (const k of Object.getOwnPropertyNames(Array.prototype))"
                               " if (k !== 'constructor' && k !== 'length')"
                               " Array.prototype[k] = () => { throw new Error('gone'); };",
            "iterators": "Array.prototype[Symbol.iterator] = function* () { yield 'x'; };"
                         " Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({ done: true });",
            "Map and Set": "for (const kind of [Map, Set, WeakMap, WeakSet])"
                           " for (const k of ['get', 'set', 'has', 'add', 'delete', 'forEach'])"
                           " kind.prototype[k] = () => { throw new Error('gone'); };",
            "Function.prototype": "for (const k of ['call', 'apply', 'bind', 'toString'])"
                                  " Function.prototype[k] = () => { throw new Error('gone'); };",
            "Function's hasInstance": "Object.defineProperty(Error, Symbol.hasInstance, { value() { throw"
                                      " 1; } });",
            "Object's functions": "for (const k of Object.getOwnPropertyNames(Object))"
                                  " if (typeof Object[k] === 'function') Object[k] = () => { throw 1; };",
            "Reflect": "for (const k of Object.getOwnPropertyNames(Reflect)) Reflect[k] = () => { throw 1;"
                       " };",
            "String.prototype": "for (const k of Object.getOwnPropertyNames(String.prototype))"
                                " try { String.prototype[k] = () => { throw new Error('gone'); }; } catch {}",
            "RegExp.prototype": "RegExp.prototype.exec = RegExp.prototype.test = () => { throw 1; };",
            "Date": "globalThis.Date = class extends Date { getTime() { return 0; } }; Date.now = () => 'x';",
            "Error": "globalThis.Error = class { constructor() { throw 1; } };",
            "stack traces": "Error.prepareStackTrace = () => { throw 1; }; Error.stackTraceLimit = -1;",
            "typed arrays": "globalThis.Uint8Array = globalThis.TextEncoder = globalThis.TextDecoder ="
                            " undefined;",
            "bridge globals": "for (const k of ['turn', 'native', 'runtime', 'out', 'entropy'])"
                              " globalThis[k] = () => { throw 1; };",
            "console": "globalThis.console = { log() { throw 1; } };",
            "frozen intrinsics": "Object.freeze(Object.prototype); Object.freeze(Array.prototype);"
                                 " Object.freeze(Promise.prototype);",
            "no prototype": "Object.setPrototypeOf(Array.prototype, null);"
                            " Object.setPrototypeOf(Function.prototype, null);",
            "the event": "try { event.payload = 1; event.x = 1; } catch {}",
            "the step": "step.do = step.do; Object.getPrototypeOf(step).x = 1;",
        }.items()
    }),
    # keys as data, both ways
    Attack("odd keys in params", where.run, "return event.payload;", ok(where.json_of(ODD_KEYS)),
           where.json_of(ODD_KEYS)),
    Attack("odd keys in a step", where.replayed, f"""
        const value = await step.do('odd', async () => JSON.parse({ODD_KEYS!r}));
        return [JSON.stringify(value) === {ODD_KEYS!r}, ({{}}).polluted === undefined,
          Object.getPrototypeOf(value) === Object.prototype];""", ok([True, True, True])),
    Attack("odd keys in an event", where.run, """
        const { payload } = await step.waitForEvent('none', { type: 'go', timeout: 1 }).catch((e) => e);
        return [payload === undefined, Object.prototype.polluted === undefined];""", ok([True, True])),
    # results
    *table(where.replayed, ok("alive"), {
        "proxy": "const v = await step.do('a', async () => new Proxy({ a: 1 }, {})).catch(() => ({ a: 1 }));"
                 " return v.a === 1 && 'alive';",
        "cycle": "const v = await step.do('a', async () => { const a = {}; a.a = [a]; return a; });"
                 " return v.a[0] === v && 'alive';",
        "cyclic map": "const v = await step.do('a', async () => { const m = new Map(); m.set(m, m); return"
                      " m; });"
                      " return v.get(v) === v && 'alive';",
        "own species": "class P extends Promise { static get [Symbol.species]() { throw new Error('s'); } }"
                       " const v = await step.do('a', { retries: { limit: 0, delay: 1 } }, () =>"
                       " P.resolve(1))"
                       ".catch((e) => e.message); return v === 's' && 'alive';",
        "then that calls twice": "const v = await step.do('a', () => ({ then(d) { d(1); d(2); throw 3; } }));"
                                 " return v === 1 && 'alive';",
        "then that throws": "const v = await step.do('a', { retries: { limit: 0, delay: 1 } },"
                            " () => ({ then() { throw new Error('t'); } })).catch((e) => e.message);"
                            " return v === 't' && 'alive';",
        "then of a result's part": "const v = await step.do('a', () => [{ then: 5 }]);"
                                   " return v[0].then === 5 && 'alive';",
        "no prototype": "const v = await step.do('a', () => Object.assign(Object.create(null), { a: 1 }));"
                        " return v.a === 1 && 'alive';",
        "errors with causes": "const v = await step.do('a', () => { let e = new Error('0');"
                              " for (let i = 1; i < 100; i++) e = new Error('' + i, { cause: e }); return"
                              " e; });"
                              " return v.cause.cause.message === '97' && 'alive';",
    }),
    *table(where.step, FATAL, {
        "function": "return { deep: [() => 1] };",
        "class": "return class {};",
        "symbol": "return { a: Symbol('s') };",
        "WeakMap": "return new WeakMap();",
        "WeakRef": "return new WeakRef({});",
        "generator": "return (function* () {})();",
        "promise in a result": "return { a: Promise.resolve(1) };",
        "proxy of a function": "return new Proxy(() => 1, {});",
        "private state": "class A { #x = 1; get y() { return this.#x; } } return new A();",
        "step itself": "return step;",
        "host object": "return this;",
    }),
    *table(where.step, rejected("Error", "from the value"), {
        "throwing getter": "return { get a() { throw new Error('from the value'); } };",
        "throwing proxy": "return new Proxy({}, { ownKeys() { throw new Error('from the value'); } });",
        "throwing iterator of a map": "const m = new Map([[1, { get a() { throw new Error('from the"
                                      " value'); } }]]);"
                                      " return m;",
    }),
    # what is thrown
    *(Attack(f"throw {thrown}", where.run, f"throw {thrown};", rejected("Error", text)) for thrown, text in (
        ("null", "null"), ("undefined", "undefined"), ("1", "1"), ("'text'", "text"), ("{ a: 1 }", "object"),
        ("Symbol('s')", "Symbol(s)"), ("() => 1", "=>"), ("[1, [2]]", "1,2"), ("new Proxy({}, {})", "object"),
        ("Object.create(null)", "no text"), ("{ toString() { throw 1; } }", "no text"),
        ("new Proxy({}, { get() { throw 1; } })", "no text"), ("1n", "1"), ("Promise.resolve(1)", "Promise"),
    )),
    *table(where.run, rejected("Error TypeError E Symbol(s)"), {
        "message that is an object": "throw Object.assign(new Error(), { message: { a: 1 } });",
        "message that throws": "throw Object.defineProperty(new Error(), 'message', { get() { throw 1; } });",
        "name that is a symbol": "throw Object.assign(new Error('x'), { name: Symbol('s') });",
        "stack that is a number": "throw Object.assign(new Error('x'), { stack: 1 });",
        "message of 10 MB": "throw new Error('x'.repeat(1e7));",
        "stack of 10 MB": "throw Object.assign(new Error('x'), { stack: 'x'.repeat(1e7) });",
        "cause that is itself": "const e = new Error('x'); e.cause = e; throw e;",
        "cause that is no value": "throw new Error('x', { cause: () => 1 });",
        "causes without end": "let e = new Error(); for (let i = 0; i < 1e4; i++) e = new Error('', {"
                              " cause: e });"
                              " throw e;",
        "a thousand properties": "const e = new Error('x'); for (let i = 0; i < 1000; i++) e['p' + i] = e;"
                                 " throw e;",
        "AggregateError": "const e = new AggregateError([new Error(), null], 'x'); e.name = 'E'; throw e;",
        "frozen": "throw Object.freeze(new Error('x'));",
    }),
    Attack("name of 10 MB", where.run, "throw Object.assign(new Error('x'), { name: 'n'.repeat(1e7) });",
           rejected("n" * 256)),
    Attack("message of 100 MB", where.run, "throw new Error('x'.repeat(1e8));",
           MEM | rejected("Error RangeError InternalError")),
    # numbers as pointers and lengths
    *table(where.replayed, ok("alive"), {name: EITHER.format(body) for name, body in {
        "DataView beyond": "new DataView(new ArrayBuffer(8)).getFloat64(2 ** 32);",
        "DataView before": "new DataView(new ArrayBuffer(8)).setInt8(-1, 1);",
        "view beyond its buffer": "new Uint8Array(new ArrayBuffer(8), 4, 2 ** 32);",
        "view of a negative length": "new Uint8Array(-1);",
        "set beyond": "new Uint8Array(8).set([1, 2], 2 ** 32 - 1);",
        "indices": "const a = new Uint8Array(8); for (const i of [-1, 8, 2 ** 32, 2 ** 53, NaN]) a[i] = 255;",
        "copyWithin": "new Uint8Array(8).copyWithin(-(2 ** 31), 2 ** 31, 2 ** 53);",
        "fill that shrinks": "const b = new ArrayBuffer(4096, { maxByteLength: 8192 }); new"
                             " Uint8Array(b).fill("
                             "{ valueOf() { b.resize(1); return 1; } });",
        "sort that shrinks": "const b = new ArrayBuffer(4096, { maxByteLength: 8192 });"
                             " new Uint8Array(b).sort((x, y) => { b.resize(1); return x - y; });",
        "set that detaches": "const a = new Uint8Array(4096); a.set({ length: 9, get 0() {"
                             " structuredClone(a.buffer, { transfer: [a.buffer] }); return 1; } });",
        "slice whose species lies": "class A extends Uint8Array { static get [Symbol.species]() {"
                                    " return function () { return new Uint8Array(1); }; } } new"
                                    " A(4096).slice();",
        "randomness of too much": "crypto.getRandomValues(new Uint8Array(2 ** 17));",
        "randomness of what is detached": "const a = new Uint8Array(8);"
                                          " structuredClone(a, { transfer: [a.buffer] });"
                                          " crypto.getRandomValues(a);",
        "randomness of floats": "crypto.getRandomValues(new Float64Array(8));",
        "text of what is detached": "const a = new Uint8Array(8); structuredClone(a, { transfer: [a.buffer]"
                                    " });"
                                    " new TextDecoder().decode(a);",
        "text into nothing": "new TextEncoder().encodeInto('\\u{1f600}', new Uint8Array(1));",
        "digest of what is detached": "const a = new Uint8Array(8); structuredClone(a, { transfer:"
                                      " [a.buffer] });"
                                      " await crypto.subtle.digest('SHA-256', a);",
        "clone of what is detached": "const a = new Uint8Array(8); structuredClone(a, { transfer:"
                                     " [a.buffer] });"
                                     " structuredClone(a); await step.do('a', async () => a);",
        "stream of what is detached": "const a = new Uint8Array(8); structuredClone(a, { transfer:"
                                      " [a.buffer] });"
                                      " await new Response(a).text();",
        "substring": "'x'.substring(-(2 ** 53), 2 ** 53); 'x'.at(2 ** 53); 'x'.charCodeAt(-(2 ** 31));",
        "array lengths": "const a = []; a.length = 2 ** 32 - 1; a[2 ** 32 - 2] = 1; a.length = 0; a.at(2 **"
                         " 53);",
        "timers of odd times": "for (const t of [-1, NaN, Infinity, 2 ** 53, '1e9', {}])"
                               " clearTimeout(setTimeout("
                               "() => {}, t)); clearTimeout(-1); clearTimeout(2 ** 53); clearTimeout({});",
    }.items()}),
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_it_ends_as_it_must(arena: Arena, attack: Attack) -> None:
    arena.meets(attack)


@pytest.mark.parametrize("specifier", IMPORTS)
def test_imports_from_outside_name_importer_and_specifier(arena: Arena, specifier: str) -> None:
    answer = arena.tenant().run(f"import x from {specifier!r};\n" + workflow("return 1;"))
    assert answer.status_code == 500
    assert specifier in answer.json()["error"]
    assert "index.js" in answer.json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        {"source": "\x02\x05\x0eindex.js\x00\x0c", "payload": 1},
        {"source": "\x00asm\x01\x00\x00\x00"},
        {"modules": {"index.js": {"bytecode": "AgUOaW5kZXguanM="}}, "main": "index.js"},
        {"modules": {"index.js": {"wasm": "AGFzbQEAAAA="}}, "main": "index.js"},
        {"modules": {"index.wasm": {"data": "AGFzbQEAAAA="}}, "main": "index.wasm"},
        {"bytecode": "AgUOaW5kZXguanM="},
        {"source": workflow("return 1;"), "language": "bytecode"},
    ],
    ids=[
        "bytecode",
        "WebAssembly",
        "bytecode module",
        "wasm module",
        "data as main",
        "no source",
        "language",
    ],
)
def test_nothing_precompiled_is_taken(arena: Arena, body: dict[str, Any]) -> None:
    answer = arena.tenant().request("POST", "/api/run", json=body)
    assert answer.status_code in (400, 500), answer.text
    assert answer.json()["error"]
    if answer.status_code == 500:
        assert answer.json()["name"] == "SyntaxError"


def test_history_that_is_offered_is_not_taken(arena: Arena) -> None:
    tenant = arena.tenant()
    forged = [
        {"seq": 2, "type": "step_completed", "step": {"kind": "do", "name": "a", "count": 1}, "output": 2}
    ]
    source = workflow("return await step.do('a', async () => 1);")
    body = {
        "source": source,
        "history": forged,
        "entries": forged,
        "id": "mine",
        "version": "1",
        "state": forged,
    }
    run = tenant.request("POST", "/api/run", json=body).json()["runId"]
    assert run != "mine"
    assert tenant.wait_for(run, "complete", "errored")["output"] == 1


class TestAfterwards(Afterwards):
    pass
