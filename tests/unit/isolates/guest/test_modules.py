"""The tenant's modules in the guest: which one an import means, what is in it, and what is said of none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.core.errors import LoadError
from playground.isolates.load_failure import TenantModules
from playground.isolates.process.isolate import LoadFailed
from playground.isolates.wire import Failed
from tests.unit.isolates.guest.conftest import MakeGuest

Sources = dict[str, Any]


def logged(guest: MakeGuest, modules: Sources, main: str = "index.js") -> list[str]:
    """What the modules log while they are evaluated."""
    return [line["message"] for line in guest(modules=modules, main=main).loaded.of("log")]


def refused(guest: MakeGuest, modules: Sources, main: str = "index.js") -> LoadError:
    """How the author is told that the modules do not load."""
    with pytest.raises(LoadFailed) as caught:
        guest(modules=modules, main=main)
    found = caught.value.failure
    failed = Failed(
        1, found.name, found.message, "[]", None, found.module, found.line, found.column, found.stack
    )
    return TenantModules(modules, main).error(failed)


LIBRARY: Sources = {
    "lib/a.js": "export default 'lib/a';",
    "lib/b.ts": "export default 'lib/b' as string;",
    "lib/deep/index.ts": "export default 'lib/deep';",
    "top.js": "export default 'top';",
    "both.ts": "export default 'ts';",
    "both.js": "export default 'js';",
    "module.mts": "export default 'mts';",
    "no-ending": "export default 'no ending';",
    "workers": "export default 'a module named workers';",
    "__proto__": "export default 'proto';",
    "constructor": {"text": "constructor"},
    "é/日本.js": "export default 'unicode';",
}


@pytest.mark.parametrize(
    ("importer", "specifier", "said"),
    [
        ("index.js", "./lib/a.js", "lib/a"),
        ("lib/x.js", "./a.js", "lib/a"),
        ("lib/x.js", "../top.js", "top"),
        ("lib/deep/x.js", "../../top.js", "top"),
        ("lib/x.js", "/top.js", "top"),
        ("index.js", "./lib/../lib/./a.js", "lib/a"),
        ("index.js", "lib/a.js", "lib/a"),
        ("lib/x.js", "a.js", "lib/a"),
        ("lib/x.js", "top.js", "top"),
        ("index.js", "no-ending", "no ending"),
        ("index.js", "./lib/a", "lib/a"),
        ("index.js", "./lib/b", "lib/b"),
        ("index.js", "./lib/b.js", "lib/b"),
        ("index.js", "./module.mjs", "mts"),
        ("index.js", "./lib/deep", "lib/deep"),
        ("index.js", "./lib/deep/", "lib/deep"),
        ("index.js", "./both", "ts"),
        ("index.js", "./both.js", "js"),
        ("index.js", "./workers", "a module named workers"),
        ("index.js", "./__proto__", "proto"),
        ("index.js", "__proto__", "proto"),
        ("index.js", "constructor", "constructor"),
        ("index.js", "./é/日本", "unicode"),
    ],
)
def test_an_import_finds_its_module(guest: MakeGuest, importer: str, specifier: str, said: str) -> None:
    text = json.dumps(specifier, ensure_ascii=False)
    source = f"import a from {text}; const b = await import({text}); console.log(a, a === b.default);"
    assert logged(guest, {**LIBRARY, importer: source}, importer) == [f"{said} true"]


def test_the_runtime_s_modules_have_neutral_names(guest: MakeGuest) -> None:
    source = """
        import * as a from "cloudflare:workers"; import * as b from "workers";
        import { NonRetryableError as c } from "cloudflare:workflows";
        import { NonRetryableError as d } from "workflows";
        console.log(a.WorkflowEntrypoint === b.WorkflowEntrypoint, c === d, Object.keys(a).includes("env"));
    """
    assert logged(guest, {**LIBRARY, "index.js": source}) == ["true true true"]


@pytest.mark.parametrize(
    ("specifier", "hint"),
    [
        ("node:fs", "Node's modules are not available here"),
        ("cloudflare:sockets", "there are cloudflare:workers and cloudflare:workflows"),
        ("https://example.com/a.js", "modules are not fetched"),
        ("file:///etc/passwd", "modules are not fetched"),
        ("data:text/javascript,1", "modules are not fetched"),
        ("std", "packages are not installed here"),
        ("os", "packages are not installed here"),
        ("qjs:std", "modules are not fetched"),
        ("lodash", "packages are not installed here"),
        ("toString", "packages are not installed here"),
        ("../../x", "it lies outside of the modules"),
        ("../top.js", "it lies outside of the modules"),
        ("/../top.js", "it lies outside of the modules"),
        ("./", "is a folder"),
        ("./tops.js", 'did you mean "./top.js"?'),
        ("./TOP.js", 'did you mean "./top.js"?'),
        ("top", 'did you mean "./top.js"?'),
        ("./lib/B.ts", 'did you mean "./lib/b.ts"?'),
        ("./nothing-like-it.js", 'imported by "index.js"'),
        ("", "packages are not installed here"),
    ],
)
@pytest.mark.parametrize("form", ["import {};", "export * from {};", "await import({});"])
def test_no_module_is_an_error_that_says_what_to_do(
    guest: MakeGuest, specifier: str, hint: str, form: str
) -> None:
    statement = form.replace("{}", f"'{specifier}'")
    error = refused(guest, {**LIBRARY, "index.js": f"const é = 1;\n  {statement}"})
    assert error.message.startswith(f'Cannot find module "{specifier}", imported by "index.js"')
    assert hint in error.message
    assert (error.name, error.module, error.line) == ("Error", "index.js", 2)
    assert error.column == 3 + statement.index("'")
    assert error.frame is not None
    assert f"> 2 |   {statement}" in error.frame


def test_a_near_miss_is_said_as_its_importer_would_write_it(guest: MakeGuest) -> None:
    error = refused(guest, {**LIBRARY, "lib/deep/x.js": "import '../topp.js'"}, "lib/deep/x.js")
    assert 'did you mean "../../top.js"?' in error.message


@pytest.mark.parametrize(
    "expression",
    ["'./' + 'x'.repeat(1 << 18)", "'../'.repeat(1 << 16)", "'\\ud800'"],
)
def test_odd_specifiers_are_errors_that_code_can_catch(guest: MakeGuest, expression: str) -> None:
    source = f"""
        const error = await import({expression}).catch((error) => error);
        console.log(error.message.slice(0, 18));
    """
    assert logged(guest, {**LIBRARY, "index.js": source}) == ["Cannot find module"]


def test_a_computed_name_of_typescript_is_found_later(guest: MakeGuest) -> None:
    source = """
        import { WorkerEntrypoint } from "workers";
        const named = (part) => `./lib/${part}`;
        export class Later extends WorkerEntrypoint {
          async find(part) { return (await import(named(part))).default; }
          async miss() { return await import(named("none")).catch((error) => error.message); }
        }
    """
    one = guest(modules={**LIBRARY, "index.js": source})
    assert one.call("find", "b", entry="Later").result == "lib/b"
    assert one.call("find", "a.js", entry="Later").result == "lib/a"
    assert one.call("miss", entry="Later").result == 'Cannot find module "./lib/none", imported by "index.js"'


def test_what_did_not_compile_does_not_compile_later_either(guest: MakeGuest) -> None:
    source = """
        import { WorkerEntrypoint } from "workers";
        const attempt = () => import("./bad.js").then(() => "loaded", (error) => error.name);
        export const first = await attempt();
        export class Later extends WorkerEntrypoint {
          async find() { return [first, await attempt(), await import("./good.js").then((all) => all.a)]; }
        }
    """
    one = guest(modules={"index.js": source, "bad.js": "let a = ;", "good.js": "export const a = 1;"})
    assert one.call("find", entry="Later").result == ["SyntaxError", "SyntaxError", 1]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "1" * 100_000 + "x", "", "\ufeff1", "NaN"]
)
def test_hostile_json_is_an_error_like_any_other(guest: MakeGuest, text: str) -> None:
    source = (
        "console.log(await import('./a.json').then(() => 'loaded', (error) => error.message.slice(0, 18)))"
    )
    assert logged(guest, {"index.js": source, "a.json": text}) == ["a.json is not JSON"]


def test_places_in_modules_of_odd_names_are_found(guest: MakeGuest) -> None:
    for name in ("a module.js", "it's.js", "é/日本.js", "-.js", "#.js", "a?b.js"):
        error = refused(guest, {"index.js": f'import "./{name}";', name: "\n  throw new Error('no');"})
        assert (error.module, error.line, error.column) == (name, 2, 13)


def test_modules_may_import_each_other_in_a_circle(guest: MakeGuest) -> None:
    modules = {
        "index.js": """
            import { b } from './b.js'; export let a = 1; export const add = () => a++; console.log(b());
        """,
        "b.js": """
            import { a, add } from './index.js'; export const b = () => { add(); add(); return a; };
        """,
    }
    assert logged(guest, modules) == ["3"]


def test_what_is_exported_again_is_the_same(guest: MakeGuest) -> None:
    modules = {
        "index.js": "import * as a from './all.js'; console.log(Object.keys(a).join(), a.one());",
        "all.js": "export * from './a.js'; export * as b from './b'; export { default as c } from './b';",
        "a.js": "export const one = () => 1; export default 'not exported by a star';",
        "b.js": "export default 2;",
    }
    assert logged(guest, modules) == ["b,c,one 1"]


def test_top_level_await_is_waited_for_in_the_order_of_imports(guest: MakeGuest) -> None:
    modules = {
        "index.js": "import './a.js'; import './b.js'; console.log('index');",
        "a.js": "await null; await null; console.log('a');",
        "b.js": "console.log('b');",
    }
    assert logged(guest, modules) == ["b", "a", "index"]


def test_text_json_and_data_are_default_exports(guest: MakeGuest) -> None:
    source = """
        import text from "./a.txt"; import json from "./a.json"; import data from "./a.bin";
        import * as all from "./a.json"; import other from "./named";
        console.log(text, JSON.stringify(json));
        console.log(data instanceof ArrayBuffer, [...new Uint8Array(data)].join());
        const again = (await import("./a.json")).default;
        console.log(Object.keys(all).join(), JSON.stringify(other), json === again);
    """
    modules = {
        "index.js": source,
        "a.txt": "é \u2028 \0 `${x}`",
        "a.json": '{"__proto__": {"a": 1}, "b": [null]}',
        "a.bin": {"data": b"\xff\0\x80"},
        "named": {"json": ["x"]},
    }
    assert logged(guest, modules) == [
        'é \u2028 \0 `${x}` {"__proto__":{"a":1},"b":[null]}',
        "true 255,0,128",
        'default ["x"] true',
    ]


def test_an_import_may_ask_for_a_type(guest: MakeGuest) -> None:
    source = """
        import json from "./a.json" with { type: "json" };
        import text from "./a.json" with { type: "text" };
        import bytes from "./a.json" with { type: "bytes" };
        import other from "./a.txt" with { type: "json" };
        import data from "./a.bin" with { type: "bytes" };
        import plain from "./a.json" with {};
        const later = await import("./a.txt", { with: { type: "text" } });
        console.log(json.a, text, bytes instanceof Uint8Array, bytes.length, other, [...data].join());
        console.log(plain.a, later.default);
    """
    modules = {"index.js": source, "a.json": '{"a":1}', "a.txt": "12", "a.bin": {"data": b"\1\2"}}
    assert logged(guest, modules) == ['1 {"a":1} true 7 12 1,2', "1 12"]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("import a from './top.js' with { type: 'json' }", "top.js is code, which has no type"),
        ("import a from './lib/b.ts' with { type: 'text' }", "lib/b.ts is code, which has no type"),
        ("import a from 'workers' with { type: 'json' }", "is code, which has no type"),
        ("import a from './a.bin' with { type: 'text' }", "a.bin is data"),
        ("import a from './constructor' with { type: 'css' }", 'the import attribute "css" is not known'),
        ("import a from './constructor' with { lazy: 'yes' }", 'the import attribute "lazy" is not known'),
        ("await import('./constructor', { with: { type: '__proto__' } })", '"__proto__" is not known'),
    ],
)
def test_a_type_that_does_not_fit_is_refused(guest: MakeGuest, statement: str, said: str) -> None:
    modules = {**LIBRARY, "a.bin": {"data": b""}, "index.js": statement}
    error = refused(guest, modules)
    assert error.name == "TypeError"
    assert said in error.message
    assert (error.module, error.line) == ("index.js", 1)


def test_json_that_is_none_names_its_place(guest: MakeGuest) -> None:
    error = refused(guest, {"index.js": "import './a.json'", "a.json": '{\n  "a": tru\n}'})
    assert (error.name, error.module, error.line, error.column) == ("SyntaxError", "a.json", 2, 8)
    assert "a.json is not JSON" in error.message


def test_import_meta_names_the_module_and_nothing_of_the_machine(guest: MakeGuest) -> None:
    modules = {
        "index.js": "import './lib/b.js'; console.log(JSON.stringify(import.meta));",
        "lib/b.js": "console.log(import.meta.url);",
    }
    inner, outer = logged(guest, modules)
    assert inner.endswith("lib/b.js")
    assert json.loads(outer)["url"].endswith("index.js")
    assert set(json.loads(outer)) == {"url"}


def test_modules_are_found_whatever_the_tenant_replaces(guest: MakeGuest) -> None:
    source = """
        Object.prototype["./x.js"] = ["js", "evil"]; Array.prototype[0] = "evil";
        Object.prototype.type = "json";
        for (const of of [String, Array, Object, RegExp, Map, Uint8Array]) {
          for (const name of Object.getOwnPropertyNames(of.prototype)) {
            try { of.prototype[name] = () => { throw 1; }; } catch {}
          }
        }
        JSON.parse = Object.keys = () => { throw 2; };
        const a = await import("./lib/b"), b = await import("./a.json"), c = await import("./a.bin");
        let error; try { await import("./x.js"); } catch (caught) { error = caught; }
        console.log(a.default, b.default.a, c.default.byteLength, error.message);
    """
    modules = {**LIBRARY, "index.js": source, "a.json": '{"a":1}', "a.bin": {"data": b"123"}}
    assert logged(guest, modules) == ['lib/b 1 3 Cannot find module "./x.js", imported by "index.js"']


def test_typescript_that_does_not_compile_fails_where_it_is_imported(guest: MakeGuest) -> None:
    source = """
        const error = await import("./broken.ts").catch((error) => error);
        console.log(error instanceof SyntaxError, error.message, error.stack.trim());
    """
    modules = {"index.js": source, "broken.ts": "\n let é: '日' = 1; namespace A { export let b = 1 }"}
    said = "true a namespace with values is not supported: write a module"
    assert logged(guest, modules) == [f"{said} at broken.ts:2:21"]
    error = refused(guest, {**modules, "index.js": "import './broken.ts'"})
    assert (error.module, error.line, error.column) == ("broken.ts", 2, 18)


@pytest.mark.parametrize(
    "before",
    [
        "let a: number = 1;",
        "let a = 1 as unknown as string;",
        "const f = <T,>(a: T): T => a; f<number>(1);",
        "interface A { b: 1 }",
        "type A = { b: '日本🎉' };",
        "import type { A } from './nothing';",
        "import { type B, c } from './c';",
        "abstract class A<B> { abstract c(): B; private readonly d?: B; declare e: B; }",
        "function f(this: unknown, a?: number): asserts a is number {}",
        "declare global { var x: number }",
        "try { throw 1 } catch (a: unknown) {}",
        "let a = ([1] as const)!; let b = { c: a } satisfies object;",
        "export type { A } from './nothing';",
        "enum_: { const d = 1 }",
    ],
)
def test_what_is_thrown_after_types_stands_where_its_author_wrote_it(guest: MakeGuest, before: str) -> None:
    modules = {
        "index.ts": f"// one\n{before} throw new Error('here');",
        "c.ts": "export const c: number = 1;",
    }
    error = refused(guest, modules, "index.ts")
    assert error.message == "here"
    expected = len(before.encode("utf-16-le")) // 2 + 1 + len("throw new ") + 1
    assert (error.module, error.line, error.column) == ("index.ts", 2, expected)
    assert error.frame is not None
    assert "> 2 | " in error.frame


def test_a_stack_names_each_of_the_tenant_s_modules(guest: MakeGuest) -> None:
    modules = {
        "index.ts": "import { a } from './lib/a';\n\n  a('x' as string);",
        "lib/a.ts": "export function a<T>(b: T): never {\n  throw new TypeError('no' as string); }",
    }
    error = refused(guest, modules, "index.ts")
    assert error.stack is not None
    lines = [line.strip() for line in error.stack.strip().splitlines()]
    assert lines == ["at a (lib/a.ts:2:13)", "at <anonymous> (index.ts:3:3)"]


@pytest.mark.parametrize(
    ("source", "message", "line", "column"),
    [
        ("let a = ;", "Unexpected token ';'", 1, 9),
        ("'日本🎉'; let a = ;", "Unexpected token ';'", 1, 17),
        ("f(", "Unexpected end of the module", 1, 3),
        ("let a b", "Unexpected token 'b', expected ';'", 1, 7),
        ("let a: number = 1", "Give the module a name that ends in .ts", 1, 6),
        ("interface A {}", "Give the module a name that ends in .ts", 1, 1),
        ("enum A {}", "Give the module a name that ends in .ts", 1, 1),
        ("@a class B {}", "decorators are not supported", 1, 1),
        ("let a = <div/>", "JSX is not supported", 1, 9),
        ("import { none } from './top.js'", "Could not find export 'none' in module 'top.js'", 1, 10),
        ("export { none }", "exported variable 'none' does not exist", 1, 10),
        ("\n\nreturn 1", "return not in a function", 3, 1),
    ],
)
def test_a_syntax_error_says_what_was_found_and_where(
    guest: MakeGuest, source: str, message: str, line: int, column: int
) -> None:
    error = refused(guest, {**LIBRARY, "index.js": source})
    assert error.name == "SyntaxError"
    assert message in error.message
    assert (error.module, error.line, error.column) == ("index.js", line, column)
    assert error.frame is not None
    assert error.frame.count("^") == 1
