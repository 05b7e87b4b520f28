import { WorkflowEntrypoint } from 'cloudflare:workers';

// Hello: the smallest durable workflow.
//
// A step has a name and a callback. What the callback returns goes into the
// journal before the next step begins, so nothing that is done is done twice.

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const greeting = await step.do('think of a greeting', async () => {
      console.log('thinking…');
      return `Hello, ${event.payload?.name ?? 'world'}`;
    });

    const card = await step.do('write it on the card', async () => {
      return { text: greeting, letters: greeting.length };
    });

    return card;
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
