import { WorkflowEntrypoint, WorkerEntrypoint } from "cloudflare:workers";
export class TenantWorkflow extends WorkflowEntrypoint {
  #cache = new Map();
  static LIMIT = 3;
  get limit() { return TenantWorkflow.LIMIT; }
  async *pages(step) { for (let i = 0; i < this.limit; i++) yield await step.do(`page ${i}`, async () => Array.from({ length: 3 }, (_, k) => i * 3 + k)); }
  async run(event, step) {
    const rows = [];
    for await (const page of this.pages(step)) rows.push(...page);
    const settled = await Promise.allSettled([step.do("ok", async () => 1), step.do("bad", { retries: { limit: 0, delay: 0 } }, async () => { throw new RangeError("no"); })]);
    const any = await Promise.any([step.do("any bad", { retries: { limit: 0, delay: 0 } }, async () => { throw new Error("x"); }), step.do("any ok", async () => "any")]);
    let aggregate; try { await Promise.any([step.do("all bad", { retries: { limit: 0, delay: 0 } }, async () => { throw new Error("y"); })]); } catch (e) { aggregate = [e.constructor.name, e.errors.map((x) => x.message)]; }
    const same = [await step.do("same", async (c) => c.step.count), await step.do("same", async (c) => c.step.count)];
    const mutable = { ...event.payload, extra: 1 };
    let mutated; try { event.payload.name = "B"; } catch (e) { mutated = e.name; }
    const un = step.do("unawaited", async () => "later");
    const d = await step.do("date", async () => ({ when: new Date(0), big: 10n, re: /a/gi, err: new TypeError("t"), u: undefined, nested: new Map([[{ a: 1 }, [new Set([1])]]]) }));
    return { rows, settled: settled.map((s) => s.status + ":" + (s.reason?.name ?? s.value)), any, aggregate, same, mutable, mutated, d: [d.when instanceof Date, typeof d.big, d.re.flags, d.err instanceof TypeError, d.err.name, "u" in d, d.nested instanceof Map] };
  }
}
export default { async fetch(request, env) { const { id, payload } = await request.json(); const instance = await env.WORKFLOWS.create({ id, params: payload }); return Response.json({ id: instance.id, status: await instance.status() }); } };
