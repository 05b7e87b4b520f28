// How a step was configured, in words and exactly.

import { h, icon } from "../base/dom.js";
import { exact } from "../base/format.js";

const SHOWN = 6; // retries whose delays are told one by one
const LONGEST_MS = 365 * 86_400_000; // delays do not grow beyond that
const GROWTH = { constant: () => 1, linear: (attempt) => attempt, exponential: (attempt) => 2 ** (attempt - 1) };

/** The configuration in a sentence. Pure. */
export function configWords({ retries = {}, timeout, sensitive }) {
  const parts = [];
  if (typeof retries.limit === "number") parts.push(retryWords(retries));
  if (typeof timeout === "number") parts.push(`${exact(timeout)} for each attempt`);
  if (sensitive === "output") parts.push("its output is sensitive");
  return parts.join(" · ");
}

function retryWords({ limit, delay, backoff }) {
  if (limit === 0) return "no retries";
  const times = `up to ${limit} ${limit === 1 ? "retry" : "retries"}`;
  if (typeof delay !== "number") return `${times}, after delays that a function gives`;
  if (delay === 0) return `${times}, at once`;
  if (limit === 1 || backoff === "constant") return `${times}, ${exact(delay)} apart`;
  return `${times}, after ${exact(delay)}, ${backoff === "linear" ? "then that much longer each time" : "then twice as long each time"}`;
}

/** The delay before each retry, in ms: the first few. Empty where a function gives them. Pure. */
export function delaysOf({ limit = 0, delay, backoff = "exponential" }, most = SHOWN) {
  if (typeof delay !== "number") return [];
  return Array.from({ length: Math.min(limit, most) }, (_, at) => Math.min(LONGEST_MS, delay * GROWTH[backoff](at + 1)));
}

/** A part of the panel: words that open to the exact figures; null where there is nothing to tell. */
export function configPart(config) {
  if (config === null || config === undefined) return null;
  const words = configWords(config);
  if (words === "") return null;
  const { retries = {} } = config;
  const delays = delaysOf(retries);
  const rows = [
    ["retries.limit", retries.limit],
    ["retries.delay", typeof retries.delay === "number" ? `${retries.delay} ms` : "a function"],
    ["retries.backoff", retries.backoff],
    ["timeout", typeof config.timeout === "number" ? `${config.timeout} ms` : undefined],
    ["sensitive", config.sensitive],
    ["delays", delays.length > 0 ? `${delays.map(exact).join(", ")}${retries.limit > delays.length ? ", …" : ""}` : undefined],
  ].filter(([, value]) => value !== undefined);
  return h(
    "details",
    { class: "config" },
    h("summary", {}, icon("chevron"), h("span", { class: "fact-term", text: "Configuration" }), h("span", { text: words })),
    h("dl", { class: "config-exact" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, h("code", { text: name })), h("dd", { class: "mono", text: String(value) })))),
  );
}
