import { WorkflowEntrypoint } from 'cloudflare:workers';

// A pipeline with approval.
//
// What a build server does, as one function: it survives its own restarts, and
// the release waits for a person without holding a machine.

const pause = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const { commit = 'HEAD', healthy = true } = event.payload ?? {};

    const image = await step.do('build the image', async () => {
      console.log('building', commit);
      await pause(500);
      return `registry/app:${commit}`;
    });

    const suites = ['unit', 'browser', 'security'];
    const results = await Promise.all(
      suites.map((suite, at) =>
        step.do(
          `test: ${suite}`,
          { retries: { limit: 2, delay: 300 } },
          async ({ attempt }) => {
            await pause(200 + at * 150);
            if (suite === 'browser' && attempt === 1)
              throw new Error('a flaky test failed');
            return { suite, passed: 120 + at * 7 };
          },
        ),
      ),
    );

    const release = await step.waitForEvent('approve the release', {
      type: 'release',
      timeout: '1 day',
    });
    if (!release.payload?.approved) return { released: false, image };

    await step.do(
      'deploy',
      async () => ({ image, before: 'registry/app:9e03b77' }),
      {
        rollback: async ({ output }) =>
          console.warn('going back to', output.before),
      },
    );

    await step.sleep('watch it for a while', '2 seconds');

    await step.do(
      'check the health',
      { retries: { limit: 1, delay: 300 } },
      async () => {
        if (!healthy) throw new Error('error rate 12 %');
        return 'error rate 0.1 %';
      },
    );

    return {
      released: true,
      image,
      tests: results.reduce((sum, { passed }) => sum + passed, 0),
    };
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
