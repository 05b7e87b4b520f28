"""What clients and tenants of the reference playground rely on, over HTTP against a live server.

The facts (shapes, statuses, log texts) were read off the reference as it runs; the workflows are our own.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.live.server import Visitor
from tests.live.workflows import HANDLER, workflow

THREE_STEPS = workflow("""
    const name = event.payload?.name ?? 'world';
    console.log('begins for', name);
    const hello = await step.do('hello', async () => {
      const text = `Hello, ${name}!`;
      console.log('made:', text);
      return text;
    });
    await step.sleep('a moment', '1 second');
    const loud = await step.do('loud', async () => {
      console.warn('loud:', hello.toUpperCase());
      return hello.toUpperCase();
    });
    const summary = await step.do('summary', async () => ({ hello, loud, length: loud.length }));
    console.log('ends with', summary);
    return summary;
""")
SUMMARY = {"hello": "Hello, Ada!", "loud": "HELLO, ADA!", "length": 11}


def stream(visitor: Visitor, run: str) -> list[tuple[str, Any]]:
    """All events of a finished run's stream: (event, data)."""
    text = visitor.request("GET", f"/api/stream/{run}").text.replace("\r\n", "\n")
    assert text.startswith(": connected\n\n")
    events = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and line[0] != ":")
        if "event" in fields:
            events.append((fields["event"], json.loads(fields["data"])))
    return events


def lines(visitor: Visitor, run: str) -> list[tuple[str, str]]:
    return [(data["level"], data["message"]) for event, data in stream(visitor, run) if event == "log"]


def test_a_run_gives_the_same_output_statuses_and_lines(visitor: Visitor) -> None:
    answer = visitor.run(THREE_STEPS, {"name": "Ada"})
    assert answer.status_code == 200
    started = answer.json()
    assert started["runId"] == started["id"]
    assert started["status"]["status"] in ("queued", "running", "waiting")
    assert started["status"]["output"] is None
    run = started["runId"]

    seen = [started["status"]["status"]]
    while (status := visitor.status(run))["status"] != "complete":
        assert status["output"] is None
        seen.append(status["status"])
    assert set(seen) <= {"queued", "running", "waiting"}
    assert status["output"] == SUMMARY
    assert lines(visitor, run) == [
        ("log", "begins for Ada"),
        ("log", "made: Hello, Ada!"),
        ("warn", "loud: HELLO, ADA!"),
        ("log", f"ends with {json.dumps(SUMMARY, separators=(',', ':'))}"),
    ]
    last, data = stream(visitor, run)[-1]
    assert (last, data) == ("done", None)
    assert list(next(data for event, data in stream(visitor, run) if event == "log"))[:4] == [
        "kind",
        "level",
        "message",
        "timestamp",
    ]


def test_a_missing_payload_arrives_as_an_empty_object(visitor: Visitor) -> None:
    answer = visitor.request("POST", "/api/run", json={"source": workflow("return event.payload;")})
    assert visitor.wait_for(answer.json()["runId"], "complete", "errored")["output"] == {}


def test_lines_of_the_fetch_handler_are_in_the_run_s_stream(visitor: Visitor) -> None:
    handler = HANDLER.replace("const { id", "console.log('in fetch'); const { id").replace(
        "return Response", "console.log('created', instance.id === id); return Response"
    )
    source = workflow("console.log('in run'); await step.sleep('nap', 300); return 1;").replace(
        HANDLER, handler
    )
    run = visitor.started(source)
    visitor.wait_for(run, "complete", "errored")
    logged = [message for _, message in lines(visitor, run)]
    assert sorted(logged) == ["created true", "in fetch", "in run"]
    assert logged[0] == "in fetch"


@pytest.mark.parametrize(
    ("handler", "status", "error"),
    [
        ("async fetch() { throw new TypeError('in fetch'); }", None, "in fetch"),
        ("async fetch() { return new Response('teapot', { status: 418 }); }", 418, "teapot"),
        ("async fetch() { return new Response(null, { status: 404 }); }", 404, "Tenant returned error"),
        ("async fetch() { return new Response('hi'); }", None, "not JSON"),
    ],
)
def test_a_fetch_handler_that_fails_is_a_500_with_its_words(
    visitor: Visitor, handler: str, status: int | None, error: str
) -> None:
    answer = visitor.run(f"export default {{ {handler} }};")
    assert answer.status_code == 500
    assert error in answer.json()["error"]
    assert answer.json().get("status") == status


def test_an_unknown_run_is_a_404(visitor: Visitor) -> None:
    answer = visitor.request("GET", "/api/status/unknown")
    assert answer.status_code == 404
    assert answer.json()["error"]


def test_the_source_is_served_as_javascript(visitor: Visitor) -> None:
    answer = visitor.request("GET", "/api/source")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "TenantWorkflow" in answer.text
    run = visitor.started(answer.text, {"name": "Ada"})
    visitor.wait_for_entry(run, "wait_started")


def test_a_step_s_error_keeps_its_name_and_message(visitor: Visitor) -> None:
    run = visitor.started(
        workflow("""
        try {
          await step.do('fails', { retries: { limit: 1, delay: 50 } }, async () => {
            throw new RangeError('broken');
          });
        } catch (error) {
          return [error instanceof RangeError, error.name, error.message];
        }
        """)
    )
    assert visitor.wait_for(run, "complete", "errored")["output"] == [True, "RangeError", "broken"]
    attempts = [entry for entry in visitor.entries(run) if entry["type"] == "attempt_failed"]
    assert len(attempts) == 2


def test_the_binding_finds_sends_and_terminates(visitor: Visitor) -> None:
    handler = """
export default {
  async fetch(request, env) {
    const { id, payload } = await request.json();
    const made = await env.WORKFLOWS.create({ id, params: payload });
    await made.sendEvent({ type: 'go', payload: { by: 'handler' } });
    const found = await env.WORKFLOWS.get(id);
    const twice = await env.WORKFLOWS.create({ id }).catch((error) => error.message);
    const unknown = await env.WORKFLOWS.get('nobody').catch((error) => error.message);
    const batch = await env.WORKFLOWS.createBatch([]).catch((error) => error.message);
    const bad = await env.WORKFLOWS.create({ id: '-x' }).catch((error) => error.message);
    return Response.json({ id: await found.id, status: { twice, unknown, batch, bad } });
  },
};
"""
    source = workflow("return (await step.waitForEvent('go', { type: 'go' })).payload;").replace(
        HANDLER, handler
    )
    answer = visitor.run(source).json()
    assert "instance.already_exists" in answer["status"]["twice"]
    assert "instance.not_found" in answer["status"]["unknown"]
    assert "at least 1 instance" in answer["status"]["batch"]
    assert "invalid id" in answer["status"]["bad"]
    assert visitor.wait_for(answer["runId"], "complete", "errored")["output"] == {"by": "handler"}
