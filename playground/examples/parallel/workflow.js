import { WorkflowEntrypoint } from 'cloudflare:workers';

// Parallel and race.
//
// There is nothing new to learn: steps are promises. Each one is committed on
// its own, so a crash in the middle repeats only those that were not done.

const pause = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const { near = 300, far = 900 } = event.payload ?? {};

    const [flight, hotel, car] = await Promise.all([
      step.do(
        'look for a flight',
        async () => (await pause(700), { number: 'DY 1302', price: 89 }),
      ),
      step.do(
        'look for a hotel',
        async () => (await pause(450), { name: 'Harbour', price: 120 }),
      ),
      step.do(
        'look for a car',
        async () => (await pause(250), { size: 'small', price: 35 }),
      ),
    ]);

    // The order of the commits is written down too. A replay hands the results
    // back in that order, so the same one wins.
    const map = await Promise.race([
      step.do('ask the near mirror', async () => (await pause(near), 'near')),
      step.do('ask the far mirror', async () => (await pause(far), 'far')),
    ]);
    console.log('the map came from the', map, 'mirror');

    return { total: flight.price + hotel.price + car.price, map };
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
