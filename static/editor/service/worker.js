// The worker: questions come as `{ id, method, values }` and are answered as `{ id, answer }` or `{ id, error }`, in
// order. The first message that it sends says that it is there.

import { Service } from "./service.js";

const METHODS = new Set(["open", "change", "diagnostics", "completions", "details", "hover", "signature", "definition", "rename"]);
const service = new Service();

globalThis.onmessage = ({ data: { id, method, values } }) => {
  try {
    if (!METHODS.has(method)) throw new TypeError(`there is no question ${method}`);
    globalThis.postMessage({ id, answer: service[method](...values) ?? null });
  } catch (error) {
    globalThis.postMessage({ id, error: String(error?.stack ?? error) });
  }
};
globalThis.postMessage({ ready: true });
