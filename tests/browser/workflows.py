"""Tenant sources that the browser tests write into the editor."""

from __future__ import annotations

from tests.live.workflows import workflow

QUICK = workflow("""
    console.log('starting for', event.payload.name);
    const first = await step.do('first', async () => {
      console.info('inside first');
      return { greeting: 'hello ' + event.payload.name };
    });
    console.warn('almost', 'there');
    const second = await step.do('second', async () => first.greeting.length);
    return { first, second };
""")

PARENT = """
import { WorkflowEntrypoint } from 'cloudflare:workers';

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    if (event.payload.child) return 'child';
    await step.do('make others', { retries: { limit: 100, delay: 10, backoff: 'constant' } }, async () => {
      const id = `${event.instanceId}-child`;
      const make = () => this.env.WORKFLOWS.create({ id, params: { child: true } });
      const child = await this.env.WORKFLOWS.get(id).catch(make);
      if ((await child.status()).status !== 'complete') throw new Error('not yet');
    });
    await step.waitForEvent('go', { type: 'go' });
  }
}

export default {
  async fetch(request, env) {
    const instance = await env.WORKFLOWS.create({ params: {} });
    return Response.json({ id: instance.id });
  },
};
"""

_STUBBORN = """
    const retries = { limit: 3, delay: DELAY, backoff: 'constant' };
    await step.do('stubborn', { retries }, async ({ attempt }) => {
      if (attempt < 2) throw new TypeError('not this time');
      return attempt;
    });
    return 'made it';
"""
RETRIED = workflow(_STUBBORN.replace("DELAY", "'2 seconds'"))
RETRIED_LATE = workflow(_STUBBORN.replace("DELAY", "'9 seconds'"))

APPROVED = workflow("""
    const decision = await step.waitForEvent('sign the letter', { type: 'signature', timeout: '1 hour' });
    return { decision: decision.payload };
""")

_SLEEPY = """
    const before = await step.do('before', async () => 'kept');
    await step.sleep('long nap', LENGTH);
    const after = await step.do('after', async () => before + ' and gone on');
    return after;
"""
SLEEPY = workflow(_SLEEPY.replace("LENGTH", "'4 seconds'"))
SLEEPIER = workflow(_SLEEPY.replace("LENGTH", "'10 seconds'"))

FAILING = workflow("""
    await step.do('fine', async () => 1);
    await step.do('broken', { retries: { limit: 0, delay: 0 } }, async () => {
      throw new RangeError('out of paper');
    });
    await step.do('never', async () => 2);
""")

HOSTILE_NAME = '<img src=x onerror="alert(1)">'
HOSTILE_LINE = "<script>alert(2)</script>"
HOSTILE = workflow(f"""
    await step.do({HOSTILE_NAME!r}, async () => {{
      console.log({HOSTILE_LINE!r});
      return '<b>bold</b>';
    }});
    throw new Error('<i>slanted</i>');
""")

SYNTAX_ERROR_LINE = 6
SYNTAX_ERROR = workflow("    const good = 1;\n    const = 2;")

MANY = workflow("""
    for (let i = 0; i < 200; i++) {
      await step.do(`item ${i}`, async () => {
        for (let j = 0; j < 25; j++) console.log('line', i * 25 + j);
        return i;
      });
    }
    return 'all of them';
""")

ENDLESS = workflow("await step.sleep('hibernate', '1 day');")

ROLLED_BACK = workflow("""
    const rollback = async ({ stepName, output }) => console.log('undo', stepName, output);
    await step.do('book a room', async () => 'room 7', { rollback });
    await step.do('book a flight', async () => 'seat 12A', { rollback });
    await step.do('pay', { retries: { limit: 0, delay: 0 } }, async () => { throw new Error('declined'); });
""")

HELD_UP = workflow("""
    await step.do('book', async () => 'room 7', { rollback: async () => console.log('cancel the room') });
    await step.sleep('nap', '1 hour');
    await step.do('call', { retries: { limit: 2, delay: '1 hour' } }, async ({ attempt }) => {
      if (attempt < 2) throw new TypeError('busy');
      return 'answered';
    });
    return 'done';
""")

SLOW = workflow("""
    await step.do('before', async () => 'kept');
    await step.do('slow', async ({ attempt }) => {
      if (attempt < 2) await new Promise((resolve) => setTimeout(resolve, 60_000));
      return 'attempt ' + attempt;
    });
""")

