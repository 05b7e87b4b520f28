"""Calls across the wall, timers, and randomness."""

from __future__ import annotations

import pytest

from playground.core.codec import decode, encode
from playground.core.errors import ErrorRecord
from playground.core.values import UNDEFINED, RegExp, Value
from playground.isolates.guest_messages import Ask, Result, decode_messages, encode_message
from playground.isolates.references import wire_of
from tests.unit.isolates.guest.conftest import Evaluate, MakeGuest
from tests.unit.isolates.guest.guest import Guest, Reference, Said, Stub, messages
from tests.unit.isolates.guest.test_workflow import workflow

NOT_THERE = 'The RPC receiver does not implement the method "{}".'
BINDING = Stub(3, ("create", "get"), {"label": "wf"})


def worker(guest: MakeGuest, body: str) -> Guest:
    source = (
        'import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";\n'
        "export class Body extends WorkerEntrypoint {\n"
        f"  async go(...args) {{ const {{ env }} = this;\n{body}\n}} }}"
    )
    return guest(source, env={"WORKFLOWS": BINDING})


def test_a_method_of_a_binding_is_an_ask(guest: MakeGuest) -> None:
    one = worker(guest, "const i = await env.WORKFLOWS.create({ id: 'a' }); return [i.id, await i.id]")
    said = one.call("go", entry="Body")
    assert (said.ask["target"], said.ask["method"], said.arguments) == (3, "create", [{"id": "a"}])
    assert one.answer(said.ask["id"], Stub(9, ("status",), {"id": "a"})).result == ["a", "a"]


def test_a_stub_that_came_can_be_called_and_sent_back(guest: MakeGuest) -> None:
    one = worker(guest, "const i = await env.WORKFLOWS.get('a'); const { status } = i; await status(i)")
    said = one.call("go", entry="Body")
    asked = one.answer(said.ask["id"], Stub(9, ("status",)))
    assert (asked.ask["target"], asked.ask["method"]) == (9, "status")
    assert asked.arguments == [Reference("$stub", {"id": 9})]


def test_a_stub_cannot_be_stored(guest: MakeGuest) -> None:
    source = "import { env } from 'cloudflare:workers';\n" + workflow("return { stub: env.WORKFLOWS }")
    error = guest(source, env={"WORKFLOWS": BINDING}).run().error
    assert error.message.endswith("$.stub: a RpcStub cannot be stored")


def test_a_refusal_is_thrown(guest: MakeGuest) -> None:
    one = worker(
        guest, "try { await env.WORKFLOWS.get('a') } catch (e) { return [e.name, e.message, e.code] }"
    )
    said = one.call("go", entry="Body")
    record = ErrorRecord("WorkflowError", "instance.not_found", code="C")
    assert one.refuse(said.ask["id"], record).result == ["WorkflowError", "instance.not_found", "C"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("typeof env.WORKFLOWS.create", "function"),
        ("env.WORKFLOWS.label", "wf"),
        ("typeof env.WORKFLOWS.nothing", "function"),
        ("typeof env.WORKFLOWS.then", "undefined"),
        ("Object.isFrozen(env.WORKFLOWS)", True),
    ],
)
def test_a_stub_has_what_the_host_says(guest: MakeGuest, expression: str, value: object) -> None:
    assert worker(guest, f"return {expression}").call("go", entry="Body").result == value


def test_a_stub_out_of_reach_is_dropped(guest: MakeGuest) -> None:
    one = worker(guest, "await env.WORKFLOWS.get('a'); return 1")
    said = one.call("go", entry="Body")
    dropped = one.answer(said.ask["id"], Stub(9, ("status",))).of("drop")
    assert dropped + one.turn("release", fns=[]).of("drop") == [{"t": "drop", "stubs": [9]}]


def test_a_binding_is_not_dropped(guest: MakeGuest) -> None:
    one = worker(guest, "return 1")
    assert one.call("go", entry="Body").of("drop") == []


