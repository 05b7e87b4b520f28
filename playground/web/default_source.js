import { WorkflowEntrypoint } from 'cloudflare:workers';

// A postcard, written to survive anything.
//
// Each `step.…` call below is committed to a journal when it is
// done. Stop the server in the middle, start it again, and run()
// comes back to the very same place: steps that are in the
// journal answer from there and do not run twice.

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const name = event.payload?.name ?? 'world';
    console.log('A postcard for', name);

    // A step runs once. Whatever it returns is kept.
    const greeting = await step.do('compose a greeting', async () => {
      const text = `Hello, ${name}! Wish you were here.`;
      console.log('Wrote:', text);
      return text;
    });

    // A durable sleep. It could be three weeks: nothing stays in memory.
    await step.sleep('let the ink dry', '3 seconds');

    // Steps may run side by side, each of them journaled on its own.
    const [stamp, weather, route] = await Promise.all([
      step.do('find a stamp', async () => {
        await pause(700);
        return { motif: 'lighthouse', cents: 95 };
      }),
      step.do('look at the weather', async () => {
        await pause(300);
        return 'sunny, light breeze';
      }),
      step.do('plan the route', async () => {
        await pause(1000);
        return ['harbour', 'ferry', 'front door'];
      }),
    ]);

    // Things fail. This one fails twice, waits a little longer
    // each time, and then works: `attempt` counts from 1.
    const slot = await step.do(
      'call the post office',
      { retries: { limit: 4, delay: '1 second', backoff: 'exponential' } },
      async ({ attempt }) => {
        if (attempt < 3) {
          console.warn(`Attempt ${attempt}: the line is busy`);
          throw new Error('the line is busy');
        }
        return { counter: 4, attempt };
      },
    );

    // Now it is your turn. The run waits, asleep, for you.
    const decision = await step.waitForEvent('approve the postcard', {
      type: 'approval',
      timeout: '1 hour',
    });

    if (!decision.payload?.approved) {
      console.warn('Not sent. Perhaps the next one.');
      return { sent: false, greeting };
    }

    const receipt = await step.do('send the postcard', async () => {
      console.info('On its way, counter', slot.counter);
      return { greeting, stamp: stamp.motif, weather, route };
    });

    console.log('Done', receipt);
    return { sent: true, ...receipt };
  }
}

const pause = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

// The front door: Run sends { id, payload } here.
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
