import { WorkflowEntrypoint } from 'cloudflare:workers';

// A first walk: write a postcard, print its photo, ask somebody, send it.
//
// Each `step.…` is written down when it is done. So when everything is lost in
// the middle, run() begins again, and what is written down is not done twice.

const pause = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const text = await step.do('write the postcard', async () => {
      return `Greetings from ${event.payload?.from ?? 'the sea'}!`;
    });

    // The first time it takes a minute. Do not wait: crash it.
    const photo = await step.do('print the photo', async ({ attempt }) => {
      console.log(`the printer starts, attempt ${attempt}`);
      await pause(attempt === 1 ? 60_000 : 1_000);
      return { size: '10 × 15 cm', attempt };
    });

    const answer = await step.waitForEvent('approve the postcard', {
      type: 'approval',
      timeout: '1 hour',
    });
    if (!answer.payload?.approved) return { sent: false, text };

    await step.do('send it', async () => console.info('on its way:', text));
    return { sent: true, text, photo };
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
