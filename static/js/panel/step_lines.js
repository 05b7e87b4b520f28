// The last lines that a step wrote, and the way to all of them.

import { fill, h, icon } from "../base/dom.js";
import { clockTime, plural } from "../base/format.js";
import { isNotice, levelOf } from "../console/lines.js";

const SHOWN = 4;

/** `{ element, update(step, run) }`. `onAll(seq)` shows a line of the log. Reads on where it has read before. */
export function mountStepLines(onAll) {
  const element = h("div", { class: "step-lines", hidden: true });
  let of = { run: null, key: null, read: 0, count: 0, last: [] };

  function update(step, run) {
    const { logs } = run;
    if (of.run !== run.id || of.key !== step.key || logs.length < of.read) of = { run: run.id, key: step.key, read: 0, count: -1, last: [] };
    if (of.read === logs.length) return;
    const before = of.count;
    of.count = Math.max(0, of.count);
    for (; of.read < logs.length; of.read += 1) {
      if (logs[of.read].step !== step.key) continue;
      of.count += 1;
      of.last.push(logs[of.read]);
      if (of.last.length > SHOWN) of.last.shift();
    }
    if (of.count !== before) draw();
  }

  function draw() {
    element.hidden = of.count === 0;
    if (of.count === 0) return element.replaceChildren();
    const all = h("button", { type: "button", class: "link", text: of.count > SHOWN ? `All ${of.count} in the log` : "In the log", on: { click: () => onAll(of.last[0].seq) } });
    fill(element, h("div", { class: "value-head" }, h("span", { class: "value-title" }, icon("console"), plural(of.count, "line")), all), h("ol", { class: "step-line-list" }, of.last.map(lineItem)));
  }

  const lineItem = (line) =>
    h("li", { class: "step-log", data: { level: isNotice(line) ? "notice" : levelOf(line) } }, h("span", { class: "line-time", text: clockTime(line.time, false) }), h("span", { class: "step-log-text", text: line.message.split("\n", 1)[0].slice(0, 300) }), line.attempt > 1 && h("span", { class: "line-attempt", text: `#${line.attempt}` }));

  return { element, update };
}
