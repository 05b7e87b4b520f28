import { WorkflowEntrypoint, WorkflowStep, WorkflowEvent } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
class PaymentError extends Error {
  constructor(message: string, readonly_?: boolean, options?: ErrorOptions) { super(message, options); this.name = "PaymentError"; }
}
function assertNever(x: never): never { throw new Error(String(x)); }
function isRecord(x: unknown): x is Record<string, unknown> { return typeof x === "object" && x !== null; }
type Result<T, E = Error> = { ok: true; value: T } | { ok: false; error: E };
async function attempt<T>(work: () => Promise<T>): Promise<Result<T>> {
  try { return { ok: true, value: await work() }; } catch (error) { return { ok: false, error: error as Error }; }
}
export class TenantWorkflow extends WorkflowEntrypoint<Env, Params> {
  async run(event: WorkflowEvent<Params>, step: WorkflowStep) {
    const seen: unknown[] = [];
    const r1 = await attempt(() => step.do("pay", { retries: { limit: 1, delay: 10, backoff: "constant" } }, async () => { throw new PaymentError("declined", true, { cause: new Error("no funds") }); }));
    if (!r1.ok) seen.push([r1.error.name, r1.error.message, r1.error instanceof Error, (r1.error.cause as Error)?.message]);
    try { await step.do("fatal", async () => { throw new NonRetryableError("stop here"); }); } catch (e) { seen.push([(e as Error).name, (e as Error).message, e instanceof NonRetryableError]); }
    try { await step.do("own name", async () => { throw new NonRetryableError("stop here", "MyOwn"); }); } catch (e) { seen.push([(e as Error).name, (e as Error).message]); }
    try { await step.do("delay fn", { retries: { limit: 2, delay: ({ ctx, error }: any) => ctx.attempt * 10 } }, async (ctx) => { if (ctx.attempt < 3) throw new Error("again " + ctx.attempt); return 1; }); } catch (e) { seen.push([(e as Error).name, (e as Error).message]); }
    for (const bad of [() => step.do("x".repeat(257), async () => 1), () => step.do("bad cfg", { retries: { limit: -1, delay: 1 } }, async () => 1), () => step.sleep("bad", "soon" as any), () => step.sleepUntil("past", new Date(0))]) {
      try { await bad(); } catch (e) { seen.push([(e as Error).name, (e as Error).message]); }
    }
    const kind: "a" | "b" = "a";
    switch (kind) { case "a": seen.push("a"); break; default: assertNever(kind as never); }
    const v = event.payload as unknown;
    seen.push(isRecord(v) ? Object.keys(v).length : "none");
    seen.push(v?.["toString"]?.call(1) ?? "nullish", <const T,>(x: T) => x ? 1 : 0);
    return seen.slice(0, -1);
  }
}
interface Params { [key: string]: unknown }
interface Env { WORKFLOWS: Workflow<Params> }
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { id, payload }: { id: string; payload: Params } = await request.json();
    const instance = await env.WORKFLOWS.create({ id, params: payload });
    return Response.json({ id: instance.id, status: await instance.status() });
  },
};
