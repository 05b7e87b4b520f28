const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const config = { retries: { limit: 2, delay: 100, backoff: 'linear' }, timeout: 200 };
const slow = await step.do('slow', config, async ({ attempt }) => { await pause(attempt < 3 ? 400 : 0); return 'in time'; });
const never = await step.do('never', { retries: { limit: 0, delay: 0 }, timeout: '1 second' }, () => new Promise(() => {}))
  .catch((error) => `${error.name}: ${error.message}`);
await step.sleep('nap', 300);
return [slow, never];
