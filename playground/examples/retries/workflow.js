import { WorkflowEntrypoint } from 'cloudflare:workers';
import { NonRetryableError } from 'cloudflare:workflows';

// Retries and backoff.
//
// `limit` is how many times a failed attempt is tried again, `delay` the first
// pause, `backoff` how the pauses grow. Without a word a step is tried again
// five times, after 1, 2, 4, 8 and 16 seconds.

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const stock = await step.do(
      'ask the warehouse',
      {
        retries: { limit: 4, delay: 400, backoff: 'exponential' },
        timeout: '5 seconds',
      },
      async ({ attempt }) => {
        if (attempt < 4)
          throw new Error(
            `503: the warehouse is restarting (attempt ${attempt})`,
          );
        return { shelf: 9, left: 3 };
      },
    );

    // An expired card stays expired. NonRetryableError ends the step at once,
    // and because it is caught here, the run goes on.
    let paid = false;
    try {
      paid = await step.do('charge the card', async () => {
        if (event.payload?.card === 'expired')
          throw new NonRetryableError('the card has expired');
        return true;
      });
    } catch (error) {
      console.warn('not charged:', error.message);
    }

    if (!paid)
      await step.do(
        'send an invoice instead',
        async () => `invoice for order ${event.payload?.order}`,
      );
    return { stock, paid };
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
