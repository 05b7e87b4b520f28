"""Enums and parameter properties: what becomes of them, what stays, and that no line moves."""

from __future__ import annotations

import time

import pytest

from playground.isolates.process.made_values import with_made_values


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("enum A {}", "var A; (function (A) {})(A || (A = {}));"),
        (
            "enum A { b, c }",
            'var A; (function (A) { A[A["b"] = 0] = "b"; A[A["c"] = A["b"] + 1] = "c";})(A || (A = {}));',
        ),
        (
            "export enum A {\n  b = 'x', // why\n}",
            "export var A; (function (A) {\n  A[\"b\"] =  'x'; // why\n})(A || (A = {}));",
        ),
        (
            "class A { constructor(private b: M<x, readonly C[]>, public d = 1) {} }",
            "class A { constructor(        b: M<x, readonly C[]>,        d = 1) { this.b = b; this.d = d;} }",
        ),
        (
            "class A extends B {\n  constructor(private b) {\n    super(f(b));\n go();\n  }\n}",
            "class A extends B {\n  constructor(        b) {\n    super(f(b)); this.b = b;;\n go();\n  }\n}",
        ),
    ],
)
def test_they_become_javascript_in_their_place(source: str, made: str) -> None:
    assert with_made_values(source) == made
    assert made.count("\n") == source.count("\n")


@pytest.mark.parametrize(
    "source",
    [
        "declare enum A { b }",
        "'enum A { b }'; `enum A { b }`; // enum A { b }",
        "a.enum; ({ enum: 1 }); enumerate({ a })",
        "enum A { [b] }",
        "enum A { b",
        "enum A { b (c) }",
        "class A { constructor(a: B, readonlyList: C) {} private d() {} }",
        "class A { constructor(private b: C); }",
        "this.constructor(private)",
        "enum A {" + "b," * 10_001 + "}",
    ],
)
def test_what_is_none_or_is_not_understood_stays(source: str) -> None:
    assert with_made_values(source) == source


@pytest.mark.parametrize(
    "piece",
    [
        *("enum A{", "enum A{}", "constructor(private a", "constructor(private a){", "enum A{a=a,b=a}"),
        *("class A extends B{constructor(private a){super(", "private constructor" + " " * 9000, "`", "/*"),
    ],
)
def test_hostile_sources_take_no_longer_than_others(piece: str) -> None:
    began = time.process_time()
    with_made_values(piece * (500_000 // len(piece)))
    assert time.process_time() - began < 1
