"""Modules and TypeScript over HTTP, against a live server that is killed on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.live.server import LiveServer, Visitor

WORKFLOW = """
import { WorkflowEntrypoint } from "cloudflare:workers";
import type { Slot } from "./lib/slot";
import { label } from "./lib/slot.js";
import rates from "./rates.json" with { type: "json" };
import note from "./note";

interface Payload { name: string }

export class TenantWorkflow extends WorkflowEntrypoint<Env, Payload> {
  private readonly rate: number = rates.standard;

  async run(event: { payload: Payload }, step: any): Promise<Slot & { said: unknown }> {
    const slot = await step.do("slot", async (): Promise<Slot> => {
      return { at: label(event.payload.name), rate: this.rate };
    });
    const answer = await step.waitForEvent("answer", { type: "answer", timeout: "1 hour" });
    const { shout } = await import(`./lib/${"shout"}`);
    return { ...slot, said: [answer.payload as string, shout(note)] };
  }
}

declare type Env = { WORKFLOWS: any };
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { id, payload } = (await request.json()) as { id: string; payload: Payload };
    const instance = await env.WORKFLOWS.create({ id, params: payload });
    return Response.json({ id: await instance.id, status: await instance.status() });
  },
};
"""
MODULES: dict[str, Any] = {
    "index.ts": WORKFLOW,
    "lib/slot.ts": """
export interface Slot { at: string; rate: number }
export const label = (name: string): string => `for ${name}`;
""",
    "lib/shout.ts": "export function shout<T extends string>(text: T): string { return text.toUpperCase(); }",
    "rates.json": '{"standard": 0.2}',
    "note": {"text": "done"},
}


def run(visitor: Visitor, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = visitor.request("POST", "/api/run", json=body)
    return answer.status_code, answer.json()


def test_a_workflow_of_modules_goes_on_after_a_kill(server: LiveServer, visitor: Visitor) -> None:
    status, started = run(visitor, modules=MODULES, main="index.ts", payload={"name": "Ada"})
    assert (status, started["id"]) == (200, started["runId"])
    visitor.wait_for(started["runId"], "waiting")
    server.restart()
    assert visitor.send_event(started["runId"], "answer", "yes").status_code == 202
    ended = visitor.wait_for(started["runId"], "complete")
    assert ended["output"] == {"at": "for Ada", "rate": 0.2, "said": ["yes", "DONE"]}


def test_a_source_of_typescript_fails_with_its_own_lines(visitor: Visitor) -> None:
    source = WORKFLOW.replace('import type { Slot } from "./lib/slot";', "type Slot = { at: string };")
    source = "\n".join(line for line in source.splitlines() if not line.startswith("import { label"))
    status, answer = run(visitor, source=source, language="ts")
    assert status == 500
    assert answer == {
        "error": 'Cannot find module "./rates.json", imported by "index.ts"',
        "code": "load_error",
        "name": "Error",
        "module": "index.ts",
        "line": 4,
        "column": 19,
        "frame": (
            "  3 | type Slot = { at: string };\n"
            '> 4 | import rates from "./rates.json" with { type: "json" };\n'
            "    |                   ^\n"
            '  5 | import note from "./note";'
        ),
    }


@pytest.mark.parametrize(
    ("body", "status", "answer"),
    [
        (
            {"source": "const a: = 1;", "language": "ts"},
            500,
            {"name": "SyntaxError", "module": "index.ts", "line": 1, "column": 10},
        ),
        ({"source": "const a: = 1;"}, 500, {"name": "SyntaxError", "module": "index.js", "line": 1}),
        ({"modules": {"a.tsx": "1"}, "main": "a.tsx"}, 400, {"code": "bad_main", "module": "a.tsx"}),
        ({"source": "x" * (1 << 20) + "x", "language": "ts"}, 413, {"code": "source_too_large"}),
        ({"source": "//" + "x" * (600 << 10), "language": "ts"}, 500, {"name": "SyntaxError"}),
        ({"source": "(a?(b):c=>" * 18, "language": "ts"}, 500, {"name": "SyntaxError"}),
        ({"source": "a<" * 200_000, "language": "ts"}, 500, {"name": "SyntaxError", "module": "index.ts"}),
    ],
)
def test_what_is_no_code_is_answered(
    visitor: Visitor, body: dict[str, Any], status: int, answer: dict[str, Any]
) -> None:
    found = run(visitor, **body)
    assert found[0] == status
    assert {key: found[1].get(key) for key in answer} == answer
    assert "stack" not in found[1]


def test_no_answer_shows_a_path_of_the_server(visitor: Visitor) -> None:
    for source in ("import 'std'", "import '../../etc/passwd'", "throw new Error('x')", "let a: ="):
        _, answer = run(visitor, source=source, language="ts")
        assert str(Path(__file__).parents[2]) not in str(answer)
        assert "runtime" not in str(answer)
