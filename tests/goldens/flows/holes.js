// drive: [["event", "go", [null]]]
// params: [1]
const places = (list) => `${list.length}: ${Object.keys(list)}`;
const made = [1, , undefined, [, 'in', ,], , ];
const kept = await step.do('kept', async () => made);
const shared = await step.do('shared', async () => { const one = [, 1]; return { one, again: one, all: new Map([[[,], one]]) }; });
await step.sleep('nap', 100);
const { payload } = await step.waitForEvent('go', { type: 'go' });
return [places(kept), places(kept[3]), places(shared.one), shared.one === shared.again, payload, await step.do('again', async () => kept)];
