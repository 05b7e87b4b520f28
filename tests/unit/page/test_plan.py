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
