"""`JSON.parse` in the guest: most texts are read in one go, the rest by the engine's own parser."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.isolates.process.template import Template
from playground.isolates.process.typescript import TypeScript
from tests.unit.isolates.guest.conftest import Evaluate
from tests.unit.isolates.guest.guest import Guest

SOURCE = """
import { WorkerEntrypoint } from "cloudflare:workers";
const same = (a, b) => {
  if (typeof a !== "object" || a === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const [names, others] = [Reflect.ownKeys(a), Reflect.ownKeys(b)];
  return names.length === others.length && names.every((name, n) => {
    const [one, other] = [Object.getOwnPropertyDescriptor(a, name), Object.getOwnPropertyDescriptor(b, name)];
    if (name !== others[n] || !same(one.value, other.value)) return false;
    return ["writable", "enumerable", "configurable"].every((flag) => one[flag] === other[flag]);
  });
};
const read = (text, reviver) => {
  try { return JSON.parse(text, reviver) } catch (error) { return `${error}` }
};
export class Reader extends WorkerEntrypoint {
  // with a reviver, it is the engine's own parser that reads
  same(texts) { return texts.filter((text) => !same(read(text), read(text, (_, value) => value))) }
}
"""
NAMES = st.text(max_size=12) | st.sampled_from(
    ["__proto__", "constructor", "0", "01", "7", "4294967294", "4294967295", "-1", "$ref", "é", "length", ""]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=())),
    lambda items: st.lists(items, max_size=5) | st.dictionaries(NAMES, items, max_size=5),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def reader(template: Template, typescript: TypeScript) -> Guest:
    return Guest(template, typescript, {"index.js": SOURCE})


def different(reader: Guest, texts: list[str]) -> Any:
    return reader.call("same", texts, entry="Reader").result


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(st.lists(st.tuples(VALUES, st.none() | st.integers(0, 2), st.booleans()), min_size=5, max_size=20))
def test_it_reads_as_the_engine_does(reader: Guest, values: list[tuple[Any, int | None, bool]]) -> None:
    texts = [json.dumps(value, indent=indent, ensure_ascii=escaped) for value, indent, escaped in values]
    cut = [text[: len(text) // 2] + text[len(text) // 2 + 1 :] for text in texts]
    assert different(reader, texts + cut) == []


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 3000])
def test_an_object_with_many_names_has_each_once_and_in_order(reader: Guest, count: int) -> None:
    dice = random.Random(count)
    names = [f"name {dice.randrange(count)}" for _ in range(count)]
    numbers = [str(dice.choice([dice.randrange(count), dice.randrange(2**31, 2**33)])) for _ in range(count)]
    odd = ["__proto__", "constructor", "é", "👍", "\ud800", "$number", "length", ""]
    for chosen in (names, names + numbers + odd, numbers):
        dice.shuffle(chosen)
        pairs = ",".join(f"{json.dumps(name)}:{n}" for n, name in enumerate(chosen))
        assert different(reader, [f"{{{pairs}}}", f"[{{{pairs}}},{{{pairs}}}]"]) == []


def test_a_name_that_is_met_again_has_its_last_value(evaluate: Evaluate) -> None:
    many = ",".join(f'"n{n}":{n}' for n in range(100))
    assert evaluate(
        'const few = JSON.parse(`{"a":{"x":1},"b":2,"a":3}`), many = JSON.parse(args[0]);'
        "return [few, many.n7, Object.keys(many).length, Object.keys(many)[7]]",
        f'{{{many},"n7":[8]}}',
    ) == [{"a": 3, "b": 2}, [8], 100, "n7"]


TEXTS = [
    *("", " ", "nul", "nulls", "tru", "true false", "01", "-01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1"),
    *("[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "}", '{"a"', '{"a":', '{"a":1', '{"a":1,'),
    *('{"a":1,}', "{a:1}", "{1:1}", '{"a" 1}', '{"a":1 "b":2}', "'a'", '"', '"a', '"\n"', '"\\x"', '"\\u12"'),
    *('"\\ud800"', '"\\ud83d\\ude00"', "\u00a0[]", "\ufeff[]", "[]\0", "\0", '"\0"', "[]//", "-0", "1e400"),
    *("\r\n\t [ 1 ,\r 2 ] \n", "[-0,0,-0.0]", "9007199254740993", "123456789012345", "-999999999999999"),
    *("1234567890123456", "2147483647", "2147483648", "-2147483648", "1e5", "0.1", "\ud800", '"\ud800"'),
    *('{"\ud800":"\udc00"}', "NaN", "[" * 400 + "]" * 400, "[" * 600 + "]" * 600, "[" * 600),
    *('{"a":' * 600 + "1" + "}" * 600, '[{"a":[{"b":' * 30),
]


def test_it_refuses_what_the_engine_refuses_and_says_the_same(reader: Guest) -> None:
    assert different(reader, TEXTS) == []


def test_what_does_not_fit_into_memory_is_said_so(evaluate: Evaluate) -> None:
    assert (
        evaluate(
            "let text = '\"' + 'x'.repeat(100) + '\",'.repeat(1);"
            "text = '[' + text.repeat(120_000) + '1]';"
            "const kept = []; let why;"
            "try { for (;;) kept.push(JSON.parse(text)) } catch (error) { kept.length = 0; why = error }"
            "return `${why}`;"
        )
        == "InternalError: out of memory"
    )
