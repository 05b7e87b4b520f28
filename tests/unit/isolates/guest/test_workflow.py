"""`run(event, step)` in the guest, with the engine played by the test."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.errors import ErrorRecord
from playground.core.values import UNDEFINED
from tests.unit.isolates.guest.conftest import MakeGuest
from tests.unit.isolates.guest.guest import Guest, Reference, Said

HEAD = """
import { WorkflowEntrypoint } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
"""


def workflow(body: str, before: str = "") -> str:
    return (
        f"{HEAD}{before}\nexport class TenantWorkflow extends WorkflowEntrypoint "
        f"{{ async run(event, step) {{\n{body}\n}} }}"
    )


def function(value: Any) -> int:
    assert isinstance(value, Reference)
    assert value.tag == "$fn"
    return int(value.content)


def test_a_run_returns_its_output(guest: MakeGuest) -> None:
    assert guest(workflow("return { got: event.payload.n + 1 }")).run({"n": 1}).result == {"got": 2}


def test_the_event_says_what_the_run_is_about(guest: MakeGuest) -> None:
    body = (
        "return [Object.keys(event), event.timestamp instanceof Date, event.timestamp.toISOString(),"
        " event.instanceId, event.workflowName, event.payload]"
    )
    assert guest(workflow(body)).run(UNDEFINED).result == [
        ["payload", "timestamp", "instanceId", "workflowName"],
        True,
        "2026-01-02T03:04:05.000Z",
        "one",
        "dynamic-workflow",
        UNDEFINED,
    ]


@pytest.mark.parametrize(
    "write",
    [
        "event.payload = 1",
        "event.extra = 1",
        "delete event.payload",
        "event.payload.list.push(1)",
        "event.payload.list[0].deep = 1",
        "event.timestamp.setFullYear(1999)",
        "event.payload.map.set(1, 2)",
        "event.payload.map.get('k').x = 1",
        "event.payload.set.add(1)",
        "event.payload.date.setTime(0)",
    ],
)
def test_a_write_to_the_event_throws(guest: MakeGuest, write: str) -> None:
    from playground.core.values import Map, Set
    from tests.unit.core.values import NOON

    payload = {"list": [{"deep": 0}], "map": Map([("k", {"x": 0})]), "set": Set([5]), "date": NOON}
    body = f"try {{ {write} }} catch (error) {{ return error instanceof TypeError }} return 'written'"
    assert guest(workflow(body)).run(payload).result is True


def test_a_frozen_event_is_still_what_it_was(guest: MakeGuest) -> None:
    from playground.core.values import Map

    payload = {"map": Map([("k", 1)]), "list": [3, 1, 2]}
    body = (
        "const { map, list } = structuredClone(event.payload); map.set('l', 2); list.sort();"
        "return [map, list, event.payload.map instanceof Map, [...event.payload.map.keys()]]"
    )
    assert guest(workflow(body)).run(payload).result == [
        Map([("k", 1), ("l", 2)]),
        [1, 2, 3],
        True,
        ["k"],
    ]


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("step.do('a', f)", ["a", UNDEFINED, "f", UNDEFINED]),
        ("step.do('a', { timeout: 5 }, f)", ["a", {"timeout": 5}, "f", UNDEFINED]),
        ("step.do('a', f, { rollback: f })", ["a", UNDEFINED, "f", {"rollback": "f"}]),
        ("step.do('a', {}, f, { rollback: f })", ["a", {}, "f", {"rollback": "f"}]),
        ("step.do('a')", ["a", UNDEFINED, UNDEFINED, UNDEFINED]),
        ("step.do('a', {}, 5)", ["a", {}, UNDEFINED, UNDEFINED]),
        ("step.do(5, null, f)", [5, None, "f", UNDEFINED]),
    ],
)
def test_do_asks_for_a_step(guest: MakeGuest, call: str, arguments: list[Any]) -> None:
    said = guest(workflow(f"const f = async () => 1; return {call}")).run()
    assert (said.ask["target"], said.ask["method"], said.ask["owner"]) == (7, "do", 1)

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        return "f" if isinstance(value, Reference) else value

    found = [plain(argument) for argument in said.arguments]
    # the same function in two places crosses once, and is met again
    assert found == arguments


@pytest.mark.parametrize(
    ("call", "method", "arguments"),
    [
        ("step.sleep('nap', '2 seconds')", "sleep", ["nap", "2 seconds"]),
        ("step.sleepUntil('till', 5)", "sleepUntil", ["till", 5]),
        ("step.waitForEvent('w', { type: 't' })", "waitForEvent", ["w", {"type": "t"}]),
    ],
)
def test_waits_are_asks(guest: MakeGuest, call: str, method: str, arguments: list[Any]) -> None:
    one = guest(workflow(f"return {{ got: await {call} }}"))
    said = one.run()
    assert (said.ask["method"], said.arguments) == (method, arguments)
    assert one.answer(said.ask["id"], {"x": 1}).result == {"got": {"x": 1}}


def test_a_callback_runs_with_a_context_of_its_own(guest: MakeGuest) -> None:
    one = guest(
        workflow("return step.do('a', async (ctx) => { ctx.attempt++; console.log('in'); return ctx })")
    )
    said = one.run()
    context = {"step": {"name": "a", "count": 1}, "attempt": 1, "config": {}}
    invoked = one.invoke(function(said.arguments[2]), context, step={"kind": "do", "name": "a", "count": 1})
    assert invoked.result == {**context, "attempt": 2}
    assert [(line["owner"], line["message"]) for line in invoked.of("log")] == [(2, "in")]
    assert one.answer(said.ask["id"], "done").result == "done"


def test_lines_and_asks_belong_to_the_run_that_made_them(guest: MakeGuest) -> None:
    one = guest(
        workflow("console.log('a'); await step.sleep('s', 1); console.log('b'); await step.sleep('t', 1)")
    )
    first, second = one.run(), one.run()
    later = one.answer(first.ask["id"], UNDEFINED)
    assert [line["owner"] for line in first.of("log") + second.of("log") + later.of("log")] == [1, 2, 1]
    assert later.ask["owner"] == 1


def test_a_step_that_failed_is_thrown_and_can_be_caught(guest: MakeGuest) -> None:
    one = guest(
        workflow(
            "try { await step.do('a', async () => 1) } catch (error) {"
            " return [error instanceof Error, error.name, error.message, error.cause.message] }"
        )
    )
    said = one.run()
    record = ErrorRecord("PaymentError", "no", "at x", ErrorRecord("Error", "why"))
    assert one.refuse(said.ask["id"], record).result == [True, "PaymentError", "no", "why"]


def test_what_is_thrown_again_is_the_record_that_came(guest: MakeGuest) -> None:
    one = guest(workflow("await step.do('a', async () => 1)"))
    said = one.run()
    record = ErrorRecord("Odd", "no", "Odd: no", ErrorRecord("Error", "why", "Error: why"), "NON_RETRYABLE")
    assert one.refuse(said.ask["id"], record).error == record


@pytest.mark.parametrize(
    "call", ["step.do('a', { x: Symbol() }, async () => 1)", "step.sleep('a', Symbol())"]
)
def test_an_argument_that_is_no_value_is_a_fatal_error(guest: MakeGuest, call: str) -> None:
    said = guest(workflow(f"await {call}")).run()
    assert said.error.name == "WorkflowFatalError"
    assert "a symbol cannot be stored" in said.error.message


def test_a_step_that_returns_what_is_no_value_says_where(guest: MakeGuest) -> None:
    one = guest(workflow("return step.do('bad', async () => ({ ok: 1, f() {} }))"))
    said = one.run()
    error = one.invoke(function(said.arguments[2]), {}, step={"kind": "do", "name": "bad", "count": 1}).error
    assert error.name == "WorkflowFatalError"
    assert error.message == (
        'The result of step "bad" is not a value that can be stored: $.f: a function cannot be stored'
    )


@pytest.mark.parametrize(
    ("thrown", "name", "code"),
    [
        ("new NonRetryableError('stop')", "NonRetryableError", "NON_RETRYABLE"),
        ("new NonRetryableError('stop', 'Declined')", "Declined", "NON_RETRYABLE"),
        ("new (class Mine extends NonRetryableError {})('stop')", "NonRetryableError", "NON_RETRYABLE"),
        ("Object.assign(new Error('stop'), { name: 'NonRetryableError' })", "NonRetryableError", None),
    ],
)
def test_non_retryable_errors_are_marked(guest: MakeGuest, thrown: str, name: str, code: str | None) -> None:
    error = guest(workflow(f"throw {thrown}")).run().error
    assert (error.name, error.message, error.code) == (name, "stop", code)


def test_a_stack_names_the_tenant_s_lines_and_none_of_ours(guest: MakeGuest) -> None:
    stack = guest(workflow("\nthrow new Error('x')")).run().error.stack
    assert stack == "    at run (index.js:7:11)"


def test_callbacks_are_released_when_their_step_is_answered(guest: MakeGuest) -> None:
    one = guest(workflow("await step.do('a', async () => 1); await step.sleep('s', 1)"))
    said = one.run()
    one.answer(said.ask["id"], 1)
    assert one.invoke(function(said.arguments[2]), {}).error.message == "the function is gone"


def test_functions_in_a_config_can_be_called(guest: MakeGuest) -> None:
    one = guest(
        workflow("await step.do('a', { retries: { limit: 1, delay: ({ ctx }) => ctx * 2 } }, async () => 1)")
    )
    delay = one.run().arguments[1]["retries"]["delay"]
    assert one.invoke(function(delay), {"ctx": 21}).result == 42


def test_a_run_that_was_given_up_is_forgotten(guest: MakeGuest) -> None:
    one = guest(workflow("setTimeout(() => console.log('late')); await step.do('a', async () => 1)"))
    said = one.run()
    (timer,) = said.of("timer")
    one.turn("abort", id=1)
    assert one.answer(said.ask["id"], 1).messages == []
    assert one.turn("timer", id=timer["id"]).messages == []
    assert one.invoke(function(said.arguments[2]), {}).error.message == "the function is gone"


def test_the_step_of_a_finished_run_is_dropped(guest: MakeGuest) -> None:
    one = guest(workflow("return 1"))
    said = [*one.run().of("drop"), *one.turn("release", fns=[]).of("drop")]
    assert said == [{"t": "drop", "stubs": [7]}]


def test_a_run_may_never_end(guest: MakeGuest) -> None:
    assert guest(workflow("await new Promise(() => {})")).run().of("result") == []


def test_an_isolate_without_that_class_says_so(guest: MakeGuest) -> None:
    assert guest("export default {}").run().error.message == "no such entrypoint: TenantWorkflow"


def play(guest: Guest, said: Said) -> tuple[Any, list[str]]:
    """Be an engine that runs every step once; the output, and the lines in their order."""
    lines = list(said.lines)
    while not said.of("result"):
        ask, arguments = said.ask, said.arguments
        value: Any = UNDEFINED
        if ask["method"] == "do":
            step = {"kind": "do", "name": arguments[0], "count": 1}
            invoked = guest.invoke(function(arguments[2]), {"step": {}, "attempt": 1}, step=step)
            lines += invoked.lines
            value = invoked.result
        said = guest.answer(ask["id"], value)
        lines += said.lines
    return said.result, lines


def test_a_whole_run(guest: MakeGuest) -> None:
    one = guest(
        workflow(
            "const name = event.payload?.name ?? 'world'; console.log('start', name);\n"
            "const hello = await step.do('hello', async () => {\n"
            "  console.warn('in', 1); return `Hi ${name}` });\n"
            "await step.sleep('wait', '1 second');\n"
            "console.log('done', { hello }); return { hello, length: hello.length }"
        )
    )
    assert play(one, one.run({"name": "Ada"})) == (
        {"hello": "Hi Ada", "length": 6},
        ["start Ada", "in 1", 'done {"hello":"Hi Ada"}'],
    )


def test_a_run_ends_after_the_steps_that_it_did_not_await(guest: MakeGuest) -> None:
    one = guest(workflow("step.do('a', async () => 1); return 'out'"))
    said = one.run()
    assert said.of("result") == []
    assert one.answer(said.ask["id"], 1).result == "out"


def test_a_step_that_failed_unasked_fails_the_run(guest: MakeGuest) -> None:
    one = guest(workflow("step.do('a', async () => 1); return 'out'"))
    said = one.run()
    assert one.refuse(said.ask["id"], ErrorRecord("Error", "nobody looked")).error.message == "nobody looked"


@pytest.mark.parametrize(
    "code",
    [
        "step.do('a', f).catch(() => 1); return 'out'",
        "const p = step.do('a', f); step.sleep('s', 1); try { await p } catch {} return 'out'",
        "await Promise.allSettled([step.do('a', f)]); return 'out'",
        "await Promise.race([step.do('a', f), 1]); return 'out'",
        "step.do('a', f).then(() => 1, () => 2); return 'out'",
        "(async () => { try { await step.do('a', f) } catch {} })(); return 'out'",
    ],
)
def test_a_step_whose_failure_was_looked_at_does_not(guest: MakeGuest, code: str) -> None:
    one = guest(workflow(f"const f = async () => 1; {code}"))
    said = one.run()
    ask = next(ask for ask in said.of("ask") if ask["method"] == "do")
    assert one.refuse(ask["id"], ErrorRecord("Error", "no")).result == "out"


def test_a_step_started_by_one_that_nobody_awaits_is_finished_too(guest: MakeGuest) -> None:
    one = guest(
        workflow(
            "(async () => { await step.do('a', f); await step.do('b', f) })(); return 'out'",
            before="const f = async () => 1;",
        )
    )
    said = one.run()
    said = one.answer(said.ask["id"], 1)
    assert said.of("result") == []
    assert one.answer(said.ask["id"], 1).result == "out"


def test_a_promise_of_a_step_is_a_promise(guest: MakeGuest) -> None:
    one = guest(
        workflow(
            "const p = step.do('a', async () => 1); const q = p.then((x) => x + 1);"
            "return [p instanceof Promise, q.constructor === Promise, await q]"
        )
    )
    said = one.run()
    assert one.answer(said.ask["id"], 1).result == [True, True, 2]
