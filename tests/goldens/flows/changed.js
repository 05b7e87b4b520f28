// drive: [["until", "sleep_started", 1], ["change"], ["until", "nondeterminism_detected", 1], ["cuts"]]
const first = await step.do(CHANGED ? 'new' : 'old', async () => 1);
await step.sleep('nap', 300);
const second = await step.do('second', async () => 2);
await step.sleep('another nap', 300);
return [first, second, await step.do('last', async () => 3)];
