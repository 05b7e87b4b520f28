// drive: [["until", "attempt_started", 2], ["crash"]]
await step.do('first', async () => 1);
return step.do('slow', async () => { await new Promise((done) => setTimeout(done, 300)); return 'slow'; });
