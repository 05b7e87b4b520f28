"""Workflows that are photographed, and the module that each stands in."""

from __future__ import annotations

from textwrap import dedent
from typing import Final

_HEAD: Final = "import { WorkflowEntrypoint } from 'cloudflare:workers';\n\n"
_TAIL: Final = """
export default {
  async fetch(request, env) {
    const { id, payload } = await request.json();
    const instance = await env.WORKFLOWS.create({ id, params: payload });
    return Response.json({ id: await instance.id, status: await instance.status() });
  },
};
"""


def workflow(body: str) -> str:
    """A module whose workflow runs `body`."""
    lines = "\n".join(f"    {line}" if line else "" for line in dedent(body.strip("\n")).split("\n"))
    start = "export class TenantWorkflow extends WorkflowEntrypoint {\n  async run(event, step) {\n"
    return f"{_HEAD}{start}{lines}\n  }}\n}}\n{_TAIL}"


SHAPES: Final = workflow("""
const items = ['lamp', 'chair'];
const order = await step.do('load the order', async () => ({ id: 17, items, express: true }));
for (const item of order.items) {
  await step.do(`reserve ${item}`, async () => ({ item, shelf: item.length }));
  await step.do(`pack ${item}`, async () => 'packed');
}
await Promise.all([
  step.do('print the label', async () => 'label-17'),
  step.do('tell the customer', async () => 'sent'),
]);
await Promise.race([
  step.do('ask the fast carrier', async () => 'fast'),
  step.do('ask the cheap carrier', () => new Promise((done) => setTimeout(() => done('cheap'), 900))),
]);
if (order.express) {
  await step.do('book the express van', async () => 'van 4');
} else {
  await step.do('book the slow van', async () => 'van 9');
}
try {
  await step.do('insure', { retries: { limit: 1, delay: 400 } }, async () => {
    throw new Error('the insurer is closed');
  });
} catch {
  await step.do('go without insurance', async () => 'noted');
}
const answer = await step.waitForEvent('sign the papers', { type: 'signature', timeout: '2 days' });
await step.do('ship', async () => answer.payload);
return { shipped: order.id };
""")
LOOP: Final = workflow("""
for (let i = 0; i < 200; i++) {
  await step.do(`resize image ${i}`, async () => {
    console.log('image', i, 'has', i * 37, 'pixels');
    return { width: i * 3, ok: true };
  });
}
return 'done';
""")
BIG: Final = workflow("""
for (let round = 0; round < 60; round++) {
  const parts = Array.from({ length: 50 }, (_, at) => at);
  await Promise.all(parts.map((at) => step.do(`round ${round} part ${at}`, async () => at)));
}
return 'all of them';
""")
RETRIED: Final = workflow("""
const patient = { retries: { limit: 4, delay: 700, backoff: 'exponential' } };
await step.do('call the bank', patient, async ({ attempt }) => {
  console.warn('attempt', attempt, 'of the call');
  if (attempt < 4) throw new TypeError('the line is busy', { cause: new Error('no answer after 3 rings') });
  return { account: 'AT12', balance: 4200 };
});
await step.do('book', { retries: { limit: 3, delay: '10 minutes' } }, async () => {
  throw new Error('the ledger is locked');
});
""")
SLEEPER: Final = workflow("""
console.log('before the nap');
await step.do('pack the bags', async () => 'packed');
await step.sleep('wait for the season', '30 days');
console.log('after the nap');
await step.do('book the train', { retries: { limit: 2, delay: '2 hours' } }, async ({ attempt }) => {
  if (attempt < 2) throw new Error('sold out');
  return { seat: '12A' };
});
await step.sleep('sleep on it', '8 hours');
await step.do('book the hotel', async () => 'room 7');
return 'have a good trip';
""")
SLOW: Final = workflow("""
await step.do('read the list', async () => ['a', 'b']);
await step.do('count', async () => 2);
await step.do('copy the archive', async ({ attempt }) => {
  if (attempt < 2) await new Promise((done) => setTimeout(done, 25_000));
  return 'copied in attempt ' + attempt;
});
await step.sleep('rest', '1 hour');
""")
OUTPUTS: Final = workflow("""
const config = { retries: { limit: 5, delay: '10 seconds', backoff: 'linear' }, timeout: '30 minutes' };
await step.do('report', config, async () => {
  for (let at = 1; at <= 6; at++) console.log('line', at);
  const people = [{ name: 'Ada', langs: ['fr', 'en'] }, { name: 'Bob' }, { name: 'Cyd' }];
  return { count: 3, when: new Date(0), big: 12n, seen: new Map([['a', 1]]), people, text: 'x'.repeat(700) };
});
await step.do('large', async () => Array.from({ length: 4000 }, (_, id) => ({ id, name: 'item ' + id })));
await step.do('bytes', async () => new TextEncoder().encode('hello bytes'));
await step.do('stream', async () => new Blob(['one\\ntwo\\n']).stream());
await step.do('secret', { sensitive: 'output' }, async () => 'a password');
await step.waitForEvent('sign', { type: 'signature', timeout: '2 days' });
await step.do('flaky', { retries: { limit: 1, delay: 20 } }, async () => {
  const cause = new RangeError('the line is busy', { cause: 'nobody there' });
  throw new TypeError('not this time', { cause });
});
""")
TALKATIVE: Final = workflow("""
const items = [{ id: 1, name: 'lamp' }, { id: 2, name: 'chair' }];
await step.do('fetch the orders', async () => {
  console.debug('asking shard 4');
  console.log('starting');
  console.info('orders', { count: 2, items });
  console.log('one two three four five six seven eight nine ten eleven twelve'.split(' ').join('\\n'));
});
console.warn('careful', 42);
await step.do('flaky', { retries: { limit: 1, delay: 50 } }, async ({ attempt }) => {
  console.log('try', attempt);
  if (attempt < 2) throw new TypeError('not this time', { cause: new Error('the line is busy') });
});
await step.sleep('nap', '1 hour');
console.error(new Error('something odd'));
""")
MANY_LINES: Final = workflow("""
for (let part = 0; part < 20; part++) {
  await step.do(`part ${part}`, async () => {
    for (let at = 0; at < 500; at++) console.log('part', part, 'line', at, { at, odd: at % 2 === 1 });
  });
}
""")
ORDER: Final = workflow("""
const price = await step.do('price', async () => ({ net: 12, items: ['tea', 'cups'] }));
const charge = await step.do('charge', async () => ({ paid: price.net }));
const answer = await step.waitForEvent('decide', { type: 'approval', timeout: '1 hour' });
return await step.do('ship', async () => ['shipped', charge.paid, answer.payload]);
""")
TAXED: Final = ORDER.replace(
    "    const charge",
    "    const taxes = await step.do('taxes', async () => price.net / 4);\n    const charge",
).replace("price.net }", "price.net + taxes }")
SAGA: Final = workflow("""
const rollback = async ({ output }) => console.log('given back:', output);
await step.do('book a room', async () => 'room 7', { rollback });
await step.do('book a flight', async () => 'seat 12A', { rollback });
await step.do('pay', { retries: { limit: 0, delay: 0 } }, async () => {
  throw new Error('card declined');
});
await step.do('celebrate', async () => 'cake');
""")
FIELDS: Final = workflow("""
const { payload } = await step.waitForEvent('approve the expense', { type: 'expense', timeout: '2 days' });
if (payload.approved && payload.amount > 100) {
  await step.do('tell ' + payload.manager, async () => payload.note.trim());
}
return payload;
""")
