const = await step.do('never', async () => 1);
