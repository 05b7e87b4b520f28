// limits: {"cpu_ms": 60}
await step.do('before', async () => 1, { rollback: async ({ output, error }) => { console.log('undone', output, error.name); } });
await step.do('endless', async () => { for (;;); }, { rollback: async ({ output }) => { console.log('undone', output); } });
return 'not reached';
