import { WorkflowEntrypoint } from 'cloudflare:workers';

// Streams and large outputs.
//
// Values of up to 1 MiB are simply returned. What is larger goes as a stream of
// bytes: up to 256 MiB, stored in pieces while it is written.

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const rows = event.payload?.rows ?? 4000;

    const table = await step.do('export the table', async () => {
      const encoder = new TextEncoder();
      let next = 0;
      return new ReadableStream({
        type: 'bytes',
        pull(controller) {
          if (next === 0)
            controller.enqueue(encoder.encode('id,city,people\n'));
          const lines = [];
          for (let end = Math.min(rows, next + 500); next < end; next++)
            lines.push(`${next},city-${next % 97},${next * 13}`);
          controller.enqueue(encoder.encode(lines.join('\n') + '\n'));
          if (next >= rows) controller.close();
        },
      });
    });

    // What comes back is a new stream, over what is stored.
    const text = await new Response(table).text();

    const digest = await step.do('take its fingerprint', async () => {
      const hash = await crypto.subtle.digest(
        'SHA-256',
        new TextEncoder().encode(text),
      );
      return new Uint8Array(hash);
    });

    const secret = await step.do(
      'make a download key',
      { sensitive: 'output' },
      async () => crypto.randomUUID(),
    );

    return {
      bytes: text.length,
      lines: text.trim().split('\n').length,
      digest: digest.byteLength,
      key: secret.length,
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
