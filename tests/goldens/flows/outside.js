const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const before = Date.now();
await pause(200);
const first = await step.do('first', async () => 1);
const raced = await Promise.race([pause(100).then(() => 'timer'), step.sleep('nap', 5000)]);
await step.do(`raced ${raced}`, async () => raced);
await queueMicrotask(() => {});
return [first, raced, before <= Date.now(), await step.do('last', async () => { await pause(50); return 2; })];
