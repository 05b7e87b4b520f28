// drive: [["event", "a", 1], ["event", "a", 2]]
const found = [];
for (let round = 0; round < 2; round++) {
  found.push(await step.do('a', async () => found.length));
  await step.sleep('a', 100);
  found.push((await step.waitForEvent('a', { type: 'a' })).payload);
}
found.push(await step.do('a-1', async () => 'a-1'), await step.do('__proto__', async () => 'data'));
await step.sleep('a-', 100);
return [...found, await step.do('', async () => 'no name'), await step.do('constructor', async () => 1)];
