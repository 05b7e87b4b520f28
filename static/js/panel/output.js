// What a step gave: the preview that the log has as a tree, and the whole of it where that is more.

import { fill, h, icon } from "../base/dom.js";
import { bytes } from "../base/format.js";
import { binaryOf, cutSize, kindOf } from "../base/json_kinds.js";
import { because } from "../base/refusal.js";
import { toast } from "../base/toasts.js";
import { isFileRun } from "../state/file_run.js";
import { hexLines } from "./hex.js";
import { valueBlock } from "./value_block.js";

const FIRST_BYTES = 4096;
const MORE_BYTES = 65_536;

/** Where `path` of a run is to be had whole; null where this visitor may not, or the server has no such run. */
const wholeOf = (run, path, page) => (page.can.edit && !isFileRun(run.id) ? `/api/instances/${encodeURIComponent(run.id)}/${path}` : null);

/**
 * A block for a value of the run itself: `of` is "input", "output", or `event-` with the seq of an event. Its whole is asked for
 * only when somebody wants it. `about`: what valueBlock takes.
 */
export function runValue(title, value, { run, of, page, ...about }) {
  const size = cutSize(value);
  if (size === null) return valueBlock(title, value, about);
  return cut(title, { text: value, size, about }, wholeOf(run, `values/${of}`, page));
}

/** A block for the output of a step that is completed. Its whole is asked for only when somebody wants it. */
export function outputBlock(step, run, page) {
  const url = wholeOf(run, `steps/${encodeURIComponent(step.key)}/output`, page);
  if (step.config?.sensitive === "output" || kindOf(step.output) === "redacted") return secret();
  if (step.stream !== undefined) return streamed(step, url);
  if (binaryOf(step.output) !== null) return binary(step, url);
  const size = cutSize(step.output);
  const note = step.size === null ? null : bytes(step.size);
  return size === null ? valueBlock("Output", step.output, { name: "output", note, tools: [step.size > MORE_BYTES && download(url)] }) : cut("Output", { text: step.output, size: step.size ?? size, about: { name: "output" } }, url);
}

function secret() {
  return h("div", { class: "value-block" }, head("Output"), h("p", { class: "value-secret" }, icon("eye"), h("span", { text: "Redacted: the step says that its output is sensitive. It is kept for replay and shown to nobody." })));
}

/** The beginning of a large value, until all of it is wanted. */
function cut(title, { text, size, about }, url) {
  const block = h("div", { class: "value-block" });
  const beginning = h("pre", { class: "json", tabindex: "0", text: `${text.slice(0, 2000)}…` });
  const all = whole(`Show all ${bytes(size)}`, url, async (answer) => {
    const value = JSON.parse(await answer.text());
    block.replaceChildren(...valueBlock(title, value, { ...about, note: bytes(size), tools: [download(url)], asked: true }).childNodes);
  });
  return fill(block, head(title, url === null ? `${bytes(size)}, the beginning` : "the beginning", [all, download(url)]), beginning);
}

function binary(step, url) {
  const { type, size } = binaryOf(step.output);
  const block = h("div", { class: "value-block" });
  const show = whole("Show the bytes", url, async (answer) => byteView(block, new Uint8Array(await answer.arrayBuffer()), show));
  return fill(block, head("Output", `${type}, ${bytes(size)}`, [show, download(url)]));
}

/** Streams may be very large: only their beginning is read. */
function streamed(step, url) {
  const { stream, output, size } = step;
  const block = h("div", { class: "value-block" });
  const show = stream === "text" ? null : whole("Show the bytes", url, async (answer) => byteView(block, await beginning(answer), show));
  const text = typeof output === "string" && stream === "text" ? h("pre", { class: "json", tabindex: "0", text: output }) : null;
  return fill(block, head("Output", `${stream} stream, ${bytes(size ?? 0)}`, [show, download(url)]), text);
}

async function beginning(answer) {
  const reader = answer.body.getReader();
  const parts = [];
  for (let length = 0; length < MORE_BYTES; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  await reader.cancel();
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function byteView(block, data, button) {
  const view = h("pre", { class: "json hex", tabindex: "0" });
  const more = h("button", { type: "button", class: "link tree-more", text: "Show more", on: { click: () => draw(MORE_BYTES) } });
  const draw = (most) => {
    view.textContent = hexLines(data.subarray(0, most)).join("\n");
    more.hidden = data.length <= most;
  };
  draw(FIRST_BYTES);
  button.remove();
  block.append(view, more);
}

/** A button that asks for the whole output and hands the answer to `use`. */
function whole(label, url, use) {
  if (url === null) return null;
  const button = h("button", { type: "button", class: "button small", on: { click: press } }, h("span", { text: label }));
  async function press() {
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { credentials: "same-origin" });
      if (!answer.ok) throw new Error((await answer.json().catch(() => null))?.error ?? `the server answered ${answer.status}`);
      await use(answer);
    } catch (error) {
      toast(because("Not shown", error), { kind: "bad" });
    } finally {
      button.removeAttribute("aria-busy");
    }
  }
  return button;
}

const download = (url) => url && h("a", { class: "button small ghost", href: url, download: "" }, icon("file"), h("span", { text: "Download" }));

const head = (title, note = null, tools = []) =>
  h("div", { class: "value-head" }, h("span", { class: "value-title", text: title }), note && h("span", { class: "value-note", text: note }), h("span", { class: "value-tools" }, tools));
