// settings: {"strict": true, "step_limit": 4}
// drive: [["until", "sleep_started", 1], ["change"]]
const undo = { rollback: async ({ output, stepName }) => { console.log('undo', stepName, output); } };
await step.do('first', async () => 1, undo);
await step.do(CHANGED ? 'new' : 'old', async () => 2, undo);
await step.sleep('nap', 300);
