// drive: [["until", "sleep_started", 1], ["terminate", false]]
await step.do('a', async () => 1, { rollback: async () => { console.log('not called'); } });
await step.sleep('nap', '1 day');
