const fails = async ({ config }) => { throw new Error(`delay given: ${'delay' in config.retries}`); };
const outcomes = [];
const ask = async (name, delay, backoff) => {
  try { await step.do(name, { retries: { limit: 2, delay, ...(backoff && { backoff }) } }, fails); } catch (error) { outcomes.push(`${error.name}: ${error.message}`); }
};
await ask('later', async ({ ctx, error }) => (error.message.length > 3 ? ctx.attempt * 50 : 0), 'constant');
await ask('words', () => '1 second', 'linear');
await ask('nonsense', () => 'soon');
await ask('nothing', () => undefined);
await ask('hangs', () => new Promise(() => {}));
await ask('rejects', async () => { throw new RangeError('no delay'); });
return outcomes;
