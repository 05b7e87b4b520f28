"""Modules of every kind and TypeScript, from the loader to the isolate, and what hostile ones cost others."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from playground.core.errors import LimitExceeded, LoadError, RemoteError
from playground.isolates.code import WorkerCode
from playground.isolates.entrypoint import Entrypoint
from playground.isolates.module import Module
from playground.isolates.request import Request
from tests.integration.isolates.conftest import Isolates, Open

GET = Request("GET", "https://tenant.test/")
HANDLER = 'export default { async fetch() { return new Response("fine"); } };'


def load(isolates: Isolates, modules: Any, main: str = "index.ts") -> Entrypoint:
    code = replace(isolates.code(HANDLER), main_module=main, modules=modules)

    async def factory() -> WorkerCode:
        return code

    return isolates.loader.get(None, factory).get_entrypoint()


async def text(entrypoint: Entrypoint) -> str:
    return (await entrypoint.fetch(GET)).text()


async def test_every_kind_arrives(isolates: Isolates) -> None:
    source = """
        import { twice } from "./lib/twice"; import note from "./note.md"; import table from "./table.json";
        import named from "./named" with { type: "json" }; import bytes from "./bytes.bin";
        export default { async fetch(request: Request): Promise<Response> {
          const all: unknown[] = [twice<number>(2), note, table.a, named, new Uint8Array(bytes).join()];
          return new Response(all.join(" "));
        } };
    """
    modules = {
        "index.ts": source,
        "lib/twice.ts": "export const twice = <T extends number>(a: T): number => 2 * a;",
        "note.md": "# é",
        "table.json": '{"a": 1}',
        "named": Module("json", "[3]"),
        "bytes.bin": {"data": b"\0\xff"},
    }
    assert await text(load(isolates, modules)) == "4 # é 1 3 0,255"


async def test_what_typescript_makes_values_of_is_made_as_its_compiler_does(isolates: Isolates) -> None:
    modules = {
        "index.ts": """
import { Flag, type Shape, Unused } from "./flags";
import { WorkflowStep, WorkerEntrypoint } from "cloudflare:workers";
enum Stage { Up = "up", Down = `do${"wn"}`, "a-b" = 7, Next }
class Base { constructor(protected readonly step?: WorkflowStep) {} }
class Store<T> extends Base implements Shape<T> {
  constructor(private items: Map<string, T>, public name = "store") { super(); }
  all() { return [...this.items.values()].join(); }
}
export default class extends WorkerEntrypoint<Env> {
  async fetch(request: Request) {
    const store = new Store<Stage>(new Map([["a", Stage.Up]]));
    const said = [Flag.AB, Flag.C, Flag[2], Stage.Down, Stage["a-b"], Stage[8], store.all(), store.name];
    return new Response(said.concat(Object.keys(Stage).length, "step" in store).join(" "));
  }
}
""",
        "flags.ts": "export interface Shape<T> { all(): T }\nexport type Unused = 1;\n"
        "export const enum Flag {\n  A = 1 << 0, // one\n  B = 1 << 1,\n  AB = A | B,\n  C\n}\n",
    }
    assert await text(load(isolates, modules)) == "3 4 B down 7 Next up store 6 true"


async def test_what_typescript_throws_points_at_the_author_s_lines(isolates: Isolates) -> None:
    modules = {
        "index.ts": """
