"""Tenant sources that the live tests run."""

from __future__ import annotations

HANDLER = """
export default {
  async fetch(request, env) {
    const { id, payload } = await request.json();
    const instance = await env.WORKFLOWS.create({ id, params: payload });
    return Response.json({ id: await instance.id, status: await instance.status() });
  },
};
"""


def workflow(body: str, *, module: str = "") -> str:
    """A tenant module whose workflow's `run(event, step)` has this body; `module` goes to its top level."""
    return f"""import {{ WorkflowEntrypoint }} from 'cloudflare:workers';
{module}
export class TenantWorkflow extends WorkflowEntrypoint {{
  async run(event, step) {{
{body}
  }}
}}
{HANDLER}"""


WHOLE_WAY = workflow("""
    const first = await step.do('first', async () => 'one');
    await step.sleep('nap', 60);
    let tries = 0;
    const flaky = await step.do('flaky', { retries: { limit: 5, delay: 60, backoff: 'constant' } }, async ({
    attempt }) => {
      if (attempt < 2) throw new Error('not yet');
      return 'two';
    });
    const approval = await step.waitForEvent('approval', { type: 'go', timeout: '1 minute' });
    const slow = await step.do('slow', async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      return 'three';
    });
    const [left, right] = await Promise.all([
      step.do('left', async () => 'l'),
      step.do('right', async () => new Response(' '.repeat(200_000) + 'r').body),
    ]);
    const both = [left, (await new Response(right).text()).trim()];
    return { first, flaky, approved: approval.payload.by, slow, both };
""")
"""Every kind of step: a commit, a sleep, a retry's wait, an event, a slow callback, two in parallel, a
stream."""

WHOLE_WAY_OUTPUT = {"first": "one", "flaky": "two", "approved": "Ada", "slow": "three", "both": ["l", "r"]}
