import { WorkflowEntrypoint } from 'cloudflare:workers';

// A saga with rollback.
//
// Three bookings, and the third one fails. There is no transaction around
// three companies, but each step can say how to take itself back.

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const cancel = async ({ output, error }) => {
      if (output === undefined) return; // it failed: there is nothing to take back
      console.warn(`cancelling ${output.ref}, because: ${error.message}`);
    };

    const flight = await step.do(
      'book the flight',
      async () => ({ ref: 'flight F-77' }),
      {
        rollback: cancel,
      },
    );
    const car = await step.do(
      'book the car',
      async () => ({ ref: 'car C-12' }),
      {
        rollback: cancel,
      },
    );

    await step.sleep('think it over', '1 second');

    const hotel = await step.do(
      'book the hotel',
      { retries: { limit: 1, delay: 300 } },
      async () => {
        if (!event.payload?.hotel) throw new Error('the hotel is full');
        return { ref: 'hotel H-3' };
      },
      { rollback: cancel },
    );

    return { flight: flight.ref, car: car.ref, hotel: hotel.ref };
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
