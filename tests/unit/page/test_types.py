"""What the editor knows of a workflow: TypeScript's service over our own types, asked as the page asks it."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from tests.browser import workflows
from tests.unit.page.node import ROOT
from tests.unit.page.types import ask, complaints

HEAD = "import { WorkflowEntrypoint } from 'cloudflare:workers';\n"
UNKNOWN_KEY = (
    "retry: Object literal may only specify known properties, "
    "and 'retry' does not exist in type 'WorkflowStepConfig'."
)
EXAMPLES = sorted((ROOT / "playground" / "examples").glob("*/*.[jt]s"))


def run(body: str) -> str:
    """A workflow in JavaScript with this in its run()."""
    return (
        f"{HEAD}export class TenantWorkflow extends WorkflowEntrypoint {{\n"
        f"  async run(event, step) {{\n    {body}\n  }}\n}}\n"
    )


def typed(body: str, params: str = "{ amount: number }") -> str:
    """The same in TypeScript, its params said."""
    return (
        f"{HEAD.replace('{ ', '{ type WorkflowEvent, type WorkflowStep, ')}"
        f"type Params = {params};\n"
        "export class TenantWorkflow extends WorkflowEntrypoint<Cloudflare.Env, Params> {\n"
        f"  async run(event: WorkflowEvent<Params>, step: WorkflowStep) {{\n    {body}\n  }}\n}}\n"
    )


def wrong(body: str) -> list[str]:
    """What is wrong with a workflow in JavaScript, without its name."""
    return [each.removeprefix("workflow.js: ") for each in complaints({"workflow.js": run(body)})]


def wrong_typed(body: str) -> list[str]:
    return [each.removeprefix("workflow.ts: ") for each in complaints({"workflow.ts": typed(body)})]


def offered(text: str, name: str = "workflow.js") -> list[dict[str, Any]]:
    """What is offered where the text has a `|`."""
    at = text.index("|")
    trigger = text[at - 1] if text[at - 1] in ".'\"" else None
    _, found = ask(
        [["open", {name: text.replace("|", "")}], ["completions", name, at, *([trigger] if trigger else [])]]
    )
    return [] if found is None else list(found["entries"])


def names(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["name"] for entry in entries]


def test_the_default_workflow_and_those_of_the_tests_have_no_mistakes() -> None:
    default = (ROOT / "playground" / "web" / "default_source.js").read_text("utf-8")
    files = {"default.js": default, "quick.js": workflows.QUICK, "retried.js": workflows.RETRIED}
    files |= {
        "approved.js": workflows.APPROVED,
        "sleepy.js": workflows.SLEEPY,
        "failing.js": workflows.FAILING,
    }
    assert complaints(files) == []


def test_types_may_be_imported_like_all_else() -> None:
    assert (
        complaints(
            {"workflow.ts": typed("return event.payload.amount;").replace("type Workflow", "Workflow")}
        )
        == []
    )


def test_the_examples_have_no_mistakes() -> None:
    assert EXAMPLES
    for folder in sorted({path.parent for path in EXAMPLES}):
        files = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.glob("*.*s*")}
        files.pop("example.json", None)
        assert complaints(files) == [], folder.name


def test_switching_an_example_to_typescript_shows_no_mistakes() -> None:
    for path in EXAMPLES:
        if path.suffix == ".js" and len(list(path.parent.glob("*.*s"))) == 1:
            assert complaints({"workflow.ts": path.read_text("utf-8")}) == [], path.parent.name


def test_the_workflows_of_the_documentation_have_no_mistakes() -> None:
    pages = [page.read_text("utf-8") for page in sorted((ROOT / "docs").glob("*.md"))]
    blocks = [rest.partition("```")[0] for page in pages for rest in page.split("```js\n")[1:]]
    whole = [block for block in blocks if "extends WorkflowEntrypoint" in block]
    assert whole
    assert complaints({f"block{number}.js": block for number, block in enumerate(whole)}) == []


def test_steps_are_completed_in_plain_javascript() -> None:
    assert names(offered(run("await step.|"))) == ["do", "sleep", "sleepUntil", "waitForEvent"]


def test_a_step_s_configuration_is_completed() -> None:
    found = names(offered(run("await step.do('a', { | }, async () => 1);")))
    assert found[:3] == ["retries", "sensitive", "timeout"]
    found = names(
        offered(run("await step.do('a', { retries: { limit: 1, delay: 1, backoff: '|' } }, async () => 1);"))
    )
    assert sorted(found) == ["constant", "exponential", "linear"]


def test_the_event_and_the_bindings_are_known_in_plain_javascript() -> None:
    expected = {"payload", "timestamp", "instanceId", "workflowName", "schedule"}
    assert set(names(offered(run("event.|")))) == expected
    assert names(offered(run("this.env.|"))) == ["WORKFLOWS"]
    source = f"{HEAD}export default {{ async fetch(request, env) {{ env.WORKFLOWS.| }} }};\n"
    assert names(offered(source)) == ["create", "createBatch", "delete", "deleteBatch", "get"]


def test_the_payload_has_the_type_that_the_workflow_says() -> None:
    assert names(offered(typed("event.payload.|"), "workflow.ts")) == ["amount"]
    said = typed("event.payload.|").replace("event: WorkflowEvent<Params>, step: WorkflowStep", "event, step")
    assert names(offered(said, "workflow.ts")) == ["amount"]
    assert wrong_typed("event.payload.amout;") == [
        "amout: Property 'amout' does not exist on type 'Readonly<Params>'. Did you mean 'amount'?"
    ]


def test_what_a_step_returns_is_known_after_it() -> None:
    body = "const order = await step.do('a', async ({ attempt }) => ({ id: 1, attempt })); order.|"
    assert names(offered(run(body))) == ["attempt", "id"]
    assert wrong_typed("const n: string = await step.do('a', async () => 1);") == [
        "n: Type 'number' is not assignable to type 'string'."
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("step.wait(1);", "wait: Property 'wait' does not exist on type 'WorkflowStep'."),
        ("event.nothing;", "nothing: Property 'nothing' does not exist on type 'WorkflowEvent<any>'."),
        ("document.title;", "document: Cannot find name 'document'. There is no page here, and no DOM."),
        ("process.exit();", "process: Cannot find name 'process'. Nothing of Node's is here."),
        ("await step.sleep('a');", "sleep: Expected 2 arguments, but got 1."),
        (
            "await step.sleep('a', '3 secondz');",
            '\'3 secondz\': "3 secondz" is no duration. Write milliseconds, or text such as "30 seconds".',
        ),
        ("await step.do('a', { retry: 1 }, async () => 1);", UNKNOWN_KEY),
        ("const a = 1; a = 2;", "a: Cannot assign to 'a' because it is a constant."),
        ("retrun 1;", "retrun: Unknown keyword or identifier. Did you mean 'return'?"),
    ],
)
def test_a_mistake_is_said_in_plain_javascript(body: str, expected: str) -> None:
    assert expected in wrong(body)


@pytest.mark.parametrize(
    "body",
    [
        "const c = { limit: 3, delay: 9, backoff: 'linear' }; await step.do('a', { retries: c }, () => 1);",
        "let text = '3 seconds'; await step.sleep('a', text); await step.sleep('b', `${1 + 1} minutes`);",
        "let late = null; late = 4; const o = {}; o.x = 1; const list = []; list.push(1); return [late, o];",
        "try { await step.do('a', async () => 1); } catch (error) { console.error(error.code); }",
        "const pay = (amount, how) => amount + how; return pay(1) + event.payload.deep.er;",
        "globalThis.kept = 1; return (await (await fetch('https://x.test')).json()).items.length;",
        "await step.do('a', async () => 1, { rollback: async ({ output }) => output.toFixed() });",
        "return (await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign'])).type;",
        "for (const [name, value] of new Headers({ a: 'b' })) console.log(name, value);",
        "for await (const chunk of new Blob(['a']).stream()) console.log(chunk.length);",
        "return Promise.all([1, 2].map((n) => step.do(`step ${n}`, async () => n)));",
        "return (await Promise.allSettled([step.do('a', () => 1)])).map((s) => s.reason ?? s.value);",
    ],
)
def test_what_is_meant_in_plain_javascript_is_no_mistake(body: str) -> None:
    assert wrong(body) == []


def test_typescript_is_checked_strictly() -> None:
    assert wrong_typed("let late = null; const f = (x) => x; f(late);") == [
        "x: Parameter 'x' implicitly has an 'any' type."
    ]
    assert len(wrong_typed("return <number>event.payload.amount;")) == 1
    assert (
        wrong_typed(
            "enum A { B } class C { constructor(private readonly a: A) { a.toFixed(); } } new C(A.B);"
        )
        == []
    )
    assert wrong_typed("await new Promise((resolve) => setTimeout(resolve, 5));") == []


def test_files_of_a_draft_know_each_other() -> None:
    files = {
        "workflow.js": f"import {{ price }} from './lib/price';\nimport rates from './rates.json';\n"
        "import text from './hello.txt';\nimport { vat } from 'lib/vat.js';\n"
        f"{run('return [price(rates.base), vat, text.length, rates.none];')}",
        "lib/price.ts": "export const price = (amount: number): string => amount.toFixed(2);\n",
        "lib/vat.js": "export const vat = 0.2;\n",
        "rates.json": '{ "base": 1 }',
        "hello.txt": "hello",
    }
    assert complaints(files, "workflow.js", "lib/price.ts") == [
        "workflow.js: none: Property 'none' does not exist on type '{ base: number; }'."
    ]
    at = files["workflow.js"].index("price(rates") + 2
    defined = files["lib/price.ts"].index("price") + 2
    questions = [["definition", "workflow.js", at], ["rename", "lib/price.ts", defined]]
    _, places, renamed = ask([["open", files], *questions])
    assert [place["name"] for place in places] == ["lib/price.ts"]
    assert sorted(place["name"] for place in renamed["places"]) == [
        "lib/price.ts",
        "workflow.js",
        "workflow.js",
    ]


@pytest.mark.parametrize(
    ("specifier", "said"),
    [
        ("lodash", 'There is no module "lodash": packages are not installed here.'),
        ("./gone.js", 'There is no file "./gone.js".'),
        ("node:fs", "Node's modules are not available here."),
        ("cloudflare:sockets", "Of Cloudflare's modules there are"),
        ("https://x.test/y.js", "Modules are not fetched"),
    ],
)
def test_an_import_of_nothing_says_what_to_do(specifier: str, said: str) -> None:
    (complaint,) = complaints({"a.js": f"import x from '{specifier}';\nconsole.log(x);\n"})
    assert said in complaint


def test_a_name_of_the_runtime_brings_its_import() -> None:
    source = run("throw new NonRet")
    at = source.index("NonRet") + len("NonRet")
    entry = {"name": "NonRetryableError", "source": "cloudflare:workflows"}
    questions = [["completions", "a.js", at], ["details", "a.js", at, entry]]
    _, found, details = ask([["open", {"a.js": source}], *questions])
    assert [each["source"] for each in found["entries"] if each["name"] == entry["name"]] == [entry["source"]]
    assert details["edits"][0]["insert"] == "import { NonRetryableError } from 'cloudflare:workflows';\n"
    assert "stop its retries" in details["documentation"]


def test_hovers_tell_what_it_is_and_where_it_stands() -> None:
    source = run("await step.sleepUntil('a', 5);")
    at = source.index("sleepUntil") + 3
    _, found = ask([["open", {"a.js": source}], ["hover", "a.js", at]])
    assert source[found["from"] : found["to"]] == "sleepUntil"
    assert "".join(text for text, _ in found["signature"]).startswith("(method) WorkflowStep.sleepUntil(")
    assert "Sleep durably until a moment" in found["documentation"]


def test_a_call_tells_its_parameters() -> None:
    source = run("await step.sleep('a', );")
    _, found = ask([["open", {"a.js": source}], ["signature", "a.js", source.index(", );") + 2]])
    assert found["argument"] == 1
    assert "30 seconds" in found["items"][0]["parameters"][1]["documentation"]


def test_what_is_not_in_an_isolate_is_not_known() -> None:
    unknown = [
        "WebSocket",
        "Atomics",
        "SharedArrayBuffer",
        "WebAssembly",
        "Temporal",
        "localStorage",
        "window",
    ]
    for name in unknown:
        assert wrong(f"return {name};") != [], name
    assert wrong("return [Intl.Locale, Intl.Segmenter];") != []


def test_the_worker_is_no_larger_than_it_was_measured() -> None:
    """About 1.05 MB by gzip and 0.85 MB by Brotli, with the library's types in it."""
    built = ROOT / "static" / "build"
    sizes = {path.name: path.stat().st_size for path in built.glob("*.js*")}
    print({name: f"{size / 1024:.0f} KiB" for name, size in sorted(sizes.items())})
    assert sizes["types.js.gz"] < 1200 * 1024
    assert sizes["types.js.br"] < 1000 * 1024
    assert sizes["editor.js.gz"] < 215 * 1024
    assert _same(built, "types.js")
    assert _same(built, "editor.js")


def _same(folder: Path, name: str) -> bool:
    return gzip.decompress((folder / f"{name}.gz").read_bytes()) == (folder / name).read_bytes()
