// begin: {"file": {"drive": [["until", "sleep_started", 1]], "from": null}}
// params: {"n": 1}
const kept = await step.do('kept', async () => new Map([[event.payload.n, [undefined, 1n]]]));
const drawn = Math.floor(Math.random() * 1000);
await step.sleep(`nap ${drawn}`, 500);
return [kept, await step.do('last', async () => event.payload)];
