// free: true
step.do('left', async () => 'left');
await step.sleep('nap', 100);
step.do('fails', { retries: { limit: 1, delay: 100 } }, async () => { throw new RangeError('nobody looks'); });
await step.do('last', async () => 1);
return 'over';
