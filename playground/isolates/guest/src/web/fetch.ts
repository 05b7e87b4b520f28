/** The classes of fetch, and a `fetch` that is closed. https://fetch.spec.whatwg.org/ */
import * as p from "../primordials";

export { Headers } from "./headers";
export { Request } from "./request";
export { Response } from "./response";

/** Tenant code has no network here. */
export async function fetch(): Promise<never> {
  throw new p.NativeTypeError(
    "fetch() is not available: this worker has no access to the network (globalOutbound is null)",
  );
}
