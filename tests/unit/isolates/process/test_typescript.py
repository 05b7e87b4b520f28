"""TypeScript: what is taken away, what is refused and how, and what hostile sources cost."""

from __future__ import annotations

import re
import time

import pytest

from playground.isolates.process.typescript import MOST_BYTES, TYPESCRIPT, NotTypeScript, TypeScript
from scripts import assets
from tests.compiled import CACHE

PATH = assets.ROOT / "playground" / "isolates" / "guest" / "build" / TYPESCRIPT


@pytest.fixture(scope="module")
def typescript() -> TypeScript:
    if not assets.TYPESCRIPT.is_fresh(assets.ROOT):
        assets.build()
    return TypeScript(PATH, CACHE)


def refusal(typescript: TypeScript, source: str) -> NotTypeScript:
    with pytest.raises(NotTypeScript) as caught:
        typescript.strip(source)
    return caught.value


@pytest.mark.parametrize(
    "marked",
    [
        "let a«: number» = 1;",
        "let a = b« as unknown as C»;",
        "let a = b« satisfies C»;",
        "let a = b«!».c«!»;",
        "let a = «<T,>»(b«: T»)«: T» => b;",
        "let a = async «<T>»(b«: T») => b;",
        "f«<number>»(1); new Map«<A, B>»(); f«<A>»`b`;",
        "«import type { A } from './a';»",
        "import { «type A,» b } from './a'; b",
        "import { «A,» b,« C» } from './a'; let d«: A | C» = b",
        "import b, { «A» } from './a'; b«!»",
        "import «a,» { b } from './a'; b",
        "import «a,» * as b from './a'; b",
        "import b«, * as A» from './a'; let d«: A.B» = b",
        "import { b,« é as É» } from './a'; '日本🎉'« as É»; b",
        "«export type { A } from './a';»",
        "import a from './a.json' with { type: 'json' }; a",
        "«type A = { b: 1; c: 2 };» 1",
        "«interface A { b: 1 }» 1",
        "«declare const a: number;» 1",
        "«declare enum A { b }» 1",
        "«declare namespace A { const b: number }» 1",
        "«declare module 'a' { }» 1",
        "«namespace A { export type B = 1 }» 1",
        "function f(«this: A,» b«?: C»)«: asserts b is D» {}",
        "«function f(a: 1): void;»\nfunction f(a«: any») {}",
        "class A«<B>» extends C«<B>» «implements D» {}",
        "class A { «private readonly» b«?: C» = 1; }",
        "class A { «declare b: C»; }",
        "«abstract» class A { «abstract b(): C»; }",
        "class A extends B { «override» b()«: C» {} get c()«: D» { return 1 } }",
        "class A { «[key: string]: B»; static { let b«: C» = 1 } }",
        "class A { accessor b«: C» = 1 }",
        "try {} catch (a«: unknown») {}",
        "const x = await (1« as number»);",
        "using a«: B» = c;",
        "function f«<const T>»(a«: T») {}",
        "let {a, b}«: {a: number, b: string}» = c;",
        "let é«: '日本🎉'» = '🎉'« as string»; 1",
        "#!/usr/bin/env node\nlet a«: 1»; 1",
        "let a« // kept\n  : B» = 1",
    ],
)
def test_types_become_spaces(typescript: TypeScript, marked: str) -> None:
    source = marked.replace("«", "").replace("»", "")
    code = re.sub("«(.*?)»", lambda found: _blank(found[1]), marked, flags=re.DOTALL)
    stripped = typescript.strip(source)
    assert len(stripped.encode()) == len(source.encode())
    spaces = str.maketrans(";\xa0\u2003", "   ")
    assert stripped.translate(spaces).replace("// kept", "       ") == code.translate(spaces)


