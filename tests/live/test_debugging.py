"""Tenants' runs that are debugged, on a real server; and the server killed under them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx

from tests.live.server import LiveServer, Visitor
from tests.live.workflows import workflow

SHOP = workflow("""
const greeting = await step.do('greet', async () => 'hello');
const patient = { retries: { limit: 2, delay: '1 hour', backoff: 'constant' } };
const paid = await step.do('pay', patient, async ({ attempt }) => `paid in attempt ${attempt}`);
await step.sleep('nap', '1 day');
const shipped = await step.do('ship', async () => 'shipped');
return [greeting, paid, shipped];
""")
SLOWLY = workflow("""
const done = [];
for (let i = 0; i < 400; i++) done.push(await step.do(`step ${i}`, async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  return i;
}));
return done.length;
""")
MANY = """
import { WorkflowEntrypoint } from 'cloudflare:workers';
export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) { return await step.do('pay', async () => 'for real'); }
}
export default {
  async fetch(request, env) {
    const { id } = await request.json();
    await env.WORKFLOWS.createBatch([{ id: `${id}-a` }, { id: `${id}-b` }]);
    const instance = await env.WORKFLOWS.create({ id });
    return Response.json({ id: instance.id, status: await instance.status() });
  },
};
"""


def started(visitor: Visitor, source: str, **debug: Any) -> str:
    answer = visitor.request("POST", "/api/run", json={"source": source, "debug": debug})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["runId"])


def asked(visitor: Visitor, run: str, verb: str, **options: Any) -> dict[str, Any]:
    answer = visitor.request("POST", f"/api/instances/{run}/{verb}", json=options)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def stopped(visitor: Visitor, run: str, name: str) -> None:
    """Wait until the run is stopped before that step alone."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        log = visitor.entries(run)
        reached = [entry["step"]["name"] for entry in log if entry["type"] == "breakpoint_reached"]
        if reached[-1:] == [name] and visitor.status(run)["status"] == "waiting":
            return
        time.sleep(0.02)
    raise AssertionError(f"not stopped before {name}: {visitor.entries(run)}")


def test_step_by_step_with_faults_a_pin_and_a_day_that_passes(visitor: Visitor) -> None:
    faults = [{"kind": "fail", "step": "pay", "times": 2}]
    run = started(visitor, SHOP, everyStep=True, faults=faults, pins={"ship": ["pinned"]}, pace="skip")
    for name in ("greet", "pay", "nap", "ship"):
        stopped(visitor, run, name)
        asked(visitor, run, "continue", mode="step")
    status = visitor.wait_for(run, "complete")
    assert status["output"] == ["hello", "paid in attempt 3", ["pinned"]]
    types = [entry["type"] for entry in visitor.entries(run)]
    assert (types.count("retry_skipped"), types.count("sleep_skipped")) == (2, 1)


def test_what_a_handler_creates_is_debugged_whatever_its_id(visitor: Visitor) -> None:
    run = started(visitor, MANY, pins={"pay": "pinned"})
    for id in (run, f"{run}-a", f"{run}-b"):
        assert visitor.wait_for(id, "complete")["output"] == "pinned"
    other = visitor.started(MANY)
    assert visitor.wait_for(other, "complete")["output"] == "for real"


def test_a_breakpoint_stops_a_run_that_runs_ahead(visitor: Visitor) -> None:
    run = visitor.started(SLOWLY)
    visitor.wait_for_entry(run, "step_completed")
    asked(visitor, run, "debug", breakpoints=["step 300"])
    stopped(visitor, run, "step 300")
    log = visitor.entries(run)
    assert sum(entry["type"] == "step_completed" for entry in log) == 300
    assert not [entry for entry in log if entry["type"] == "attempt_failed"]
    asked(visitor, run, "continue")
    assert visitor.wait_for(run, "complete")["output"] == 400


def test_a_run_that_is_stopped_survives_the_server(tmp_path: Path) -> None:
    with LiveServer(tmp_path) as server:
        visitor = server.client()
        run = started(visitor, SHOP, breakpoints=["pay"], pace=86_400)
        stopped(visitor, run, "pay")
        server.restart()
        assert visitor.status(run)["status"] == "waiting"
        asked(visitor, run, "continue")
        visitor.wait_for_entry(run, "sleep_started")
        server.restart()
        assert visitor.wait_for(run, "complete")["output"][2] == "shipped"
        visitor.close()


def test_who_is_allowed_kills_the_server_and_it_comes_back(tmp_path: Path) -> None:
    with LiveServer(tmp_path, PLAYGROUND_ALLOW_KILL="1") as server:
        visitor = server.client()
        run = started(visitor, SHOP, breakpoints=["pay"])
        stopped(visitor, run, "pay")
        assert visitor.request("POST", "/api/debug/kill-server", json={}).status_code == 202
        stopped_serving(server, visitor, run)
        # the parent holds the port: who asks meanwhile waits for the next server
        assert visitor.status(run)["status"] == "waiting"
        assert server.alive
        assert "The server was killed (SIGKILL); it is started again." in server.output
        asked(visitor, run, "continue", mode="run")
        visitor.wait_for_entry(run, "sleep_started")
        visitor.close()
        server.process.terminate()
        assert server.await_death() == 0


def stopped_serving(server: LiveServer, visitor: Visitor, run: str) -> None:
    """Return when a request has seen the server go."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            visitor.status(run)
        except httpx.HTTPError:
            return
        if "started again" in server.output:
            return
        time.sleep(0.01)
    raise AssertionError("the server goes on")
