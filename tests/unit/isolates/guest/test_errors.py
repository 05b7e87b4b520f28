"""Errors: what they keep on their way, and whose lines their stacks show."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.errors import ErrorRecord
from playground.core.values import UNDEFINED, BigInt
from tests.unit.isolates.guest.conftest import Evaluate, MakeGuest
from tests.unit.isolates.guest.guest import Stub
from tests.unit.isolates.guest.test_workflow import workflow

DEEP = """
import { WorkerEntrypoint } from "cloudflare:workers";
const inner = () => { throw new TypeError("deep") };
export class Body extends WorkerEntrypoint {
  go() { [1].map(inner) }
  async seen() { try { this.go() } catch (error) { return [error.stack, console.error(error.stack)] } }
  async asked() {
    try { await this.env.box.nothing() } catch (error) { return error.stack }
  }
  deep() {
    const f = () => f();
    try { f() } catch (error) { return [error.name, `${error.stack}`.includes("runtime")] }
  }
  replaced() {
    Error.prepareStackTrace = (error, sites) => sites;
    const { stack } = new Error();
    return [typeof stack, stack];
  }
}
"""
FRAMES = "    at inner (index.js:3:33)\n    at map (native)\n    at go (index.js:5:18)"


def test_a_stack_shows_the_tenant_s_lines_alone(guest: MakeGuest) -> None:
    one = guest(DEEP)
    assert one.call("go", entry="Body").error.stack == FRAMES
    said = one.call("seen", entry="Body")
    assert said.result == [f"{FRAMES}\n    at seen (index.js:6:29)", UNDEFINED]
    assert said.lines == [f"{FRAMES}\n    at seen (index.js:6:29)"]


def test_an_error_of_the_host_s_was_thrown_where_it_was_asked_for(guest: MakeGuest) -> None:
    one = guest(DEEP, env={"box": Stub(3)})
    said = one.call("asked", entry="Body")
    refused = one.refuse(said.ask["id"], ErrorRecord("Error", "no", stack="    at server.py:1:1"))
    assert refused.result == "    at asked (index.js:8:30)"


def test_nobody_else_is_given_the_frames(guest: MakeGuest) -> None:
    assert guest(DEEP).call("replaced", entry="Body").result == ["string", "    at replaced (index.js:16:27)"]


def test_an_overflow_is_an_error_like_any_other(guest: MakeGuest) -> None:
    assert guest(DEEP).call("deep", entry="Body").result == ["RangeError", False]


@pytest.mark.parametrize(
    ("made", "props"),
    [
        ("Object.assign(e, { status: 404, list: [{ a: 2n }] })", {"status": 404, "list": [{"a": BigInt(2)}]}),
        ("Object.assign(e, { code: 5, name: 'Named', message: 'm', cause: 1 })", {"code": 5}),
        ("Object.assign(e, { code: 'E' })", None),
        ("Object.assign(e, { f() {}, s: Symbol(), p: Promise.resolve(), ok: 1 })", {"ok": 1}),
        ("Object.assign(e, { a: [{}, () => 1], b: { kept: [] } })", {"b": {"kept": []}}),
        ("Object.defineProperty(e, 'bad', { enumerable: true, get() { throw 1 } })", {"bad": UNDEFINED}),
        ("Object.defineProperty(e, '__proto__', { enumerable: true, value: 7 })", {"__proto__": 7}),
        ("Object.defineProperty(e, 'hidden', { value: 7 })", None),
        ("Object.assign(e, Object.fromEntries(Array.from({ length: 99 }, (_, i) => ['k' + i, i])))", 64),
    ],
)  # fmt: skip
def test_an_error_s_own_properties_go_with_it(guest: MakeGuest, made: str, props: Any) -> None:
    source = f"export default {{ go() {{ const e = new Error('x'); {made}; throw e }} }}"
    error = guest(source).call("go", None).error
    assert (len(error.props or {}) if isinstance(props, int) else error.props) == props


def test_what_is_left_out_does_not_confuse_what_follows(evaluate: Evaluate) -> None:
    first, shared = evaluate(
        "const e = new Error('x'), shared = { n: 1 };"
        "e.no = [shared, {}, [], Symbol()]; e.self = e; e.yes = [shared, shared]; return [e, shared]"
    )
    assert first.props["self"] is first
    assert first.props["yes"][0] is first.props["yes"][1] is shared


def test_properties_are_there_again(evaluate: Evaluate) -> None:
    record = ErrorRecord("Odd", "o", props={"status": 404, "$tag": 1, "__proto__": 2})
    assert evaluate(
        "const [e] = args; return [e.status, Object.keys(e), Object.getPrototypeOf(e) === Error.prototype]",
        record,
    ) == [404, ["status", "$tag", "__proto__"], True]


@pytest.mark.parametrize(
    ("made", "errors"),
    [
        ("new AggregateError([new TypeError('t'), 1, 'two'], 'm')", ["TypeError: t", 1, "two"]),
        ("new AggregateError([])", []),
        (
            "new AggregateError([() => 1, Symbol('s'), { f() {} }])",
            ["Error: () => 1", "Error: Symbol(s)", "Error: [object Object]"],
        ),
        ("new AggregateError([new AggregateError([5])])", [[5]]),
        ("Object.assign(new Error('m'), { errors: 5 })", None),
        ("Object.defineProperty(new Error('m'), 'errors', { value: 5 })", None),
        ("Object.defineProperty(new Error('m'), 'errors', { get() { throw 1 } })", None),
        ("new (class Mine extends AggregateError {})([1])", [1]),
        ("(() => { const e = new AggregateError([{}]); e.errors.push(e.errors[0]); return e })()", [{}, {}]),
    ],
)
def test_an_error_s_errors_go_with_it(guest: MakeGuest, made: str, errors: list[Any] | None) -> None:
    source = f"export default {{ go() {{ throw {made} }} }}"

    def shown(value: Any) -> Any:
        if not isinstance(value, ErrorRecord):
            return value
        return (
            f"{value.name}: {value.message}" if value.errors is None else [shown(one) for one in value.errors]
        )

    thrown = guest(source).call("go", None).error
    assert (None if thrown.errors is None else [shown(error) for error in thrown.errors]) == errors


def test_an_error_of_many_errors_comes_out_small(guest: MakeGuest) -> None:
    source = "export default { go() { throw new AggregateError(new Array(1e6).fill(new Error('x'))) } }"
    error = guest(source).call("go", None).error
    assert error.errors is not None
    assert len(error.errors) == 1000


def test_an_aggregate_error_is_one_again(evaluate: Evaluate) -> None:
    record = ErrorRecord("AggregateError", "all", errors=[ErrorRecord("RangeError", "r"), {"a": 1}])
    named = ErrorRecord("Mine", "m", errors=[])
    plain = ErrorRecord("AggregateError", "as it was stored before")
    assert evaluate(
        "const [e, named, plain] = args;"
        "return [e instanceof AggregateError, Array.isArray(e.errors), e.errors[0] instanceof RangeError,"
        " e.errors[1], Object.keys(e), Object.getOwnPropertyNames(e).includes('name'),"
        " named instanceof AggregateError, named.name, plain.name, plain.errors]",
        record,
        named,
        plain,
    ) == [True, True, True, {"a": 1}, [], False, True, "Mine", "AggregateError", UNDEFINED]


def test_a_run_that_waits_for_any_step_ends_alike_when_it_is_replayed(guest: MakeGuest) -> None:
    body = """
        const never = async () => 0;
        try { await Promise.any([step.do('a', never), step.do('b', never)]) } catch (error) {
          return [error.name, error.message, error.errors.map((one) => [one.name, one.message, one.errors])];
        }"""
    inner = ErrorRecord("AggregateError", "both", errors=[1, 2])

    def outcome() -> Any:
        one = guest(workflow(body))
        first, second = one.run().of("ask")
        one.refuse(second["id"], inner)
        return one.refuse(first["id"], ErrorRecord("TypeError", "t")).result

    found = outcome()
    assert found[0] == "AggregateError"
    assert found[2] == [["TypeError", "t", UNDEFINED], ["AggregateError", "both", [1, 2]]]
    assert outcome() == found
