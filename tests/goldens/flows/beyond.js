// settings: {"strict": true, "step_limit": 4}
for (const name of ['a', 'b', 'c']) await step.do(name, async () => name);
await step.sleep('nap', 300);
const last = await step.do('last', async () => 'last');
const caught = await Promise.allSettled([step.do('caught', async () => 1), step.do('too', async () => 2)]);
await step.sleep('another nap', 100);
console.log(last, ...caught.map(({ reason }) => `${reason.name}: ${reason.message}`));
return step.do('not caught', async () => 1);