def test_targets_and_functions_cross_by_reference(guest: MakeGuest) -> None:
    one = worker(
        guest,
        "class Counter extends RpcTarget { #n = 0; add(k) { return this.#n += k } }\n"
        "return { counter: new Counter(), twice: (x) => x * 2 }",
    )
    result = one.call("go", entry="Body").result
    assert (result["counter"].tag, result["twice"].tag) == ("$target", "$fn")
    assert one.invoke(result["counter"].content, 2, method="add").result == 2
    assert one.invoke(result["counter"].content, 3, method="add").result == 5
    assert one.invoke(result["twice"].content, 4).result == 8
    for name in ("constructor", "nothing", "toString", "hasOwnProperty"):
        error = one.invoke(result["counter"].content, method=name).error
        assert (error.name, error.message) == ("TypeError", NOT_THERE.format(name))
    one.turn("release", fns=[result["twice"].content])
    assert one.invoke(result["twice"].content, 4).error.message == "the function is gone"


def test_methods_of_an_entrypoint(guest: MakeGuest) -> None:
    one = worker(guest, "return args")
    assert one.call("go", 1, UNDEFINED, entry="Body").result == [1, UNDEFINED]
    assert one.call("nothing", entry="Body").error.message == NOT_THERE.format("nothing")
    assert one.call("constructor", entry="Body").error.message == NOT_THERE.format("constructor")
    assert one.call("go", entry="Nobody").error.message == "no such entrypoint: Nobody"
    assert one.call("go", entry="toString").error.message == "no such entrypoint: toString"


def test_a_value_that_cannot_be_made_here_is_thrown_where_it_was_asked_for(guest: MakeGuest) -> None:
    one = worker(guest, "try { await env.WORKFLOWS.get('a') } catch (e) { return e.name }")
    assert one.call("go", RegExp("(", ""), entry="Body").error.name == "SyntaxError"
    said = one.call("go", entry="Body")
    assert one.answer(said.ask["id"], RegExp("(", "")).result == "SyntaxError"


def test_an_empty_module_exports_nothing(guest: MakeGuest) -> None:
    assert guest("").exports == []


# -- timers


def test_a_timer_is_asked_for_and_fires(guest: MakeGuest) -> None:
    one = guest(workflow("return new Promise((resolve) => setTimeout((a, b) => resolve(a + b), 50, 1, 2))"))
    (timer,) = one.run().of("timer")
    assert (timer["ms"], timer["owner"]) == (50, 1)
    assert one.turn("timer", id=timer["id"]).result == 3
    assert one.turn("timer", id=timer["id"]).messages == []


def test_a_cleared_timer_does_not_fire(guest: MakeGuest) -> None:
    one = guest(
        workflow("const t = setTimeout(() => console.log('no'), 5); clearTimeout(t); clearTimeout(t)")
    )
    said = one.run()
    (timer,) = said.of("timer")
    assert said.of("untimer") == [{"t": "untimer", "id": timer["id"]}]
    assert one.turn("timer", id=timer["id"]).messages == []


def test_an_interval_goes_on_until_it_is_cleared(guest: MakeGuest) -> None:
    one = guest(
        workflow(
            "let n = 0; const t = setInterval(() => { console.log(++n); if (n == 2) clearInterval(t) }, 9)"
        )
    )
    (timer,) = one.run().of("timer")
    first = one.turn("timer", id=timer["id"])
    assert (first.lines, first.of("timer")) == (["1"], [timer])
    second = one.turn("timer", id=timer["id"])
    assert second.lines == ["2"]
    assert second.of("untimer") == [{"t": "untimer", "id": timer["id"]}]


@pytest.mark.parametrize(
    ("ms", "asked"), [("", 0), ("-5", 0), ("NaN", 0), ("'20'", 20), ("1e12", 2**31 - 1), ("1.5", 1.5)]
)
def test_a_delay_is_brought_into_bounds(guest: MakeGuest, ms: str, asked: float) -> None:
    (timer,) = guest(f"setTimeout(() => 1, {ms})").loaded.of("timer")
    assert (timer["ms"], timer["owner"]) == (asked, None)


