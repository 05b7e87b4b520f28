const caught = [];
const ask = async (name, thrown) => {
  try { await step.do(name, { retries: { limit: 1, delay: 50 } }, async () => { throw thrown(); }); } catch (error) {
    caught.push([error.name, error.message, error instanceof Error, error.cause]);
  }
};
await ask('by name', () => Object.assign(new Error('at once'), { name: 'NonRetryableError' }));
await ask('renamed', () => new NonRetryableError('at once', 'Refused'));
await ask('subclass', () => new (class Declined extends NonRetryableError {})('declined'));
await ask('null', () => null);
await ask('object', () => ({ code: 7 }));
await ask('cause', () => new Error('outer', { cause: { code: [1n] } }));
await step.sleep('nap', 100);
await step.do('after', async () => caught);
throw { thrown: caught.length };
