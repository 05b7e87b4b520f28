"""What thrown errors say of themselves, and their places."""

from __future__ import annotations

import pytest

from playground.core.codec import encode
from playground.core.errors import ErrorRecord
from playground.isolates.process.failure import Failure, failure_of


def wire(record: object) -> str:
    return encode(record).data.decode()


@pytest.mark.parametrize(
    ("stack", "place"),
    [
        ("    at index.js:2:14\n", ("index.js", 2, 14)),
        ("    at f (lib/a.js:3:8)\n    at <eval> (runtime:1:1)\n", ("lib/a.js", 3, 8)),
        (
            "    at Promise (native)\n    at run (runtime:4:1)\n    at g (index.js:9:2)\n",
            ("index.js", 9, 2),
        ),
        ("    at <anonymous> (<input>:1:1)\n", (None, None, None)),
        ("", (None, None, None)),
        ("nonsense (:::)", (None, None, None)),
        ("    at f (a module.js:1:2)\n", ("a module.js", 1, 2)),
        ("    at lib/a.ts\n", ("lib/a.ts", None, None)),
        ("    at apply (native)\n", (None, None, None)),
    ],
)
def test_the_place_is_the_first_in_the_tenant_s_modules(stack: str, place: tuple[object, ...]) -> None:
    failure = failure_of(wire(ErrorRecord("TypeError", "no", stack=stack)))
    assert (failure.name, failure.message) == ("TypeError", "no")
    assert (failure.module, failure.line, failure.column) == place


@pytest.mark.parametrize(
    "encoded", [None, 5, "", "j", "j[", "t{}", "jnull", 't{"$error":7}', "j" + "[" * 5000]
)
def test_whatever_it_is_the_answer_is_a_failure(encoded: object) -> None:
    assert isinstance(failure_of(encoded), Failure)


def test_huge_texts_are_cut() -> None:
    failure = failure_of(wire(ErrorRecord("E" * 9000, "m" * 9000)))
    assert len(failure.name) == len(failure.message) == 2000
