/** The runtime's own modules that tenant code may import, and what they export. */
import { env } from "./entrypoints";
import { RpcTarget } from "./rpc";
import { NonRetryableError, WorkerEntrypoint, WorkflowEntrypoint } from "./workflow";

export const modules: Record<string, Record<string, unknown>> = {
  "cloudflare:workers": { WorkflowEntrypoint, WorkerEntrypoint, RpcTarget, env },
  "cloudflare:workflows": { NonRetryableError },
};