def _blank(text: str) -> str:
    units = len(text.encode("utf-16-le")) // 2
    return "".join(char if char == "\n" else " " for char in text) + " " * (units - len(text))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("enum A {" + "b," * 10_001 + "}", "this enum is not understood: write an object"),
        ("namespace A { export const b = 1 }", "namespace with values is not supported: write a module"),
        ("module A { f() }", "namespace with values is not supported: write a module"),
        ("import a = require('a')", "`import … = …` is not supported"),
        ("export = a", "`export = …` is not supported"),
        ("let a = <B>c", "`<T>value` is not supported: write `value as T`"),
        ("@a class B {}", "a decorator is not supported"),
        ("class A { @b c() {} }", "a decorator is not supported"),
        ("let a = <div/>", "JSX is not supported"),
        ("let a = <div>b</div>", "JSX is not supported"),
        ("let a: = 1", "Unexpected token `=`"),
        ("let a: 'b", "Unterminated string"),
        ("let a\0: B", "Unexpected character '\\0'"),
    ],
)
def test_what_needs_more_than_that_is_refused_with_what_to_do(
    typescript: TypeScript, source: str, said: str
) -> None:
    refused = refusal(typescript, "\n  " + source)
    assert said in refused.message
    assert refused.line == 2
    assert refused.column is not None
    assert refused.column > 2


@pytest.mark.parametrize(
    ("before", "column"),
    [("", 1), ("  ", 3), ("\t", 2), ("é; ", 4), ("'日本'; ", 7), ("'🎉'; ", 7), ("'e\u0301'; ", 7)],
)
def test_places_count_utf_16_units(typescript: TypeScript, before: str, column: int) -> None:
    refused = refusal(typescript, f"\r\n// one\r\n{before}export = 1")
    assert (refused.line, refused.column) == (3, column)


@pytest.mark.parametrize(
    "source",
    [
        "let a = b\ntype A = {}\n;(c)",
        "let a = b\ntype A = '🎉🎉'\n;[c]; let d = '🎉' as string",
        "let a = b\ninterface A {}\n(c)",
        "abstract class A { abstract a(): void;\n['x']() {} }",
    ],
)
def test_what_a_type_stood_between_stays_apart(typescript: TypeScript, source: str) -> None:
    stripped = typescript.strip(source)
    assert len(stripped.encode("utf-16")) == len(source.encode("utf-16"))
    following = min(stripped.find(mark) for mark in ("(c)", "[c]", "['x']") if mark in stripped)
    assert stripped[:following].rstrip().endswith(";")


@pytest.mark.parametrize(
    "source",
    [
        "(" * 20_000,
        "a<" * 20_000,
        "let a: " + "[" * 20_000,
        "x = " + "!" * 20_000,
        "let a = " + "a+" * 100_000 + "1",
        "type A = " + "{a:" * 20_000,
        "()=>" * 20_000,
        "`${" * 20_000,
    ],
)
def test_deep_nesting_is_refused(typescript: TypeScript, source: str) -> None:
    assert "nested too deeply" in refusal(typescript, source).message


@pytest.mark.parametrize("source", ["(a?(b):c=>" * 18, "(<T>(" * 20, "a?(b):c=>(" * 40])
def test_sources_that_take_exponential_time_are_stopped(typescript: TypeScript, source: str) -> None:
    began = time.process_time()
    assert refusal(typescript, source).message
    assert time.process_time() - began < 0.5


def test_the_largest_module_has_half_a_mebibyte(typescript: TypeScript) -> None:
    source = "let a: number = 1; //"
    assert typescript.strip(source + "x" * (MOST_BYTES - len(source))).startswith("let a         = 1;")
    assert "may have 524288 bytes" in refusal(typescript, source + "x" * MOST_BYTES).message


def test_five_mebibytes_of_generated_source_are_refused_at_once(typescript: TypeScript) -> None:
    source = "".join(f"export const a{n}: number = {n};\n" for n in range(170_000))
    assert len(source) > 5 << 20
    began = time.process_time()
    refusal(typescript, source)
    assert time.process_time() - began < 0.5


def test_the_same_source_is_compiled_once(typescript: TypeScript) -> None:
    source = "let same: string = 'x';\n" * 4000
    first = typescript.strip(source)
    began = time.process_time()
    assert typescript.strip(source) is first
    assert time.process_time() - began < 0.005


def test_what_was_refused_stays_refused_and_harms_nobody_else(typescript: TypeScript) -> None:
    assert refusal(typescript, "(" * 5000).args == refusal(typescript, "(" * 5000).args
    source = "let other: number;"
    assert typescript.strip(source) == "let other        ;"


def test_half_a_character_is_refused(typescript: TypeScript) -> None:
    assert "cannot be compiled" in refusal(typescript, "let a: '\ud800'").message
