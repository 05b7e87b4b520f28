// limits: {"memory_mib": 24}
await step.do('hoards', async () => { const kept = []; for (;;) kept.push(new Uint8Array(1 << 20).fill(1)); });
