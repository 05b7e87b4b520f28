const stream = await step.do('stream', async () => new Response('one two').body);
const text = await new Response(stream).text();
await step.sleep('nap', 100);
return [text, await step.do('secret', { sensitive: 'output' }, async () => 'sesame')];