def test_a_timer_needs_a_function(evaluate: Evaluate) -> None:
    assert evaluate("try { setTimeout('code') } catch (e) { return e.name }") == "TypeError"


# -- randomness


def test_a_run_draws_the_same_numbers_again(guest: MakeGuest) -> None:
    one = guest(workflow("return [Math.random(), Math.random()]"))
    first, again, other = one.run(seed="a"), one.run(seed="a"), one.run(seed="b")
    assert first.result == again.result
    assert first.result != other.result
    assert all(0 <= number < 1 for number in first.result + other.result)


def test_callbacks_and_handlers_draw_real_ones(guest: MakeGuest) -> None:
    one = guest(workflow("await step.do('a', async () => Math.random())"))
    drawn = set()
    for _ in range(2):
        function = one.run(seed="a").arguments[2]
        drawn.add(one.invoke(function.content, {}, step={"name": "a"}).result)
    assert len(drawn) == 2


def test_two_isolates_draw_different_numbers(evaluate: Evaluate) -> None:
    code = "return [Math.random(), crypto.randomUUID()]"
    first, second = evaluate(code), evaluate(code)
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_numbers_are_spread_evenly(evaluate: Evaluate) -> None:
    mean, below = evaluate(
        "let s = 0, b = 0;"
        "for (let i = 0; i < 2e4; i++) { const x = Math.random(); s += x; if (x < 0.1) b++ }"
        "return [s / 2e4, b / 2e4]"
    )
    assert abs(mean - 0.5) < 0.02
    assert abs(below - 0.1) < 0.02


@pytest.mark.parametrize(
    "text", ["x" * 5000, 'a\n"\\' * 2000, "ä😀\u2028" * 3000, "\ud800" * 5000, "short\n"]
)
def test_a_long_argument_arrives_beside_the_message(guest: MakeGuest, text: str) -> None:
    one = guest(
        'import { WorkerEntrypoint } from "cloudflare:workers";'
        "export class Echo extends WorkerEntrypoint { echo(value) { return value; } }"
    )
    args = encode([text]).data.decode("utf-8", "surrogatepass")
    message = encode_message("call", id=1, entry="Echo", method="echo", args=args)
    assert ("\n" in message) == (len(args) > 4096)
    said = one.whole_turn(message)
    assert ('"value":' in said) == (len(args) > 4096)
    assert Said(messages(said)).result == text
    (result,) = decode_messages(said)
    assert isinstance(result, Result)
    assert decode(wire_of(result.ok or "")) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[...Array(3000).keys()]", list(range(3000))),
        ("'\\ud800\\n\\u0001\\x7f\\xe9\\u2028'.repeat(900)", "\ud800\n\x01\x7fé\u2028" * 900),
        ("{ b: 1, 10: 2, 9: 3, '4294967294': 4, '4294967295': 5, c: 'x'.repeat(5000) }", None),
        ("{ $fn: 1, long: 'x'.repeat(5000) }", {"$fn": 1, "long": "x" * 5000}),
        ("{ when: new Date(0), long: new Uint8Array(5000) }", None),
    ],
)
def test_a_long_answer_and_a_long_argument_say_the_same(
    guest: MakeGuest, value: str, expected: Value
) -> None:
    one = guest(
        'import { WorkerEntrypoint } from "cloudflare:workers";'
        "export class Both extends WorkerEntrypoint {"
        "  both() { Object.prototype.toJSON = Array.prototype.toJSON = () => 'mine';"
        f"    const value = {value}; this.env.WF.create(value); return value; }}"
        "}",
        env={"WF": BINDING},
    )
    call = encode_message("call", id=1, entry="Both", method="both", args="j[]")
    said = one.whole_turn(call)
    result = next(message for message in decode_messages(said) if isinstance(message, Result))
    ask = next(message for message in decode_messages(said) if isinstance(message, Ask))
    found = decode(wire_of(result.ok or ""))
    assert decode(wire_of(ask.args)) == [found]
    if expected is not None:
        assert found == expected
