const undo = { rollback: async ({ output, stepName }) => { console.log('undo', stepName, output); } };
await step.do('a', async () => 1, undo);
await step.do('b', async () => 2, undo);
await step.sleep('nap', 100);
throw new RangeError('the end');
