import { WorkflowEntrypoint } from 'cloudflare:workers';

// What runs again.
//
// This is the one thing to understand. run() is not frozen in memory while it
// sleeps: it is begun again, and the journal answers for what was done. So code
// between steps runs several times, and code inside a step runs once.

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const dice = Math.floor(Math.random() * 6) + 1;
    console.log(`between steps: run() has begun, and the dice show ${dice}`);

    const inside = await step.do('roll inside a step', async () => {
      console.log('inside a step: this runs once');
      return { dice: Math.floor(Math.random() * 6) + 1 };
    });

    await step.sleep('first nap', '1 second');
    const before = await step.do('look at the dice', async () => dice);

    await step.sleep('second nap', '1 second');
    const after = await step.do('look at the dice again', async () => dice);

    return { inside: inside.dice, before, after, same: before === after };
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
