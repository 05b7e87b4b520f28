// limits: {"cpu_ms": 60}
await step.do('before', async () => 1);
await step.sleep('nap', 100);
for (;;);
