const drawn = Math.floor(Math.random() * 1000);
await step.do(`drawn ${drawn}`, async () => new Date(0));
const begun = Date.now();
await step.sleep('nap', 200);
const passed = Date.now() - begun >= 200;
return step.do(`${passed ? 'after' : 'before'} ${Math.floor(Math.random() * 1000)}`, async () => [1n, NaN, undefined]);
