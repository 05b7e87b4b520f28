"""A tenant's code pauses, resumes, restarts and deletes instances of its own, on a real server."""

from __future__ import annotations

from typing import Any

from tests.live.server import Visitor
from tests.live.workflows import workflow

CHILD = """
if (event.payload?.child) {
  const first = await step.do('first', async () => 'one');
  const answer = await step.waitForEvent('answer', { type: 'answer', timeout: '1 hour' });
  const last = await step.do('last', async () => answer.payload);
  return [first, last];
}
const { WORKFLOWS } = this.env;
const until = async (instance, wanted) => {
  let status = await instance.status();
  while (status.status !== wanted) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    status = await instance.status();
  }
  return status;
};
const make = (id) => WORKFLOWS.create({ id: `${event.instanceId}-${id}`, params: { child: true } });
const refused = (promise) => promise.then(() => 'no error', (error) => `${error.name}: ${error.message}`);
"""
PAUSED = workflow(f"""{CHILD}
return await step.do('drive', {{ retries: {{ limit: 0, delay: 0 }} }}, async () => {{
  const child = await make('a');
  await until(child, 'waiting');
  await child.pause();
  const paused = await child.status();
  await child.sendEvent({{ type: 'answer', payload: 'kept' }});
  const still = await child.status();
  await child.resume();
  const done = await until(child, 'complete');
  await child.pause();
  return [paused.status, still.status, done.output, (await child.status()).status];
}});
""")
RESTARTED = workflow(f"""{CHILD}
return await step.do('drive', {{ retries: {{ limit: 0, delay: 0 }} }}, async () => {{
  const child = await make('a');
  await child.sendEvent({{ type: 'answer', payload: 1 }});
  await until(child, 'complete');
  await child.restart({{ from: {{ name: 'last' }} }});
  const again = await until(child, 'complete');
  const unknown = await refused(child.restart({{ from: {{ name: 'nobody', count: 3 }} }}));
  await child.restart();
  await until(child, 'waiting');
  await child.sendEvent({{ type: 'answer', payload: 2 }});
  const anew = await until(child, 'complete');
  return [again.output, unknown, anew.output];
}});
""")
DELETED = workflow(f"""{CHILD}
return await step.do('drive', {{ retries: {{ limit: 0, delay: 0 }} }}, async () => {{
  const [one, two, three] = [await make('a'), await make('b'), await make('c')];
  await until(one, 'waiting');
  await one.delete();
  const gone = await refused(WORKFLOWS.get(one.id));
  const batch = await WORKFLOWS.deleteBatch([two.id, 'unknown', three.id]);
  const free = await WORKFLOWS.create({{
    id: one.id, params: {{ child: true }}, retention: {{ successRetention: '1 day', errorRetention: 5 }},
  }});
  const status = await free.status();
  await WORKFLOWS.delete(free.id);
  const bad = await refused(WORKFLOWS.create({{ retention: {{ successRetention: 'soon' }} }}));
  const ids = (items) => items.map(({{ id }}) => id.split('-').pop());
  const fresh = ['queued', 'running', 'waiting'].includes(status.status);
  return [gone, ids(batch.deleted), ids(batch.errors), fresh, bad];
}});
""")
WATCHED = workflow(f"""{CHILD}
return await step.do('drive', {{ retries: {{ limit: 0, delay: 0 }} }}, async () => {{
  const child = await make('a');
  const ends = await child.subscribe({{ filter: ['workflow_completed'] }});
  const subscription = await child.subscribe();
  const seen = [];
  let cursor = 0;
  for (;;) {{
    const {{ value, done }} = await subscription.next();
    if (done) break;
    seen.push(value.stepName === undefined ? value.type : `${{value.type}} ${{value.stepName}}`);
    if (value.type === 'wait_started') {{
      cursor = value.eventId;
      await child.sendEvent({{ type: 'answer', payload: 1 }});
    }}
  }}
  const again = await subscription.next();
  subscription[Symbol.dispose]();
  const later = await (await child.subscribe({{ cursor, filter: ['step_completed'] }})).next();
  const {{ value }} = await ends.next();
  const wrong = await refused(child.subscribe({{ filter: ['nonsense'] }}));
  return [seen, again.done, later.value.output, value.output, (await ends.next()).done, wrong];
}});
""")
OF_ITS_OWN = workflow("""
const runs = await step.do('count', async () => 1);
await step.do('pause', async () => {
  const self = await this.env.WORKFLOWS.get(event.instanceId);
  await self.pause();
  return (await self.status()).status;
});
return await step.do('after', async () => 'went on');
""")


def output(visitor: Visitor, source: str) -> Any:
    """What a run of that source comes to."""
    answer = visitor.request("POST", "/api/run", json={"source": source})
    assert answer.status_code == 200, answer.text
    return visitor.wait_for(answer.json()["runId"], "complete")["output"]


def test_pause_and_resume(visitor: Visitor) -> None:
    assert output(visitor, PAUSED) == ["paused", "paused", ["one", "kept"], "complete"]


def test_restart_from_a_step_and_from_the_top(visitor: Visitor) -> None:
    again, unknown, anew = output(visitor, RESTARTED)
    assert (again, anew) == (["one", 1], ["one", 2])
    assert unknown.startswith("WorkflowError: instance.cannot_restart")


def test_delete_and_retention(visitor: Visitor) -> None:
    gone, deleted, errors, fresh, bad = output(visitor, DELETED)
    assert gone == "WorkflowError: instance.not_found"
    assert (deleted, errors, fresh) == (["b", "c"], ["unknown"], True)
    assert bad.startswith("WorkflowError: retention")


def test_an_instance_pauses_itself(visitor: Visitor) -> None:
    answer = visitor.request("POST", "/api/run", json={"source": OF_ITS_OWN})
    run = answer.json()["runId"]
    visitor.wait_for(run, "paused")
    entries = visitor.entries(run)
    assert [entry["output"] for entry in entries if entry["type"] == "step_completed"] == [
        1,
        "waitingForPause",
    ]
    assert entries[-1]["type"] == "workflow_paused"


def test_events_of_an_instance(visitor: Visitor) -> None:
    seen, over, later, last, ended, wrong = output(visitor, WATCHED)
    assert [type for type in seen if type not in ("workflow_waiting", "workflow_running")] == [
        "workflow_queued",
        "workflow_started",
        "step_started first",
        "attempt_started first",
        "attempt_completed first",
        "step_completed first",
        "wait_started answer",
        "wait_completed answer",
        "step_started last",
        "attempt_started last",
        "attempt_completed last",
        "step_completed last",
        "workflow_completed",
    ]
    assert (over, later, last, ended) == (True, 1, ["one", 1], True)
    assert wrong.startswith("WorkflowError: subscribe(): there are no events")
