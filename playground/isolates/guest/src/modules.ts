/** The runtime's own modules that tenant code may import, and what they export. */
import { env } from "./entrypoints";
import { RpcTarget } from "./handed_out";
import { RpcPromise, RpcStub } from "./stubs";
import { NonRetryableError, WorkerEntrypoint, WorkflowEntrypoint } from "./workflow";

export const modules: Record<string, Record<string, unknown>> = {
  "cloudflare:workers": { WorkflowEntrypoint, WorkerEntrypoint, RpcTarget, RpcStub, RpcPromise, env },
  "cloudflare:workflows": { NonRetryableError },
};
