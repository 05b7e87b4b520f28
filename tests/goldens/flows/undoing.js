// drive: [["until", "sleep_started", 1], ["terminate", true]]
const config = { retries: { limit: 1, delay: 100 } };
const undo = async ({ ctx, error, output, stepName }) => { console.log(stepName, output, error.name, ctx.step.name); };
const fails = async ({ stepName }) => { throw new RangeError(stepName); };
await step.do('first', async () => 1, { rollback: fails, rollbackConfig: config });
await step.do('slow', async () => 2, { rollback: async () => new Promise((done) => setTimeout(done, 100)) });
await step.do('failed', { retries: { limit: 0, delay: 0 } }, async () => { throw new Error('no'); }, { rollback: undo }).catch(() => {});
await step.do('last', async () => 3, { rollback: undo });
await step.sleep('nap', '1 day');
