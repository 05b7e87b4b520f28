import { WorkflowEntrypoint } from 'cloudflare:workers';

// A delay that is asked for.
//
// Servers that are busy often say when to come back. A delay function reads it
// from the error. It is asked once per failed attempt; what it answers is
// written down, so that a crash in between does not ask again.

class TooBusy extends Error {
  constructor(seconds) {
    super(`429: come back in ${seconds} s`);
    this.name = 'TooBusy';
  }
}

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const delay = ({ ctx, error }) => {
      const asked = /come back in ([\d.]+) s/.exec(error.message);
      const wait = asked === null ? 500 : Number(asked[1]) * 1000;
      console.log(`attempt ${ctx.attempt} failed; waiting ${wait} ms`);
      return wait;
    };

    const weather = await step.do(
      'ask for the weather',
      { retries: { limit: 3, delay, backoff: 'constant' } },
      async ({ attempt }) => {
        if (attempt === 1) throw new TooBusy(1.5);
        if (attempt === 2) throw new Error('the line was cut');
        return { city: event.payload?.city, sky: 'clear', attempt };
      },
    );

    return weather;
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
