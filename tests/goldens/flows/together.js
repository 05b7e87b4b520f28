// free: true
const branch = async (name, delay) => {
  await step.do(`${name} begins`, async () => name);
  await step.sleep(`${name} naps`, delay);
  return step.do(`${name} ends`, async () => { if (name === 'bad') throw new NonRetryableError(name); return name; });
};
const branches = [branch('slow', 900), branch('bad', 300), branch('fast', 600)];
const settled = Promise.allSettled(branches);
const any = await Promise.any(branches);
await step.do(`any is ${any}`, async () => any);
const raced = await Promise.race(branches).catch((error) => error.message);
const all = (await settled).map((each) => each.status);
return [any, raced, all, await Promise.all([1, 2, 3].map((n) => step.do('same', async () => n)))];
