const stream = await step.do('stream', { retries: { limit: 2, delay: 100 } }, async ({ attempt }) => {
  const parts = ['whole', ' one', ' two'];
  return new ReadableStream({
    pull(controller) {
      if (attempt < 2 && parts.length < 2) throw new Error('torn');
      if (parts.length) controller.enqueue(new TextEncoder().encode(parts.shift())); else controller.close();
    },
  });
});
const text = await new Response(stream).text();
const empty = await step.do('empty', async () => new Response('').body);
await step.sleep('nap', 100);
return [text, await new Response(empty).text()];
