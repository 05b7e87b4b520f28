const once = { retries: { limit: 1, delay: 100, backoff: 'constant' } };
const caught = [];
const attempt = async (name, callback, config = once) => {
  try { caught.push(await step.do(name, config, callback)); } catch (error) { caught.push(`${error.name}: ${error.message}`); }
};
await attempt('type', async () => { throw new TypeError('no', { cause: new RangeError('inner') }); });
await attempt('ends', async () => { throw new NonRetryableError('at once'); });
await attempt('text', async () => { throw 'text'; });
await attempt('flaky', async ({ attempt }) => { if (attempt < 2) throw new Error('not yet'); return 'recovered'; });
await attempt('dynamic', async ({ attempt }) => { if (attempt < 2) throw new Error('not yet'); return 'again'; },
  { retries: { limit: 2, delay: () => 150 } });
await attempt('config', async () => 1, { retries: { limit: -1, delay: 1 } });
throw new AggregateError([new Error('one'), new TypeError('two')], caught.join('; '));
