/** Requests that come in and responses that go out, as the host says and reads them. */
import * as p from "../primordials";
import { dataOf } from "./body";
import { HostAddress, Request, Response } from "./fetch";

export interface RequestShape {
  readonly method: string;
  readonly url: string;
  readonly headers: [string, string][];
  readonly body: ArrayBuffer | string | null;
}

/** A tenant's request. */
export function requestOf({ method, url, headers, body }: RequestShape): Request {
  const sent = method === "GET" || method === "HEAD" ? null : body;
  return new Request(new HostAddress(url), { method, headers, body: sent });
}

/** A response as plain data: `{status, headers, body}`. `given` may be a promise of it. */
export function asResponse(given: unknown): Promise<unknown> {
  const settled = p.awaited(given);
  return p.then(settled, (response) => {
    if (!(response instanceof Response)) {
      throw new p.NativeTypeError("the fetch handler did not answer with a Response");
    }
    const headers = p.list<unknown>();
    response.headers.forEach((value, name) => {
      headers[headers.length] = p.list(name, value);
    });
    const made = p.record();
    made["status"] = response.status;
    made["headers"] = headers;
    made["body"] = dataOf(response);
    return made;
  });
}
