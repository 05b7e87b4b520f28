import { WorkflowEntrypoint, WorkflowStep, WorkflowEvent } from "cloudflare:workers";

type Env = {
  // Add your bindings here, e.g. Workers KV, D1, Workers AI, etc.
  WORKFLOWS: Workflow;
};

// User-defined params passed to your workflow
type Params = {
  email: string;
  metadata: Record<string, string>;
};

export class TenantWorkflow extends WorkflowEntrypoint<Env, Params> {
  async run(event: WorkflowEvent<Params>, step: WorkflowStep) {
    // Can access bindings on `this.env`
    // Can access params on `event.payload`

    const files = await step.do("my first step", async () => {
      // Fetch a list of files from $SOME_SERVICE
      return {
        inputParams: event,
        files: ["doc_7392_rev3.pdf", "report_x29_final.pdf"],
      };
    });

    await step.sleep("wait on something", "1 second");

    const r = await step.do(
      "make a call to write that could maybe, just might, fail",
      // Define a retry strategy
      {
        retries: {
          limit: 5,
          delay: "5 second",
          backoff: "exponential",
        },
        timeout: "15 minutes",
      },
      async (ctx) => {
        // Do stuff here, with access to the state from our previous steps
        if (ctx.attempt < 3) {
          throw new Error("API call to $STORAGE_SYSTEM failed");
        }
        return ctx;
      },
    );
    return { files, r };
  }
}

export default {
  async fetch(req: Request, env: Env): Promise<Response> {
    let url = new URL(req.url);

    if (url.pathname.startsWith("/favicon")) {
      return Response.json({}, { status: 404 });
    }

    // Get the status of an existing instance, if provided
    let id = url.searchParams.get("instanceId");
    if (id) {
      let instance = await env.WORKFLOWS.get(id);
      return Response.json({
        status: await instance.status(),
      });
    }

    // Spawn a new instance and return the ID and status
    let instance = await env.WORKFLOWS.create({ params: { email: "a@b", metadata: {} } });
    return Response.json({
      id: instance.id,
      details: await instance.status(),
    });
  },
};
