// params: {"list": [1, {"deep": true}]}
const seen = [];
const look = async (ctx) => { const { attempt, ...copy } = structuredClone(ctx); ctx.attempt = 99; ctx.step.name = 'mine'; ctx.config.timeout = 1; return copy; };
seen.push(await step.do('usual', look));
seen.push(await step.do('usual', { retries: { limit: 1, delay: '2 seconds' } }, look));
seen.push(await step.do('given', { retries: { limit: 1, delay: 10, backoff: 'linear' }, timeout: '1 minute' }, look));
seen.push(await step.do('asked', { retries: { limit: 1, delay: () => 10 } }, look));
await step.sleep('nap', 100);
return [seen, event.payload, event.instanceId, typeof event.workflowName, event.timestamp, Object.isFrozen(event.payload.list[1]), 'schedule' in event];
