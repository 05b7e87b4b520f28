import { WorkflowEntrypoint } from 'cloudflare:workers';

// A hundred steps, fanned out.
//
// Each picture is journaled by itself. Every tenth is broken at first: its own
// step tries again, and the other ninety do not notice.

const pause = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const count = event.payload?.pictures ?? 100;
    const pictures = Array.from(
      { length: count },
      (_, at) => `picture-${String(at + 1).padStart(3, '0')}`,
    );

    const thumbnails = await Promise.all(
      pictures.map((name, at) =>
        step.do(
          `shrink ${name}`,
          { retries: { limit: 3, delay: 500, backoff: 'constant' } },
          async ({ attempt }) => {
            await pause((at * 37) % 400);
            if (at % 10 === 9 && attempt === 1)
              throw new Error(`${name} is truncated`);
            return { name, bytes: 1000 + ((at * 7919) % 500) };
          },
        ),
      ),
    );

    return await step.do('write the index', async () => ({
      pictures: thumbnails.length,
      bytes: thumbnails.reduce((sum, { bytes }) => sum + bytes, 0),
    }));
  }
}

// The front door: Run sends { id, payload } here, and this makes the instance.
export default {
  async fetch(request, env) {
    const { id, payload } = await request.json();
    const instance = await env.WORKFLOWS.create({ id, params: payload });
    return Response.json({
      id: await instance.id,
      status: await instance.status(),
    });
  },
};