UNHURRIED = workflow("""
    const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    await step.do('work', async () => {
      const self = await this.env.WORKFLOWS.get(event.instanceId);
      for (let at = 0; at < 200 && (await self.status()).status === 'running'; at++) await rest(100);
      await rest(1_500);
      return 'worked';
    });
    await step.do('rest', async () => 'rested');
""")

BROKEN_ROLLBACK = workflow("""
    const never = { retries: { limit: 0, delay: 0 } };
    await step.do('book', async () => 1, {
      rollback: async () => { throw new Error('the desk is closed'); },
      rollbackConfig: never,
    });
    await step.do('pay', never, async () => { throw new Error('declined'); });
""")

FICKLE = workflow(
    """
    lives += 1;
    await step.do(lives === 1 ? 'heads' : 'tails', async () => lives);
    await step.sleep('nap', '1 hour');
""",
    module="let lives = 0;",
)

TALKATIVE = workflow("""
    const items = [{ id: 1, name: 'lamp' }, { id: 2, name: 'chair' }];
    await step.do('fetch', async () => {
      console.log('starting');
      console.info('orders', { count: 2, items });
      const words = 'one two three four five six seven eight nine ten eleven twelve';
      console.log(words.split(' ').join('\\n'));
    });
    console.warn('careful', 42);
    await step.do('flaky', { retries: { limit: 1, delay: 50 } }, async ({ attempt }) => {
      console.log('try', attempt);
      if (attempt < 2) throw new TypeError('not this time', { cause: new Error('the line is busy') });
    });
""")

ORDER = workflow("""
    const price = await step.do('price', async () => ({ net: 12, items: ['tea', 'cups'] }));
    const charge = await step.do('charge', async () => ({ paid: price.net }));
    const answer = await step.waitForEvent('decide', { type: 'approval', timeout: '1 hour' });
    return await step.do('ship', async () => ['shipped', charge.paid]);
""")

SENT_ORDER = ORDER.replace("'ship'", "'send'").replace("'shipped'", "'sent'")

TAXED_ORDER = ORDER.replace(
    "    const charge",
    "    const taxes = await step.do('taxes', async () => price.net / 4);\n    const charge",
).replace("price.net }", "price.net + taxes }")

OUTPUTS = workflow("""
    await step.do('report', async ({ attempt }) => {
      for (let at = 1; at <= 6; at++) console.log('line', at);
      const people = [{ name: 'Ada' }, { name: 'Bob' }, { name: 'Cyd' }];
      const seen = new Map([['a', 1]]);
      return { count: 3, when: new Date(0), big: 12n, seen, people, text: 'x'.repeat(700) };
    });
    await step.do('large', async () => Array.from({ length: 4000 }, (_, id) => ({ id, name: 'item ' + id })));
    await step.do('bytes', async () => new TextEncoder().encode('hello bytes'));
    await step.do('stream', async () => new Blob(['one\\ntwo\\n']).stream());
    await step.do('secret', { sensitive: 'output' }, async () => 'a password');
    await step.do('flaky', { retries: { limit: 1, delay: 20 } }, async () => {
      throw new TypeError('not this time', { cause: new RangeError('the line is busy') });
    });
""")

DECIDED = workflow("""
    const decision = await step.waitForEvent('sign the letter', { type: 'signature', timeout: '1 hour' });
    if (decision.payload.approved) return { by: decision.payload.by.trim() };
    const again = await step.waitForEvent('sign it again', { type: 'signature', timeout: '1 hour' });
    return { by: again.payload.by.trim(), again: again.payload.approved };
""")

PARCEL = workflow("""
    const parcel = await step.waitForEvent('take the parcel', { type: 'parcel', timeout: '1 hour' });
    const { weight, fragile, items, door } = parcel.payload;
    if (!fragile && weight > 2 && door.name.trim() === '') items.map(String);
    return parcel.payload;
""")

LOGGING_LOOP = workflow("""
    for (let i = 0; i < 120; i++) await step.do(`item ${i}`, async () => console.log('item', i));
""")

BUSY = workflow("""
    await step.do('first', async () => console.log('line', { at: 0 }));
    for (let at = 1; at < 300; at++) {
      await step.do(`round ${at}`, async () => {
        console.log('line', { at });
        await new Promise((resolve) => setTimeout(resolve, 20));
      });
    }
""")

TWO_QUESTIONS = workflow("""
    const ask = (name) => step.waitForEvent(name, { type: 'q' }).then(({ payload }) => payload);
    return await Promise.all([ask('Question A'), ask('Question B')]);
""")

SHORT_PARENT = workflow("""
    if (event.payload?.child) return 'the child';
    await this.env.WORKFLOWS.create({ params: { child: true } });
    return 'the parent';
""")