interface Shape { a: number }
import { fail } from "./fail";
export default { async fetch(request: Request): Promise<never> { return fail<Shape>({ a: 1 } as Shape); } };
""",
        "fail.ts": "export function fail<T>(a: T): never {\n    throw new RangeError('no' as string);\n}\n",
    }
    with pytest.raises(RemoteError) as caught:
        await text(load(isolates, modules))
    stack = caught.value.record().stack
    assert stack is not None
    assert "fail.ts:2:15" in stack
    assert "index.ts:4:" in stack


async def test_columns_of_a_stack_count_what_an_editor_counts(isolates: Isolates) -> None:
    source = """export default { async fetch(): Promise<never> {
  const said: "日本🎉" = "日本🎉"; throw new Error("no");
} };"""
    with pytest.raises(RemoteError) as caught:
        await text(load(isolates, {"index.ts": source}))
    column = len('  const said: "日本??" = "日本??"; throw new ') + 1
    assert f"index.ts:2:{column})" in str(caught.value.record().stack)


@pytest.mark.parametrize(
    ("modules", "module", "line", "column", "said"),
    [
        ({"index.ts": "const a: = 1;"}, "index.ts", 1, 10, "Unexpected token `=`"),
        (
            {"index.ts": "import './b';", "b.ts": "\n  export = 1"},
            "b.ts",
            2,
            3,
            "`export = …` is not supported",
        ),
        ({"index.ts": "import './b.json';", "b.json": "[1,]"}, "b.json", 1, 4, "b.json is not JSON"),
        (
            {"index.ts": "import { no } from './b'; no;", "b.ts": ""},
            "index.ts",
            1,
            10,
            "Could not find export 'no'",
        ),
        ({"index.ts": "null!.a;"}, "index.ts", 1, 1, "of null"),
    ],
)
async def test_what_does_not_load_is_shown(
    isolates: Isolates, modules: dict[str, str], module: str, line: int, column: int, said: str
) -> None:
    with pytest.raises(LoadError, match=said) as caught:
        await text(load(isolates, modules))
    error = caught.value
    assert (error.module, error.line, error.column) == (module, line, column)
    assert error.frame is not None
    assert f"> {line} | " in error.frame
    assert " " * (column - 1) + "^" in error.frame


@pytest.mark.parametrize(
    ("modules", "main"),
    [
        ({"../index.ts": HANDLER}, "../index.ts"),
        ({"index.tsx": HANDLER}, "index.tsx"),
        ({"index.ts": HANDLER}, "other.ts"),
        ({"index.txt": HANDLER}, "index.txt"),
        ({"index.ts": HANDLER, "x\0": ""}, "index.ts"),
    ],
)
async def test_modules_that_are_none_do_not_load(
    isolates: Isolates, modules: dict[str, str], main: str
) -> None:
    with pytest.raises(LoadError):
        await text(load(isolates, modules, main))
    assert await text(load(isolates, {"index.ts": HANDLER})) == "fine"


@pytest.mark.parametrize(
    "source",
    [
        "(a?(b):c=>" * 18,
        "a<" * 100_000,
        "(" * 100_000,
        "let a: " + "{b:" * 100_000,
        "/*" + "x" * (1 << 20),
        "let a\0: number",
    ],
)
async def test_a_hostile_source_fails_alone(isolates: Isolates, source: str) -> None:
    hostile = load(isolates, {"index.ts": source})
    kind = load(isolates, {"index.ts": HANDLER})
    results = await asyncio.gather(text(hostile), text(kind), return_exceptions=True)
    assert isinstance(results[0], LoadError)
    assert results[1] == "fine"
    assert isolates.pool.lost == 0


@pytest.mark.parametrize("ending", ["ts", "js"])
async def test_five_megabytes_of_source_cost_a_limit_at_the_most(open_isolates: Open, ending: str) -> None:
    line = "export function f{n}(a) {{ return [a, {n}].map((b) => b + {n}).filter(Boolean).length; }}\n"
    source = "".join(line.format(n=n) for n in range(62_000)) + HANDLER
    assert len(source) > 5_000_000
    async with open_isolates(cpu_ms=100) as isolates:
        with pytest.raises((LimitExceeded, LoadError)):
            await text(load(isolates, {f"index.{ending}": source}, f"index.{ending}"))
        assert await text(load(isolates, {"index.ts": HANDLER})) == "fine"
        assert isolates.pool.lost == 0


async def test_the_same_content_of_another_kind_is_another_value(isolates: Isolates) -> None:
    as_text = {"index.ts": "import a from './a'; console.log(typeof a);" + HANDLER, "a": {"text": "1"}}
    as_json = {**as_text, "a": {"json": 1}}
    assert [await text(load(isolates, modules)) for modules in (as_text, as_json)] == ["fine", "fine"]
    assert [line.message for line in isolates.lines] == ["string", "number"]
