// drive: [["event", "early", {"n": 1}], ["until", "wait_started", 2], ["pause"], ["event", "late", [2]], ["resume"]]
const early = await step.waitForEvent('first', { type: 'early' });
const late = await step.waitForEvent('second', { type: 'late', timeout: '1 hour' });
const never = await step.waitForEvent('never', { type: 'never', timeout: 300 }).catch((error) => error.name);
await step.sleepUntil('until', Date.now() + 200);
return [early.payload, late.payload, never];
