"""What the page adds to errors of the code that say too little by themselves."""

from __future__ import annotations

import pytest

from tests.unit.page.node import evaluate

HINTS = "static/js/state/hints.js"


def hint(message: str | None, called: object = None) -> str | None:
    result: str | None = evaluate(HINTS, "return it.hintFor(...value);", [message, called])
    return result


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("no such entrypoint: default", "export default"),
        ("no such entrypoint: Mine", "export class Mine extends WorkflowEntrypoint"),
        ("the fetch handler's answer is not JSON", "Response.json"),
        ("used more than 1000 ms of CPU time in one turn", "steps"),
        ("used more than 64 MiB of memory", "stream"),
        ("Handler does not export a fetch() function.", "async fetch"),
        ("Could not find export 'NonRetryableError' in module 'cloudflare:workers'", "cloudflare:workflows"),
        ("WorkflowEntrypoint is not defined", "from 'cloudflare:workers'"),
        ("NonRetryableError is not defined", "from 'cloudflare:workflows'"),
        ("require is not defined", "import {"),
        ("process is not defined", "no Node"),
        ("unexpected 'await' keyword", "async run"),
        ("invalid property name", "missing above"),
        ("from clause expected (TypeScript? Give the module a name that ends in .ts)", "press `TS`"),
        ("run is not a constructor", "export default {"),
        ("window is not defined", "no page"),
        ("not a function", "sleepUntil"),
        ("cannot read property 'create' of undefined", "env.WORKFLOWS"),
        ("object is not extensible", "...event.payload"),
        ("'payload' is read-only", "...event.payload"),
        (
            'This worker is not permitted to access the internet via global functions like fetch(): "a" …',
            "no network",
        ),
        ("A step cannot be started inside the callback of another step", "run()"),
        ("Step name must be a string; got a function [exceeds max length (256 chars) or …", "step.do('name'"),
        ('Step "charge" requires a callback function', "step.do('name'"),
        (
            "Sleep \"10 s\": a duration is a number of ms or a text like '2 seconds', not undefined",
            "step.sleep('name'",
        ),
        (
            "The workflow's output is not a value that can be stored: $.a: a Promise cannot be stored; …",
            "await step.do",
        ),
        ('Rollback for "charge" must be a function', "{ rollback: async"),
        ('The RPC receiver does not implement the method "run".', "async run(event, step)"),
        ("[object Object]", "throw new Error('…')"),
        ("[object Set]", "no `Error`"),
        ('The result of step "big" is too large: 2097155 bytes, and the limit is 1048576', "ReadableStream"),
    ],
)
def test_what_helps_is_said(message: str, words: str) -> None:
    found = hint(message)
    assert found is not None
    assert words in found


@pytest.mark.parametrize(
    "message",
    [
        "card declined",
        "order is not defined",
        "Error: no such entrypoint: default",
        "got [object Object]",
        'The RPC receiver does not implement the method "pay".',
        "",
        None,
    ],
)
def test_nothing_is_added_to_what_the_code_says_itself(message: str | None) -> None:
    assert hint(message) is None


@pytest.mark.parametrize(
    ("called", "beginning"),
    [
        (
            {"name": "step.sleeep"},
            "`step.sleeep` is no function, which often is a misspelt name. `step` has `do`",
        ),
        ({"name": "order.pay"}, "`order.pay` is no function, which often is a misspelt name."),
        ({"by": "map"}, "`map` was given something that is no function."),
    ],
)
def test_what_was_called_is_named(called: dict[str, str], beginning: str) -> None:
    found = hint("not a function", called)
    assert found is not None
    assert found.startswith(beginning)
    assert ("sleepUntil" in found) == ("step." in str(called))


@pytest.mark.parametrize(
    ("line", "column", "name"),
    [
        ("await step.foo('x');", 12, "step.foo"),
        ("const x = 1 + a.b.c(2);", 19, "a.b.c"),
        ("let f = 3; f();", 12, "f"),
        ("this.#q ();", 6, "this.#q"),
        ("first().second();", 9, "\u2026.second"),
        ("a?.b?.();", 4, "a?.b"),
        ("step[k]('x');", 6, None),
        ("await step.foo('x');", 13, None),
        ("await step.foo('x');", 40, None),
        ("f", 1, None),
    ],
)
def test_the_name_that_is_called_stands_at_the_place(line: str, column: int, name: str | None) -> None:
    frame = f"at run (lib/pay.ts:3:{column})"
    line_at = "(at, module) => (at === 3 && module === 'lib/pay.ts' ? value.line : '??')"
    body = f"return it.calledBy(value.frame, {line_at});"
    found = evaluate("static/js/state/called.js", body, {"line": line, "frame": frame})
    assert found == (None if name is None else {"name": name})


def test_a_function_of_the_language_is_named_and_no_place_is_no_name() -> None:
    body = "return value.map((frame) => it.calledBy(frame, () => undefined));"
    frames = ["at map (native)", "at run (index.js:4:9)", "at run (index.js:4)", ""]
    assert evaluate("static/js/state/called.js", body, frames) == [{"by": "map"}, None, None, None]
