import { WorkflowEntrypoint } from 'cloudflare:workers';

// The order of events.
//
// A vending machine. Coins are events of type `coin`; the choice of the drink
// is another type. An event that nobody waits for yet is kept for whoever does.

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const price = event.payload?.price ?? 3;

    // Coins that are thrown in while the machine warms up are not lost.
    await step.sleep('warm up', '3 seconds');

    let paid = 0;
    const coins = [];
    for (let number = 1; paid < price; number++) {
      const coin = await step.waitForEvent(`coin ${number}`, {
        type: 'coin',
        timeout: '10 minutes',
      });
      const value = Number(coin.payload?.value ?? 1);
      coins.push(value);
      paid += value;
      console.log(
        `coin ${number}: ${value}, ${Math.max(0, price - paid)} to go`,
      );
    }

    const choice = await step.waitForEvent('choose a drink', {
      type: 'choice',
      timeout: '10 minutes',
    });
    return await step.do('pour', async () => ({
      drink: choice.payload?.drink ?? 'water',
      coins,
      change: paid - price,
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
