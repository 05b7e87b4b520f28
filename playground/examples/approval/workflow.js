import { WorkflowEntrypoint } from 'cloudflare:workers';

// A person decides.
//
// `waitForEvent` ends when an event of that type arrives, or fails when its
// time is over. Until then the run is out of memory and costs nothing.

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const {
      expense = 'something',
      amount = 0,
      patience = '1 hour',
    } = event.payload ?? {};

    await step.do('tell the boss', async () => {
      console.info(`${amount} for ${expense}?`);
    });

    let decision;
    try {
      decision = await step.waitForEvent('approve the expense', {
        type: 'approval',
        timeout: patience,
      });
    } catch {
      // Nobody answered: that is an answer too.
      await step.do('close the request', async () => 'nobody answered');
      return { approved: false, reason: 'nobody answered' };
    }

    if (!decision.payload?.approved)
      return { approved: false, reason: decision.payload?.note ?? 'no' };

    const transfer = await step.do('transfer the money', async () => ({
      amount,
      reference: 'T-2041',
    }));
    return { approved: true, transfer };
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
