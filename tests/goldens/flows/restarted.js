// drive: [["until", "sleep_started", 1], ["restart", null], ["until", "workflow_completed", 1], ["restart", {"name": "second"}]]
console.log('begins');
const first = await step.do('first', async () => 1);
await step.sleep('nap', 200);
return [first, await step.do('second', async () => 2), await step.do('third', async () => 3)];
