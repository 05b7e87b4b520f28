import { WorkflowEntrypoint, WorkflowEvent, WorkflowStep } from 'cloudflare:workers'
import { NonRetryableError } from 'cloudflare:workflows'

// @ts-ignore
interface Env { WORKFLOWS: Workflow }
export type Params = { items?: readonly string[] }
const enum Kind { A = 'a' }
function overload(a: string): string
function overload(a: number): number
function overload(a: any): any { return a }
const tuple: [a: string, b?: number] = ['x']
const fn = <T,>(x: T): T => x
const assert: (x: unknown) => asserts x = (x) => { if (!x) throw new NonRetryableError('assertion failed') }
abstract class Task<TIn, TOut> {
  constructor(protected readonly name: string) {}
  abstract execute(input: TIn): Promise<TOut>
  async in(step: WorkflowStep, input: TIn): Promise<TOut> { return (await step.do(this.name, async () => (await this.execute(input)) as any)) as TOut }
}
class Upper extends Task<string, string> { override async execute(input: string) { return input.toUpperCase() } }
class Len extends Task<string, number> { async execute(input: string) { return input!.length } }

export class TenantWorkflow extends WorkflowEntrypoint<Env, Params> {
  private readonly tasks = { upper: new Upper('upper'), len: new Len('len') } as const
  async run(event: Readonly<WorkflowEvent<Params>>, step: WorkflowStep): Promise<{ up: string; n: number } & Record<string, unknown>> {
    const items = event.payload.items ?? ['a', 'bc']
    assert(items.length)
    const up = await this.tasks.upper.in(step, items[0]!)
    const n = await this.tasks.len.in(step, items[1] as string)
    const label: `${Kind}-x` = `${Kind.A}-x`
    const k: keyof typeof this.tasks = 'upper'
    for (const [i, item] of items.entries()) await step.do(`item ${i}`, { retries: { limit: 1, delay: '1 second' } }, async (): Promise<string> => item)
    const x = (await step.do('generic', async () => fn<number>(3)))!
    const o = { a: 1, b: [2, 3] } satisfies Record<string, number | number[]>
    type Local = typeof o
    const copy: Local = structuredClone(o)
    return { up, n, label, k, x, copy, t: tuple[0], ov: overload(1) }
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { id, payload } = await request.json() as { id: string, payload: Params }
    const instance = await env.WORKFLOWS.create({ id, params: payload })
    return Response.json({ id: instance.id, status: await instance.status() })
  },
} satisfies ExportedHandler<Env>
