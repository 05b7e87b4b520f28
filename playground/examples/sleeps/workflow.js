import { WorkflowEntrypoint } from 'cloudflare:workers';

// Sleeps and hibernation.
//
// The end of a sleep is computed once and written down. Until then the run is
// out of memory: code above a sleep runs again when it wakes (look at the
// console), but steps that are done answer from the journal.

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    console.log('run() begins at the top');

    const account = await step.do('open the account', async () => {
      console.log('this line is written once');
      return { id: 4711, opened: Date.now() };
    });

    await step.sleep('wait for the first coffee', '2 seconds');
    await step.do(
      'send the welcome mail',
      async () => `to account ${account.id}`,
    );

    // Nobody waits for this one: skip it.
    await step.sleep(
      'wait for the trial to end',
      event.payload?.trial ?? '1 week',
    );

    // A moment instead of a length. Here too the clock is asked only once.
    await step.sleepUntil(
      'wait for the full second',
      Math.ceil(account.opened / 1000) * 1000 + 5000,
    );

    return await step.do(
      'ask how it was',
      async () => 'Would you like to stay?',
    );
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
