import { WorkflowEntrypoint } from 'cloudflare:workers';

// An agent's plan.
//
// A loop of thoughts and tools. The model here is a few lines of JavaScript,
// but the shape is the real one: what a model answers costs money and is never
// the same twice, so it belongs into a step.

const pause = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

async function model(task, notes) {
  await pause(400);
  const script = [
    {
      say: 'See what is there.',
      tool: 'list_files',
      input: { folder: '/var/log' },
      answer: null,
    },
    {
      say: 'The archive is large and old.',
      tool: 'delete_file',
      input: { path: '/var/log/archive.tar' },
      answer: null,
    },
  ];
  if (notes.some(({ refused }) => refused)) {
    return {
      say: 'Then compress it.',
      tool: null,
      input: null,
      answer: 'compressed the archive',
    };
  }
  return (
    script[notes.length] ?? {
      say: 'That will do.',
      tool: null,
      input: null,
      answer: `${task}: done`,
    }
  );
}

const TOOLS = {
  list_files: {
    dangerous: false,
    run: async () => (await pause(250), ['syslog 2 MB', 'archive.tar 900 MB']),
  },
  delete_file: {
    dangerous: true,
    run: async ({ path }) => (await pause(250), `deleted ${path}`),
  },
};

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const task = event.payload?.task ?? 'tidy up';
    const notes = [];

    for (let turn = 1; turn <= 6; turn++) {
      const thought = await step.do(
        `think ${turn}`,
        { timeout: '1 minute' },
        async () => model(task, notes),
      );
      console.log(`${turn}: ${thought.say}`);
      if (thought.tool === null)
        return { answer: thought.answer, turns: turn, notes };

      const tool = TOOLS[thought.tool];
      if (tool.dangerous) {
        const say = await step.waitForEvent(`allow ${thought.tool}`, {
          type: 'permission',
          timeout: '1 hour',
        });
        if (!say.payload?.approved) {
          notes.push({ tool: thought.tool, refused: true });
          continue;
        }
      }

      const result = await step.do(`use ${thought.tool}`, async () =>
        tool.run(thought.input),
      );
      notes.push({ tool: thought.tool, result });
    }

    return { answer: 'gave up', notes };
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
