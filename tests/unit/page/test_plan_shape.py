"""The shape of a workflow, read from its syntax tree: loops, groups, branches, functions that get `step`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

HEAD = "import { WorkflowEntrypoint } from 'cloudflare:workers';\n"

SHOW = """
const plan = it.planOf(value);
const show = (node) => {
  if (node.kind === 'step') return plan[node.at].name;
  if (node.kind === 'sequence') return node.children.map(show);
  const said = { [node.kind]: node.label };
  if (node.each !== null) said.each = node.each;
  if (node.branches) said.branches = node.branches.map(show);
  if (node.arms) said.arms = node.arms.map((arm) => [arm.label, arm.exit, show(arm.body)]);
  if (node.body) said.body = show(node.body);
  if (node.handler) said.handler = show(node.handler);
  if (node.finalizer) said.finalizer = show(node.finalizer);
  return said;
};
return show(plan.shape);
"""


def source(body: str, members: str = "", module: str = "") -> str:
    return (
        f"{HEAD}{module}\nexport class W extends WorkflowEntrypoint<Env> {{\n{members}\n"
        f"async run(event: Event, step: WorkflowStep) {{\n{body}\n}}\n}}\n"
    )


def shape(body: str, members: str = "", module: str = "") -> list[Any]:
    result: list[Any] = evaluate("static/editor/plan.js", SHOW, source(body, members, module))
    return result


@pytest.mark.parametrize(
    ("head", "label"),
    [
        ("for (const item of order.items)", "for item of order.items"),
        ("for (let i = 0; i < 3; i++)", "for i = 0; i < 3; i++"),
        ("while (!done)", "while !done"),
    ],
)
def test_a_loop_says_over_what_it_goes(head: str, label: str) -> None:
    assert shape(f"{head} {{ await step.do('a', f); await step.sleep('b', 1); }}") == [
        {"loop": label, "body": ["a", "b"]}
    ]


def test_branches_of_a_group_are_lists_of_their_own() -> None:
    both = "(async () => { await step.do('a', f); await step.do('b', f); })()"
    assert shape(f"await Promise.all([{both}, step.do('c', f)]);") == [
        {"parallel": "in parallel", "branches": [["a", "b"], ["c"]]}
    ]


def test_a_group_in_a_group_is_nested() -> None:
    inner = "Promise.race([step.do('a', f), step.sleep('late', 1)])"
    assert shape(f"await Promise.all([{inner}, step.do('b', f)]);") == [
        {
            "parallel": "in parallel",
            "branches": [[{"race": "race", "branches": [["a"], ["late"]]}], ["b"]],
        }
    ]


@pytest.mark.parametrize(
    "body",
    [
        "await Promise.all(ids.map((id) => step.do(`fetch ${id}`, f)));",
        "await Promise.all([...ids.map(async (id) => { await step.do(`fetch ${id}`, f); })]);",
        "const all = ids.map((id) => step.do(`fetch ${id}`, f)); await Promise.all(all);",
    ],
)
def test_a_branch_for_each_item_is_one_branch(body: str) -> None:
    assert shape(body) == [{"parallel": "in parallel", "each": "id of ids", "branches": [["fetch …"]]}]


def test_promises_that_are_gathered_run_where_they_are_waited_for() -> None:
    begun = "const jobs = []; for (const u of urls) jobs.push(step.do(`job ${u}`, f)); await step.do('x', f);"
    assert shape(f"{begun} await Promise.all(jobs);") == [
        "x",
        {"parallel": "in parallel", "each": "for u of urls", "branches": [["job …"]]},
    ]


def test_what_may_be_thrown_what_catches_it_and_what_is_done_in_the_end() -> None:
    assert shape(
        "try { await step.do('a', f) } catch (e) { await step.do('b', f); throw e } "
        "finally { await step.do('c', f) }"
    ) == [{"try": "try", "body": ["a"], "handler": ["b"], "finalizer": ["c"]}]


def test_choices_have_all_their_arms_and_say_which_end_the_run() -> None:
    assert shape("if (x.ok) { await step.do('a', f) } else { return 1 }") == [
        {"choice": "x.ok", "arms": [["yes", None, ["a"]], ["no", "return", []]]}
    ]
    switched = "switch (kind) { case 'a': case 'b': await step.do('1', f); break; case 'c': throw e; }"
    assert shape(switched) == [
        {
            "choice": "kind",
            "arms": [["'a', 'b'", None, ["1"]], ["'c'", "throw", []], ["none of these", None, []]],
        }
    ]


@pytest.mark.parametrize(
    "body", ["const v = ok ? await step.do('a', f) : null;", "ok && (await step.do('a', f));"]
)
def test_choices_in_expressions_are_choices(body: str) -> None:
    assert shape(body) == [{"choice": "ok", "arms": [["yes", None, ["a"]], ["no", None, []]]}]


@pytest.mark.parametrize(
    ("call", "members", "module"),
    [
        (
            "await this.pay(step, 7);",
            "async pay(s: WorkflowStep, n) { await s.do('a', f); await s.do('b', f); }",
            "",
        ),
        (
            "await this.#pay(step);",
            "#pay = async (step) => { await step.do<X>('a', f); await step.do('b', f); };",
            "",
        ),
        (
            "await pay({ step, n });",
            "",
            "async function pay({ step, n }) { await step.do('a', f); await step.do('b', f); }",
        ),
    ],
)
def test_functions_that_are_given_step_are_followed(call: str, members: str, module: str) -> None:
    (told,) = shape(call, members, module)
    assert told["body"] == ["a", "b"]
    assert told["call"] in ("pay", "#pay")


def test_a_function_of_run_is_read_where_it_is_called() -> None:
    assert shape(
        "const one = async (n) => { await step.do(`a ${n}`, f); }; await step.do('b', f); await one(1);"
    ) == ["b", "a …"]


def test_functions_that_call_each_other_come_to_an_end() -> None:
    members = (
        "async a(step) { await step.do('x', f); await this.b(step); } async b(step) { await this.a(step); }"
    )
    assert shape("await this.a(step);", members) == ["x"]


def test_what_a_callback_of_a_step_does_is_no_part_of_the_plan() -> None:
    assert shape("await step.do('a', async () => { await step.do('b', f); });") == ["a"]


def test_each_step_says_what_it_is_in_outermost_first() -> None:
    body = "for (const x of xs) { if (x) { await Promise.all([step.do('a', f), step.do('b', f)]); } }"
    frames: list[Any] = evaluate(
        "static/editor/plan.js",
        "return it.planOf(value).map((step) => step.frames.map(({ kind, arm }) => [kind, arm]));",
        source(body),
    )
    assert frames == [
        [["loop", None], ["choice", 0], ["parallel", 0]],
        [["loop", None], ["choice", 0], ["parallel", 1]],
    ]


def test_no_half_typed_or_torn_source_is_any_trouble() -> None:
    whole = source(
        "for (const i of l) { try { await step.do(`a ${i}`, f) } catch { return } } "
        "switch (k) { case 1: await this.x(step) } "
        "const p = [step.do('q', f)]; await Promise.all([...p, b ? c : d]);",
        "async x(step) { ok && await step.do('y', f) }",
    )
    body = """
      let seed = 7;
      const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
      for (let at = 0; at < value.length; at += 5) it.planOf(value.slice(0, at));
      for (let round = 0; round < 300; round += 1) {
        const at = Math.floor(random() * value.length);
        it.planOf(value.slice(0, at) + value.slice(at + Math.floor(random() * 30)));
      }
      return it.planOf(value).length;
    """
    assert evaluate("static/editor/plan.js", body, whole) == 3
