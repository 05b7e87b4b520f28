"""Imports that nothing uses: which are taken away, and that nothing else moves."""

from __future__ import annotations

import time

import pytest

from playground.isolates.process.unused_imports import without_unused_imports

A = "import { A } from 'x';"
MUCH = "one('two'); // three\n" * 300
GONE = ";" + " " * (len(A) - 1)


@pytest.mark.parametrize(
    ("source", "left"),
    [
        (A, GONE),
        (f"{A}\n// A\n/* A */", f"{GONE}\n// A\n/* A */"),
        ("import\n{ A }\nfrom 'x'\n(1)", ";     \n     \n        \n(1)"),
        ("import { A as B } from 'x'; A", ";" + " " * 26 + " A"),
        ("import { A, B } from 'x'; B", "import {    B } from 'x'; B"),
        ("import D, { A } from 'x'; A", "import    { A } from 'x'; A"),
        ("import D, { A } from 'x'; D", "import D, {   } from 'x'; D"),
        ("import D, * as N from 'x'; N", "import    * as N from 'x'; N"),
        ("import D, * as N from 'x'; D", "import D         from 'x'; D"),
        ("import a from './a.json' with { type: 'json' }; 1", ";" + " " * 46 + " 1"),
        ("import {      } from 'x';", ";" + " " * 24),
        (f"'http://x'; {A} 1", f"'http://x'; {GONE} 1"),
        (f"{A}\n{MUCH}// A", f"{GONE}\n{MUCH}// A"),
        (f"{A}\n{MUCH}await import('x') // from", f"{GONE}\n{MUCH}await import('x') // from"),
        (f"{MUCH}{A}", f"{MUCH}{GONE}"),
        ("import { from,\n A } from 'x'; A", "import {      \n A } from 'x'; A"),
        ("import a from './a.json' with {\n type: 'json'\n}; 1", ";" + " " * 30 + "\n" + " " * 13 + "\n   1"),
    ],
)
def test_what_only_types_used_goes_and_nothing_moves(source: str, left: str) -> None:
    assert without_unused_imports(source) == left


@pytest.mark.parametrize(
    "source",
    [
        f"{A} new A()",
        f"{A} export {{ A }}",
        f"{A} 'http://x'; A",
        f'{A} const r = /[/*"]/; A',
        f"{A} `${{A}}`",
        f"{A} `//`; A",
        "import { A } from 'x', A",
        "import 'x';",
        "import {} from 'x';",
        "await import('x');",
        "import.meta.url",
        f"`{A}`",
        f"// {A}",
        "export { A } from 'x';",
        "import { 'a b' as A } from 'x';",
        A * 1001,
        f"{A}\n{MUCH}A",
        f"{A}\n{MUCH}`${{A}}`",
        f"{A}\n{MUCH}AA.A",
    ],
)
def test_what_is_used_or_no_import_of_a_name_stays(source: str) -> None:
    assert without_unused_imports(source) == source


@pytest.mark.parametrize(
    "piece",
    [
        "import ",
        "import" + " " * 9000,
        "'\\",
        '"',
        "/*",
        "`${",
        "a/",
        "[ /",
        "import{a}from'x';",
        "import a,",
    ],
)
def test_hostile_sources_take_no_longer_than_others(piece: str) -> None:
    began = time.process_time()
    without_unused_imports(piece * (500_000 // len(piece)))
    assert time.process_time() - began < 0.5
