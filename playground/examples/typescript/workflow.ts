import {
  WorkflowEntrypoint,
  type WorkflowEvent,
  type WorkflowStep,
} from 'cloudflare:workers';

// TypeScript in several files.
//
// Types are taken away when the code is loaded, and files import each other by
// their paths. Each run keeps all of its files, as they were when it began.

import { price } from './prices';
import type { Order, Receipt } from './types';

export class TenantWorkflow extends WorkflowEntrypoint<unknown, Order> {
  async run(event: WorkflowEvent<Order>, step: WorkflowStep): Promise<Receipt> {
    const order = event.payload;

    const total = await step.do('add up the order', async (): Promise<number> =>
      price(order),
    );

    const paid = await step.waitForEvent<{
      approved: boolean;
      method?: string;
    }>('confirm the payment', {
      type: 'payment',
      timeout: '1 hour',
    });
    if (!paid.payload.approved) return { total, state: 'open' };

    return await step.do('write the receipt', async (): Promise<Receipt> => {
      return { total, state: 'paid', method: paid.payload.method ?? 'cash' };
    });
  }
}

// The front door: Run sends { id, payload } here, and this makes the instance.
export default {
  async fetch(
    request: Request,
    env: { WORKFLOWS: Workflow },
  ): Promise<Response> {
    const { id, payload } = await request.json<{
      id: string;
      payload: Order;
    }>();
    const instance = await env.WORKFLOWS.create({ id, params: payload });
    return Response.json({
      id: await instance.id,
      status: await instance.status(),
    });
  },
};
