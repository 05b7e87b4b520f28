/**
 * `fetch()`: a request becomes an ask of the host, whose answer becomes a response. Where requests go, and
 * whether redirects are followed, is the host's to say.
 */
import * as p from "../primordials";
import { askOutbound } from "../rpc";
import { type Cancel, fetchWith } from "../stubs";
import { requestShape, responseOf, type ResponseShape } from "./exchange";
import { Request } from "./request";

type Call = (method: string, args: unknown[], cancel?: Cancel) => Promise<unknown>;

/** Send what `fetch(input, init)` means through `call`. */
async function through(call: Call, args: unknown[]): Promise<unknown> {
  const request = new Request(args[0] as never, args[1] as never);
  const { signal } = request;
  if (signal.aborted) throw signal.reason;
  const shape = await requestShape(request);
  if (signal.aborted) throw signal.reason;
  let stop = (): void => undefined;
  const answer = call("fetch", p.list<unknown>(shape), (cancel) => {
    stop = () => cancel(signal.reason);
    signal.addEventListener("abort", stop);
  });
  try {
    return responseOf((await answer) as ResponseShape);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
fetchWith(through);

/** Ask for something of the network, if there is one for this worker. */
export async function fetch(input: unknown, init?: unknown): Promise<unknown> {
  return await through(askOutbound, p.list(input, init));
}
