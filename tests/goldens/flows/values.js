const shared = { n: 1 };
const ring = { shared, again: shared };
ring.self = ring;
const kinds = await step.do('kinds', async () => ({
  numbers: [-0, NaN, Infinity, 2n ** 70n, 1.5], none: [undefined, null], date: new Date(0), pattern: /a+/giu,
  map: new Map([['k', new Set([1, shared])]]), bytes: new Uint8Array([0, 255]).subarray(1), view: new DataView(new ArrayBuffer(2)),
  error: new TypeError('kept', { cause: 'why' }), text: 'é \u{1f600}', ring, ['__proto__']: 'data', constructor: 1,
}));
const { map, error } = kinds;
await step.sleep('nap', 100);
const same = kinds.ring.self === kinds.ring && kinds.ring.shared === kinds.ring.again;
return [kinds, same, map instanceof Map, error instanceof TypeError, await step.do('nothing', async () => {})];
