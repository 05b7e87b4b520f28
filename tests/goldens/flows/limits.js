// limits: {"cpu_ms": 60, "memory_mib": 24}
const endless = async () => { for (;;); };
const hoards = async () => { const kept = []; for (;;) kept.push(new Uint8Array(1 << 20).fill(1)); };
const caught = [await step.do('before', async () => 'before')];
for (const [name, callback] of Object.entries({ endless, hoards })) {
  try { await step.do(name, callback); } catch (error) { caught.push(`${error.name}: ${error.message}`, error instanceof Error); }
}
await step.sleep('nap', 100);
return [caught, await step.do('after', async () => caught.length)];
