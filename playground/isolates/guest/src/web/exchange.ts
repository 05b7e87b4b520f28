/**
 * Requests and responses as the host says and reads them: the seam between the classes and the wire.
 *
 * In: `requestOf(shape)`, `responseOf(shape)`. Out: `requestShape(request)`, `responseShape(response)`,
 * which gather a body that is a stream first, up to `MOST_BODY_BYTES`. A body is text where it was made
 * from text, else a Uint8Array; text costs no Base64.
 */
import * as p from "../primordials";
import { Body, type Data } from "./body";
import { type Headers, pairsOf } from "./headers";
import { received as receivedRequest, type Request, sentOf } from "./request";
import { answerOf, isResponse, received as receivedResponse, type Response } from "./response";
import { MOST_BODY_BYTES, tooLarge } from "./streams";

type WireBody = ArrayBuffer | Uint8Array | string | null;
type WirePairs = ArrayLike<ArrayLike<string>>;

export interface RequestShape {
  readonly method: string;
  readonly url: string;
  readonly headers: WirePairs;
  readonly body: WireBody;
  /** Out only: "follow", "error" or "manual". */
  readonly redirect?: string;
}

export interface ResponseShape {
  readonly status: number;
  readonly statusText?: string;
  readonly headers: WirePairs;
  readonly body: WireBody;
  readonly url?: string;
  readonly redirected?: boolean;
}

/** A tenant's request. */
export function requestOf({ method, url, headers, body }: RequestShape): Request {
  const sent = method === "GET" || method === "HEAD" ? null : body;
  return receivedRequest({ method, url, headers, body: bodyOf(sent) });
}

/** A request of a tenant's, which counts as read then. Throws where its body was read already. */
export async function requestShape(request: Request): Promise<RequestShape> {
  const { method, url, headers, body, redirect } = sentOf(request);
  const data = await gathered(body);
  const made = p.record();
  made["method"] = method;
  made["url"] = url;
  made["headers"] = wirePairs(headers);
  made["body"] = data;
  made["redirect"] = redirect;
  return made as unknown as RequestShape;
}

/** A response for a tenant. */
export function responseOf(said: ResponseShape): Response {
  const { status, statusText, headers, body, url, redirected } = said;
  const more = { statusText: statusText ?? "", url: url ?? "", redirected: redirected ?? false };
  return receivedResponse({ status, headers, body: bodyOf(body), ...more });
}

/** A response of a tenant's, which counts as read then. Throws where its body was read already. */
export async function responseShape(response: Response): Promise<ResponseShape> {
  const { status, statusText, headers, body } = answerOf(response);
  const data = await gathered(body);
  const made = p.record();
  made["status"] = status;
  if (statusText !== "") made["statusText"] = statusText;
  made["headers"] = wirePairs(headers);
  made["body"] = data;
  return made as unknown as ResponseShape;
}

/** A fetch handler's answer as plain data. `given` may be a promise of it. */
export async function asResponse(given: unknown): Promise<ResponseShape> {
  const response = await given;
  // what an async function returns is asked for a `then`
  if (isResponse(response)) return await responseShape(response);
  throw new p.NativeTypeError("the fetch handler did not answer with a Response");
}

function bodyOf(body: WireBody): Body {
  if (body === null || typeof body === "string") return new Body(body);
  return new Body(p.isView(body) ? p.viewBytes(body) : new p.NativeUint8Array(body));
}

/** What a body holds, bounded; null where there is none. */
async function gathered(body: Body): Promise<Data | null> {
  if (body.isNull) return null;
  const taken = body.take(MOST_BODY_BYTES);
  const data = typeof taken === "string" || p.isView(taken) ? (taken as Data) : await taken;
  const size = typeof data === "string" ? data.length : p.bytesLength(data);
  if (size > MOST_BODY_BYTES) throw new p.NativeTypeError(tooLarge(MOST_BODY_BYTES));
  return data;
}

/** The headers as a list of pairs, which the codec takes for plain data. */
function wirePairs(headers: Headers): WirePairs {
  return pairsOf(headers) as unknown as WirePairs;
}
