"""Tenant workflows of many shapes, each step of which has an effect outside, and what they must come to."""

from __future__ import annotations

from typing import Any, Final

from tests.live.workflows import workflow

_EFFECT: Final = """
async function effect(event, kind, ctx) {
  const line = JSON.stringify([event.instanceId, kind, ctx.step.name, ctx.attempt]);
  const answer = await fetch('https://effects.test/', { method: 'POST', body: line });
  if (answer.status !== 200) throw new Error('no effect');
}
const retries = { retries: { limit: 30, delay: 5, backoff: 'constant' } };
"""
SOURCE: Final = workflow(
    """
    const { shape, n } = event.payload;
    const done = (name, value, config = retries) => step.do(name, config, async (ctx) => {
      await effect(event, 'do', ctx);
      return typeof value === 'function' ? value(ctx) : value;
    });
    const undo = { rollback: async ({ ctx }) => effect(event, 'rollback', ctx), rollbackConfig: retries };
    const undone = (name) => step.do(name, retries, async (ctx) => {
      await effect(event, 'do', ctx);
      return name;
    }, undo);
    switch (shape) {
      case 'steps': {
        let sum = n;
        for (const add of [1, 10, 100]) sum = await done(`add ${add}`, sum + add);
        return sum;
      }
      case 'retries':
        return [await done('flaky', (ctx) => {
          if (ctx.attempt < 3) throw new Error('not yet');
          return n;
        }), await done('after', n + 1)];
      case 'fails':
        try {
          await done('never', () => { throw new TypeError(`no ${n}`); }, { retries: { limit: 1, delay: 5 } });
        } catch (error) {
          return [error.name, error.message, await done('after', n)];
        }
      case 'parallel':
        return Promise.all([0, 1, 2, 3].map((i) => done(`branch ${i}`, n * i)));
      case 'race': {
        const branches = ['left', 'right'].map((name) => done(name, name));
        const won = await Promise.race(branches);
        await done('after', won);
        await Promise.all(branches);
        return won;
      }
      case 'sleeps':
        await done('before', n);
        await step.sleep('nap', 40);
        await done('between', n);
        await step.sleepUntil('until', Date.now() + 30);
        return done('after', n);
      case 'event': {
        await done('before', n);
        const { payload } = await step.waitForEvent('go', { type: 'go' });
        return [n, await done('after', payload)];
      }
      case 'rollback':
        await undone('first');
        await undone('second');
        throw new RangeError(`undo ${n}`);
      case 'stream': {
        const stream = await step.do('stream', retries, async (ctx) => {
          await effect(event, 'do', ctx);
          return new Response(String(n).padStart(150_000)).body;
        });
        return (await new Response(stream).text()).trim();
      }
      case 'paused': {
        let sum = n;
        for (const add of [1, 10, 100]) {
          sum = await done(`add ${add}`, sum + add);
          await step.sleep(`nap ${add}`, 15);
        }
        return sum;
      }
    }
    throw new Error(`no shape ${shape}`);
""",
    module=_EFFECT,
)

STEPS: Final[dict[str, dict[tuple[str, str], int]]] = {
    "steps": {("do", f"add {add}"): 1 for add in (1, 10, 100)},
    "retries": {("do", "flaky"): 3, ("do", "after"): 1},
    "fails": {("do", "never"): 2, ("do", "after"): 1},
    "parallel": {("do", f"branch {branch}"): 1 for branch in range(4)},
    "race": {("do", "left"): 1, ("do", "right"): 1, ("do", "after"): 1},
    "sleeps": {("do", "before"): 1, ("do", "between"): 1, ("do", "after"): 1},
    "event": {("do", "before"): 1, ("do", "after"): 1},
    "rollback": {(kind, name): 1 for kind in ("do", "rollback") for name in ("first", "second")},
    "stream": {("do", "stream"): 1},
    "paused": {("do", f"add {add}"): 1 for add in (1, 10, 100)},
}
"""By shape: its steps by kind and name, and how many attempts each has where nobody is killed."""
SHAPES: Final = tuple(STEPS)


def outcome(shape: str, n: int) -> tuple[str, Any] | None:
    """The status and the output (or the error's name and message) of number `n`; None where these depend on
    what the log says.
    """
    outputs: dict[str, Any] = {
        "steps": n + 111,
        "retries": [n, n + 1],
        "fails": ["TypeError", f"no {n}", n],
        "parallel": [0, n, 2 * n, 3 * n],
        "sleeps": n,
        "stream": str(n),
        "paused": n + 111,
    }
    if shape == "rollback":
        return "errored", ("RangeError", f"undo {n}")
    return ("complete", outputs[shape]) if shape in outputs else None
