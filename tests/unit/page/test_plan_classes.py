"""The class that is planned: where the main file has it from, and what it inherits."""

from __future__ import annotations

from typing import Any

from tests.unit.page.node import evaluate

FLOW = """
return Object.fromEntries(Object.entries(value).map(([what, files]) => {
  const plan = it.planOf(files['main.js'], { files, main: 'main.js' });
  return [what, plan.map(({ name, module, line }) => [name, module, line])];
}));
"""
STEP = "async run(event, step) { await step.do('paid', f); }"
EXPORTED = f"export class TenantWorkflow extends WorkflowEntrypoint {{ {STEP} }}\n"
NAMED = f"\n\nexport class Payment extends WorkflowEntrypoint {{ {STEP} }}\n"
OTHER = "class Other extends WorkflowEntrypoint { async run(event, step) { await step.do('other', f); } }\n"


def plans(cases: dict[str, dict[str, str]]) -> dict[str, list[list[Any]]]:
    """Of each case's files the plan of `main.js`: name, module and line of each step."""
    found: dict[str, list[list[Any]]] = evaluate("static/editor/plan.js", FLOW, cases)
    return found


def test_a_class_of_another_file_is_planned_like_one_of_the_main_file() -> None:
    mains = {
        "from": "export { TenantWorkflow } from './flow.js';",
        "renamed": "export { Payment as TenantWorkflow } from './flow';",
        "default": "export { default as TenantWorkflow } from './again.js';",
        "star": "export * from './flow';",
        "star of a star": "export * from './all.js';",
        "imported first": "import { Payment } from './flow';\nexport { Payment as TenantWorkflow };",
        "all imported": "import * as flow from './flow';\nexport const TenantWorkflow = flow.Payment;",
        "both imported": (
            "import other, * as flow from './flow';\nexport class TenantWorkflow extends flow.Payment {}"
        ),
        "space": "import { flow } from './spaces.js';\nexport const TenantWorkflow = flow.Payment;",
        "own space": "import { own } from './spaces.js';\nexport const TenantWorkflow = own.Payment;",
        "space of a space": "import { flow } from './more.js';\nexport const TenantWorkflow = flow.Payment;",
        "inherited": (
            "import { Payment } from './flow';\nexport class TenantWorkflow extends Payment<Env> {}"
        ),
        "beside another": f"{OTHER}export {{ Payment as TenantWorkflow }} from './flow';",
    }
    names = {
        "flow.js": NAMED + "export { Payment as TenantWorkflow };\n",
        "again.js": "import { Payment } from './flow.js';\nexport default Payment;\n",
        "spaces.js": "export * as flow from './flow';\nimport * as own from './flow';\nexport { own };\n",
        "more.js": "export { flow } from './spaces.js';\n",
        "all.js": "export * from './flow.js';\nexport * from './all.js';\n",
    }
    found = plans({what: {"main.js": main, **names} for what, main in mains.items()})
    assert found == {what: [["paid", "flow.js", 3]] for what in mains}


def test_the_exported_class_is_planned_and_not_one_that_only_looks_like_it() -> None:
    found = plans(
        {
            "renamed": {"main.js": OTHER + NAMED + "export { Payment as TenantWorkflow };"},
            "expression": {
                "main.js": f"{OTHER}\n\nexport const TenantWorkflow = class extends W {{ {STEP} }};"
            },
            "named": {"main.js": f"{OTHER}\n\n{EXPORTED}"},
            "not found": {"main.js": OTHER + "export { TenantWorkflow } from './gone';"},
        }
    )
    assert found == {
        "renamed": [["paid", None, 4]],
        "expression": [["paid", None, 4]],
        "named": [["paid", None, 4]],
        "not found": [["other", None, 1]],
    }


def test_methods_are_found_in_whichever_class_has_them() -> None:
    base = (
        "import { note } from './main.js';\nexport class Base extends WorkflowEntrypoint {\n"
        "  async run(event, step) { await this.first(step); await this.second(step); await note(step); }\n"
        "  async first(step) { await step.do('first of base', f); }\n"
        "  async second(step) { await step.do('second of base', f); }\n}\n"
    )
    main = (
        "import { Base } from './base.js';\nexport class TenantWorkflow extends Base {\n"
        "  second = async (step) => { await step.do('second', f); };\n}\n"
        "export const note = (step) => step.do('note', f);\n"
    )
    found = plans({"mixed": {"main.js": main, "base.js": base}})
    assert found == {"mixed": [["first of base", "base.js", 4], ["second", None, 3], ["note", None, 5]]}


def test_classes_that_extend_each_other_come_to_an_end() -> None:
    main = "export { TenantWorkflow } from './flow.js'; export class A extends B {}\nclass B extends A {}"
    flow = "import { A } from './main.js';\nexport class TenantWorkflow extends A {}"
    assert plans({"round": {"main.js": main, "flow.js": flow}}) == {"round": []}


def test_a_default_import_beside_all_of_a_module_is_read() -> None:
    main = (
        "import pay, * as lib from './lib.js';\n"
        "export class TenantWorkflow extends WorkflowEntrypoint {\n"
        "  async run(event, step) { await pay(step); await lib.ship(step); }\n}"
    )
    lib = "export default (step) => step.do('pay', f);\nexport const ship = (step) => step.do('ship', f);\n"
    assert plans({"both": {"main.js": main, "lib.js": lib}}) == {
        "both": [["pay", "lib.js", 1], ["ship", "lib.js", 2]]
    }


def test_what_is_above_is_planned_where_it_is_called() -> None:
    run = "async run(event, step) {"
    base = f"export class Base extends W {{ {run} await step.do('base', f); }} }}\n"
    first = f"{run} await step.do('first', f); await super.run(event, step); }}"
    middle = f"class Middle extends Base {{ {first} }}\n"
    last = "async run(e, s) { await super.METHOD(e, s); await s.do('last', f); }"
    flow, again = (
        f"export class TenantWorkflow extends Middle {{ {last.replace('METHOD', method)} }}"
        for method in ("run", "nothing")
    )
    found = plans(
        {
            "one file": {"main.js": base + middle + flow},
            "two files": {"main.js": f"import {{ Base }} from './base.js';\n{middle}{flow}", "base.js": base},
            "none": {"main.js": base + middle + again},
        }
    )
    assert [name for name, *_ in found["one file"]] == ["first", "base", "last"]
    assert found["two files"] == [["first", None, 2], ["base", "base.js", 1], ["last", None, 3]]
    assert [name for name, *_ in found["none"]] == ["last"]
