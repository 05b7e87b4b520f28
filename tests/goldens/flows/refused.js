// params: {"n": 1}
const refused = [];
const ask = async (name, asked) => {
  try { await asked(); } catch (error) { refused.push(`${error.name}: ${error.message}`); }
  await step.do(`after ${name}`, async () => name);
};
const once = { retries: { limit: 0, delay: 0 } };
await ask('name', () => step.do('x'.repeat(257), async () => 1));
await ask('callback', () => step.do('callback'));
await ask('rollback', () => step.do('rollback', async () => 1, { rollback: 1 }));
await ask('nested', () => step.do('nested', once, async () => step.do('inner', async () => 1)));
await ask('value', () => step.do('value', once, async () => ({ a: [() => 1] })));
await ask('large', () => step.do('large', once, async () => 'x'.repeat(1 << 20)));
await ask('delay', () => step.do('delay', { retries: { limit: 2, delay: () => { throw new Error('no delay'); } } },
  async () => { throw new Error('no'); }));
await ask('past', () => step.sleepUntil('past', Date.now() - 1));
await ask('parsecs', () => step.sleep('parsecs', '5 parsecs'));
await ask('type', () => step.waitForEvent('type', { type: 'not a type' }));
try { event.payload.n = 2; } catch (error) { refused.push(error.name); }
return refused;
