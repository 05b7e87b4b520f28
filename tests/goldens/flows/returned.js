await step.do('before', async () => 1, { rollback: async () => { console.log('undone'); } });
await step.sleep('nap', 100);
return { nested: [async () => 1] };
