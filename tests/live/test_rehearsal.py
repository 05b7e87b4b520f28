"""A tenant's code is edited while its run waits, on a real server: rehearsed, applied, forked, carried as a
file.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.server import LiveServer, Visitor
from tests.live.workflows import workflow

ORDER = workflow("""
const price = await step.do('price', async () => 12);
const charge = await step.do('charge', async () => ({ paid: price }));
const answer = await step.waitForEvent('decide', { type: 'approval', timeout: '1 hour' });
return await step.do('ship', async () => ['shipped', charge.paid, answer.payload]);
""")
SENT = ORDER.replace("'ship'", "'send'").replace("'shipped'", "'sent'")
TAXED = workflow("""
console.log('taxed from here on');
const price = await step.do('price', async () => 99);
const taxes = await step.do('taxes', async () => price / 4);
const charge = await step.do('charge', async () => ({ paid: price + taxes }));
const answer = await step.waitForEvent('decide', { type: 'approval', timeout: '1 hour' });
return ['taxed', charge.paid, answer.payload];
""")
REACHING_OUT = workflow("""
const said = [];
const attempts = [() => fetch('https://example.com/'), () => this.env.WORKFLOWS.create({ id: 'stray' })];
for (const attempt of attempts) {
  try { await attempt(); said.push('reached'); } catch (error) { said.push(error.message); }
}
await step.do('price', async () => 12);
return said;
""")
SPINNING = workflow("await step.do('price', async () => 12);\nfor (;;) {}")
BROKEN = "export class TenantWorkflow {\n  async run(event, step) {\n    const = 5;\n"
ENVIRONMENT = {"PLAYGROUND_CPU_MS": "500"}


def waiting(visitor: Visitor) -> str:
    run = visitor.started(ORDER)
    visitor.wait_for(run, "waiting")
    return run


def asked(visitor: Visitor, run: str, verb: str, source: str, **more: Any) -> Any:
    return visitor.request("POST", f"/api/instances/{run}/{verb}", json={"source": source, **more}).json()


def approved(visitor: Visitor, run: str) -> Any:
    assert visitor.send_event(run, "approval", "yes").status_code == 202
    return visitor.wait_for(run, "complete", "errored")["output"]


def verdicts(rehearsal: Any) -> list[str]:
    return [f"{step['verdict']} {step['name']}" for step in rehearsal["steps"]]


def test_the_code_of_a_waiting_run_is_edited(visitor: Visitor) -> None:
    run = waiting(visitor)
    before = visitor.entries(run)
    rehearsal = asked(visitor, run, "rehearse", SENT)
    assert verdicts(rehearsal) == ["match price", "match charge", "match decide"]
    assert visitor.entries(run) == before
    applied = asked(visitor, run, "apply", SENT, seq=rehearsal["seq"])
    assert applied["id"] == run, applied
    assert approved(visitor, run) == ["sent", 12, "yes"]
    assert "nondeterminism_detected" not in [entry["type"] for entry in visitor.entries(run)]


def test_code_that_differs_goes_on_from_there(visitor: Visitor) -> None:
    run = waiting(visitor)
    rehearsal = asked(visitor, run, "rehearse", TAXED)
    assert verdicts(rehearsal) == ["match price", "new taxes", "differs charge", "missing decide"]
    assert rehearsal["lines"] == [{"level": "log", "message": "taxed from here on"}]
    assert asked(visitor, run, "apply", TAXED, seq=rehearsal["seq"])["code"] == "rehearsal.differs"
    fork = asked(visitor, run, "fork", TAXED, **{"from": "do:1:charge"})
    applied = asked(visitor, run, "apply", TAXED, seq=rehearsal["seq"], **{"from": "do:1:charge"})
    assert applied["id"] == run, applied
    for each in (run, fork["id"]):
        visitor.wait_for(each, "waiting")
        assert approved(visitor, each) == ["taxed", 15, "yes"]


def test_what_is_rehearsed_reaches_nothing(visitor: Visitor) -> None:
    rehearsal = asked(visitor, waiting(visitor), "rehearse", REACHING_OUT)
    assert verdicts(rehearsal)[0] == "match price"
    [fetched, created] = rehearsal["ends"]["output"]
    assert "not permitted" in fetched
    assert "not there in a rehearsal" in created
    assert visitor.request("GET", "/api/instances/stray").status_code == 404


def test_what_cannot_be_run_says_so_and_the_run_is_well(visitor: Visitor) -> None:
    run = waiting(visitor)
    spinning = asked(visitor, run, "rehearse", SPINNING)
    assert "CPU" in spinning["error"]["message"], spinning
    broken = asked(visitor, run, "rehearse", BROKEN)
    assert (broken["error"]["name"], broken["error"]["line"]) == ("SyntaxError", 3), broken
    assert asked(visitor, run, "rehearse", "export default 5;")["error"]["message"]
    assert approved(visitor, run) == ["shipped", 12, "yes"]


def test_a_run_goes_on_from_a_file(visitor: Visitor, server: LiveServer) -> None:
    run = waiting(visitor)
    document = visitor.request("GET", f"/api/instances/{run}/file").json()
    elsewhere = server.client()
    try:
        body = {"file": document, "from": "do:1:charge"}
        made = elsewhere.request("POST", "/api/runs/from-file", json=body).json()
        elsewhere.wait_for(made["id"], "waiting")
        assert approved(elsewhere, made["id"]) == ["shipped", 12, "yes"]
    finally:
        elsewhere.close()


def test_edited_code_outlives_the_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    with LiveServer(tmp_path_factory.mktemp("killed")) as server:
        visitor = server.client()
        run = waiting(visitor)
        rehearsal = asked(visitor, run, "rehearse", SENT)
        asked(visitor, run, "apply", SENT, seq=rehearsal["seq"])
        fork = asked(visitor, run, "fork", SENT)["id"]
        server.restart()
        assert approved(visitor, run) == ["sent", 12, "yes"]
        assert approved(visitor, fork) == ["sent", 12, "yes"]
        visitor.close()
