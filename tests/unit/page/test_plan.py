"""The plan that is read from a workflow's syntax tree."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import ROOT, evaluate

HEAD = """import { WorkflowEntrypoint } from 'cloudflare:workers';
export class TenantWorkflow extends WorkflowEntrypoint {
"""


def plan_of(source: str) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = evaluate("static/editor/plan.js", "return it.planOf(value);", source)
    return result


def names(body: str, signature: str = "event, step") -> list[str]:
    return [step["name"] for step in plan_of(f"{HEAD}  async run({signature}) {{\n{body}\n  }}\n}}\n")]


def test_the_default_workflow_is_planned_whole() -> None:
    source = (ROOT / "playground" / "web" / "default_source.js").read_text(encoding="utf-8")
    plan = plan_of(source)
    assert [(step["kind"], step["name"]) for step in plan] == [
        ("do", "compose a greeting"),
        ("sleep", "let the ink dry"),
        ("do", "find a stamp"),
        ("do", "look at the weather"),
        ("do", "plan the route"),
        ("do", "call the post office"),
        ("wait", "approve the postcard"),
        ("do", "send the postcard"),
    ]
    assert [step["name"] for step in plan if step["parallel"]] == [
        "find a stamp",
        "look at the weather",
        "plan the route",
    ]
    lines = source.splitlines()
    assert all(step["name"] in "\n".join(lines[step["line"] - 1 : step["line"] + 2]) for step in plan)


def test_a_template_name_keeps_the_texts_around_its_holes() -> None:
    (step,) = plan_of(
        f"{HEAD} async run(e, s) {{ for (const i of e.payload) await s.do(`pay ${{i}} of ${{n}}`, f); }} }}"
    )
    assert step["name"] == "pay … of …"
    assert step["pattern"] == ["pay ", " of ", ""]
    assert step["holes"] == ["i", "n"]
    assert step["loop"] is True


def test_a_name_that_is_put_together_is_a_pattern() -> None:
    body = "await step.do(item.name, f); await step.do('a' + b + `c ${d}`, f); await step.do(('e'), f);"
    plan = plan_of(f"{HEAD} async run(event, step) {{ {body} }} }}")
    assert [(step["name"], step["pattern"]) for step in plan] == [
        ("{item.name}", ["", ""]),
        ("a…c …", ["a", "c ", ""]),
        ("e", None),
    ]


def test_a_constant_of_the_module_is_the_name() -> None:
    body = "await step.do(NAME, f); await step.do(`${NAME}!`, f);"
    source = f"const NAME = 'pay';\n{HEAD} async run(e, step) {{ {body} }} }}"
    assert [step["name"] for step in plan_of(source)] == ["pay", "pay!"]


def test_escapes_are_what_they_stand_for() -> None:
    assert names(r"await step.do('a\n\u{1F600}\x41\'', f);") == ["a\n\U0001f600A'"]


@pytest.mark.parametrize("signature", ["event, step", "_, step", "{ payload }, step"])
def test_the_step_is_the_second_parameter(signature: str) -> None:
    assert names("await step.sleep('nap', 1); other.sleep('no', 1);", signature) == ["nap"]


@pytest.mark.parametrize("how", ["all", "allSettled", "race", "any"])
def test_steps_in_a_promise_combinator_are_parallel(how: str) -> None:
    both = f"await Promise.{how}([step.do('a', f), step.do('b', f)]);"
    source = f"{HEAD} async run(event, step) {{ {both} await step.do('c', f); }} }}"
    assert [(step["parallel"], step["group"]) for step in plan_of(source)] == [
        (True, 0),
        (True, 0),
        (False, None),
    ]


def test_only_run_of_the_workflow_is_read() -> None:
    source = (
        "class Other { async run(event, step) { step.do('x', f) } }\n"
        + HEAD
        + "async help(event, step) { step.do('y', f) } async run(event, step) { step.do('z', f) } }"
    )
    assert [step["name"] for step in plan_of(source)] == ["z"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "class {",
        "export class TenantWorkflow extends",
        HEAD + "async run(event, step) { await step.do('a'",
    ],
)
def test_half_typed_code_is_no_trouble(source: str) -> None:
    assert isinstance(plan_of(source), list)


def plan_of_files(files: dict[str, str]) -> list[dict[str, Any]]:
    """The plan of `main.js`."""
    body = "return it.planOf(value['main.js'], { files: value, main: 'main.js' });"
    result: list[dict[str, Any]] = evaluate("static/editor/plan.js", body, files)
    return result


def calling(imports: str, body: str) -> str:
    head = "export class TenantWorkflow extends WorkflowEntrypoint { async run(event, step) {"
    return f"{imports}\n{head}\n{body}\n}} }}\n"


def test_functions_of_other_files_are_followed() -> None:
    imports = (
        "import { charge, CALL } from './lib/pay.js';\n"
        "import ship from './ship';\nimport * as lib from './ship';"
    )
    body = (
        "await step.do('first', f); await charge(step, 7); await ship({ step }); await lib.last(step);\n"
        "await step.do(CALL, f); await charge('no step');"
    )
    files = {
        "main.js": calling(imports, body),
        "lib/pay.js": "export const CALL = 'call';\nexport async function charge(s, n) {\n"
        "  for (let i = 0; i < n; i += 1) await s.do(`charge-${i}`, f);\n  await settle(s);\n}\n"
        "const settle = (s) => s.do('settle', f);\n",
        "ship.ts": "export default async ({ step }: { step: Step }) => { await step.sleep('rest', 1); };\n"
        "export { done as last } from './lib/done.js';\n",
        "lib/done.js": "export * from '../end.js';",
        "end.js": "export const done = (step) => step.do('end', f);",
    }
    plan = plan_of_files(files)
    assert [(step["name"], step["module"], step["line"]) for step in plan] == [
        ("first", None, 5),
        ("charge-…", "lib/pay.js", 3),
        ("settle", "lib/pay.js", 6),
        ("rest", "ship.ts", 1),
        ("end", "end.js", 1),
        ("call", None, 6),
    ]
    assert plan[1]["loop"] is True
    assert [frame["module"] for frame in plan[1]["frames"]] == [None, "lib/pay.js"]


def test_exports_are_found_wherever_they_come_from() -> None:
    imports = "import { one, two, three, none } from './a.js';\nimport { round } from './b.js';"
    body = "await one(step); await two(step); await three(step); await none(step); await round(step);"
    files = {
        "main.js": calling(imports, body),
        "a.js": "import { one } from './b.js';\nexport { one };\nexport { default as two } from './b.js';\n"
        "export * from './b.js';\nexport * from './gone.js';\n",
        "b.js": "import { one as other } from './a.js';\nexport const one = (step) => step.do('one', f);\n"
        "export default function (step) { return step.do('two', f); }\n"
        "export function three(step) { return step.do('three', f); }\n"
        "export async function round(step) { await other(step); await round(step); }\n"
        "export * from './a.js';\n",
    }
    found = [(step["name"], step["module"]) for step in plan_of_files(files)]
    assert found == [("one", "b.js"), ("two", "b.js"), ("three", "b.js"), ("one", "b.js")]


def test_what_is_in_no_file_is_left_out() -> None:
    body = "await missing(step); await lib.x(step); await step.do('mine', f);"
    main = calling("import { missing } from 'npm-thing'; import * as lib from './x';", body)
    assert [step["name"] for step in plan_of_files({"main.js": main})] == ["mine"]
