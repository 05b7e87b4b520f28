// params: {"n": 2}
import words, { count as counted, last } from './imports/words.ts';
import data from './imports/data.json';
import note from './imports/note.txt';
import * as round from './imports/parts/round.js';
const first = await step.do(`counted ${counted}`, async () => words.join(' '));
await step.sleep('nap', 100);
const { late } = await import('./imports/parts/late.js');
return [first, last(), await step.do(late(event.payload.n), async () => ({ data, note, round: round.again() }))];
