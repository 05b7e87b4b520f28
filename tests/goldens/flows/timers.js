const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const slow = await step.do('slow', async () => { await pause(300); return 'slow'; });
const both = await Promise.all([
  step.do('one', async () => { await pause(200); return 1; }),
  step.do('two', async () => { await pause(100); await pause(50); return 2; }),
]);
await step.sleep('nap', 100);
return [slow, both, await step.do('last', async () => { await pause(0); return 3; })];
