/** The modules of the runtime's own that tenant code may import, and what they export. */
import { RpcTarget } from "./rpc";
import { NonRetryableError, WorkerEntrypoint, WorkflowEntrypoint } from "./workflow";

export const modules: Record<string, Record<string, unknown>> = {
  "cloudflare:workers": { WorkflowEntrypoint, WorkerEntrypoint, RpcTarget },
  "cloudflare:workflows": { NonRetryableError },
};
