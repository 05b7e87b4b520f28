// params: {"n": 1}
const a = await step.do('a', async () => event.payload.n);
const b = await step.do('b', async () => a + 1);
console.log('between', b);
await step.sleep('nap', 100);
return [a, b, await step.do('b', async () => new Map([[a, b]]))];
