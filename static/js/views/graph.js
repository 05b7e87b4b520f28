// The graph of a run: the shape of its source with what became of each step. Before anything ran, that of the code in the editor.

import { fill, h, icon, setText, svgElement } from "../base/dom.js";
import { duration, oneLine } from "../base/format.js";
import { glyph, STATE_LABELS, statusLabel } from "../run/pill.js";
import { mergeRows } from "../state/rows.js";
import { FINISHED, SETTLED } from "../state/store.js";
import { mountGestures } from "./gestures.js";
import { END, layoutOf, OVER, START } from "./graph_layout.js";
import { graphOf, standing } from "./graph_shape.js";

const MARGIN = 20;
const SMALLEST = 0.12;
const LARGEST = 2.5;
const READABLE = 0.7; // what does not fit at this size is not made smaller to fit
const ICONS = { loop: "loop", parallel: "parallel", race: "flag", try: "warning", call: "code", rollback: "undo" };
const KINDS = { sleep: "sleep", wait: "event", rollback: "undo" };

export function mount(root, page) {
  const frames = h("div", { class: "graph-frames" });
  const ways = svgElement("svg", { class: "graph-ways", "aria-hidden": "true" });
  const nodes = h("div", { class: "graph-nodes", role: "group", "aria-label": "Steps of the workflow" });
  const world = h("div", { class: "graph-world" }, frames, ways, nodes);
  const area = h("div", { class: "graph-area" }, world);
  const empty = h("p", { class: "view-empty", text: "No steps to draw yet: call step.do(…) in run()." });
  const tools = h(
    "div",
    { class: "view-tools", role: "group", "aria-label": "Zoom" },
    tool("minus", "Zoom out (-)", () => zoom(1 / 1.3)),
    tool("plus", "Zoom in (+)", () => zoom(1.3)),
    tool("fit", "Fit all (0)", () => fit()),
  );
  fill(root, h("div", { class: "graph" }, area, tools, empty));
  let before = {};
  let plan = null; // of the graph that is laid out
  let key = null;
  let layout = null;
  let graph = null;
  let views = new Map(); // element of each node, by id
  let titles = [];
  let standings = [];
  let at = { x: 0, y: 0, scale: 1 };
  let fitted = true;
  let focused = null;

  mountGestures(area, { onZoom: (factor, x, y) => zoom(factor, x, y), onPan: (dx, dy) => move(dx, dy), onPress: pressed });
  area.addEventListener("wheel", wheeled, { passive: false });
  nodes.addEventListener("keydown", byKeys);
  new ResizeObserver(() => (fitted && fit(), before.step ? revealStep(before.step) : followActive())).observe(area);

  function tool(name, label, press) {
    return h("button", { type: "button", class: "button small icon-only", "aria-label": label, title: label, on: { click: press } }, icon(name));
  }

  function update({ run, plan: next, step, state }) {
    if (before.run === run && before.plan === next && before.step === step) return;
    const other = before.id !== (run?.id ?? null);
    const chosen = before.step !== step && step !== null;
    before = { run, plan: next, step, id: run?.id ?? null };
    const rows = mergeRows(next, run?.steps ?? [], run !== undefined && FINISHED.has(run.status));
    graph = graphOf(next, rows);
    empty.hidden = graph.leaves.length > 0;
    setText(empty, state.loading ? "Reading the session…" : run === undefined ? "No steps to draw yet: call step.do(…) in run()." : "Nothing has run yet, and the source names no steps.");
    area.hidden = !empty.hidden;
    tools.hidden = area.hidden;
    if (plan !== next || key !== graph.key) layOut(next);
    draw(run, step);
    if (other) fit();
    if (chosen) revealStep(step);
    else followActive();
  }

  function layOut(next) {
    plan = next;
    key = graph.key;
    layout = layoutOf(graph.root);
    world.style.setProperty("width", `${layout.width}px`);
    world.style.setProperty("height", `${layout.height}px`);
    fill(frames, layout.frames.map(frameView));
    ways.setAttribute("viewBox", `0 0 ${layout.width} ${layout.height}`);
    ways.replaceChildren(...layout.edges.map(edgeView));
    const held = nodes.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    views = new Map(layout.nodes.map((node) => [node.id, nodeView(node)]));
    titles = layout.frames.map(titleView);
    fill(nodes, titles, [...views.values()], layout.edges.filter(({ label }) => label !== "").map((edge) => placed(h("span", { class: "graph-label", text: edge.label }), edge)));
    if (!views.has(focused)) focused = layout.nodes.find(({ type }) => type === "step")?.id ?? null;
    if (held !== null) views.get(held)?.focus();
    if (fitted) fit();
  }

  function placed(element, { x, y, width, height }) {
    element.style.setProperty("left", `${x}px`);
    element.style.setProperty("top", `${y}px`);
    if (width !== undefined) element.style.setProperty("width", `${width}px`);
    if (height !== undefined) element.style.setProperty("height", `${height}px`);
    return element;
  }

  function frameView(frame) {
    return placed(h("div", { class: "graph-frame", data: { kind: frame.kind } }), frame);
  }

  function titleView(frame) {
    const each = frame.each === null ? null : h("span", { class: "graph-each", text: `for each ${frame.each.replace(/^(for )?(each )?/, "")}` });
    const title = h("div", { class: "graph-title" }, icon(ICONS[frame.kind] ?? "steps"), h("span", { text: frame.label }), each, h("span", { class: "graph-turns" }));
    title.style.setProperty("max-width", `${frame.width - 16}px`);
    return placed(title, { x: frame.x + 8, y: frame.y + 4 });
  }

  function edgeView(edge) {
    return svgElement("path", { d: edge.d, class: "graph-way", "data-kind": edge.kind });
  }

  function nodeView(node) {
    if (node.type === "choice") return placed(h("div", { class: "graph-choice", data: { id: node.id }, title: node.label }, icon("branch"), h("span", { text: node.label })), node);
    if (node.type !== "step") return placed(h("div", { class: `graph-end graph-${node.type}`, data: { id: node.id }, text: node.label }), node);
    const leaf = graph.leaves[node.at];
    return placed(
      h(
        "button",
        { type: "button", class: "graph-step", tabindex: "-1", data: { id: node.id, kind: leaf.kind } },
        h("span", { class: "graph-glyph" }),
        h("span", { class: "graph-step-text" }, h("span", { class: "graph-step-name", text: leaf.name || "(no name)" }), h("span", { class: "graph-step-note" })),
        h("span", { class: "graph-count" }),
      ),
      node,
    );
  }

  function draw(run, step) {
    standings = graph.leaves.map(standing);
    const marks = { [START]: run !== undefined, [END]: run?.status === "complete", [OVER]: run !== undefined && FINISHED.has(run.status) };
    const counts = (place) => (place < 0 ? Number(marks[place] ?? false) : standings[place].count);
    const ran = (places) => places.some((place) => counts(place) > 0);
    layout.nodes.forEach((node) => drawNode(node, views.get(node.id), run, step, ran));
    layout.edges.forEach((edge, place) => {
      const taken = (edge.every.length > 0 || edge.repeat.length > 0) && edge.every.every(ran) && !edge.none.some((each) => counts(each) > 0) && (edge.repeat.length === 0 || edge.repeat.some((each) => counts(each) > 1));
      ways.children[place].classList.toggle("taken", taken);
    });
    layout.frames.forEach((frame, place) => {
      const element = frames.children[place];
      const turns = Math.max(0, ...frame.at.map(counts));
      element.classList.toggle("taken", turns > 0);
      const repeats = frame.kind === "loop" || frame.each !== null;
      setText(titles[place].querySelector(".graph-turns"), repeats && turns > 0 ? `×${turns}` : "");
    });
  }

  function drawNode(node, element, run, step, ran) {
    if (node.type === "choice") return element.classList.toggle("taken", ran(node.places) || (run !== undefined && ran(node.after)));
    if (node.type === "start") return element.classList.toggle("taken", run !== undefined);
    if (node.type === "exit") return element.classList.toggle("taken", leftBy(node, ran));
    if (node.type === "end") return drawEnd(element, run);
    const leaf = graph.leaves[node.at];
    const now = standings[node.at];
    if (element.dataset.state !== now.state) {
      element.dataset.state = now.state;
      fill(element.querySelector(".graph-glyph"), glyph(now.state).element);
    }
    const note = noteOf(leaf, now);
    setText(element.querySelector(".graph-step-note"), note);
    const count = now.count > 1 ? `×${now.count}` : "";
    setText(element.querySelector(".graph-count"), count);
    element.title = leaf.name;
    const chosen = leaf.rows.some((row) => row.key === step);
    element.classList.toggle("selected", chosen);
    element.setAttribute("aria-pressed", String(chosen));
    element.tabIndex = node.id === focused ? 0 : -1;
    return undefined;
  }

  /** Whether the run has ended by this return or throw, as far as one can tell. */
  function leftBy({ places, after }, ran) {
    if (!ran([OVER]) || ran(after)) return false;
    return places.length > 0 ? ran(places) : ran([END]) && after.some((place) => place >= 0);
  }

  function drawEnd(element, run) {
    const over = run !== undefined && FINISHED.has(run.status);
    element.dataset.status = over ? run.status : "";
    element.classList.toggle("taken", over);
    setText(element, over ? statusLabel(run.status) : "End");
    element.title = over && run.status === "complete" ? oneLine(run.output) : (run?.error?.message ?? "");
  }

  function pressed(target) {
    const node = target.closest?.(".graph-step");
    if (node !== null && node !== undefined) open(node.dataset.id);
  }

  /** Select the step of a node; of one that has not run, go to its line. */
  function open(id) {
    const node = layout.nodes.find((each) => each.id === id);
    focused = id;
    views.get(id).focus({ preventScroll: true });
    const leaf = graph.leaves[node.at];
    const { step } = standings[node.at];
    if (step === null) return leaf.line === null ? undefined : page.goToLine(leaf.line, leaf.module);
    const own = leaf.rows.findIndex((row) => row.key === before.step);
    // pressed again, a node that stands for many goes through them
    return page.selectStep(own < 0 ? step.key : (leaf.rows[own + 1]?.key ?? null));
  }

  function byKeys(event) {
    const node = layout.nodes.find(({ id }) => id === event.target.dataset?.id);
    if (node === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (way !== undefined) go(nearest(node, way));
    else if (event.key === "Home") go(layout.nodes.find(({ type }) => type === "step"));
    else if (event.key === "End") go(layout.nodes.findLast(({ type }) => type === "step"));
    else if (event.key === "Enter" || event.key === " ") open(node.id);
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function go(node) {
    if (node === undefined) return;
    const old = views.get(focused);
    if (old !== undefined) old.tabIndex = -1;
    focused = node.id;
    const view = views.get(node.id);
    view.tabIndex = 0;
    view.focus({ preventScroll: true });
    reveal(node);
  }

  /** The step that lies next in a direction: what is straight ahead before what is aside. */
  function nearest(from, [dx, dy]) {
    const middle = (node) => [node.x + node.width / 2, node.y + node.height / 2];
    const [x, y] = middle(from);
    let best;
    let least = Infinity;
    for (const node of layout.nodes) {
      if (node.type !== "step" || node === from) continue;
      const [nx, ny] = middle(node);
      const ahead = (nx - x) * dx + (ny - y) * dy;
      const aside = Math.abs((nx - x) * dy) + Math.abs((ny - y) * dx);
      if (ahead <= 4 || ahead + aside * 2 >= least) continue;
      least = ahead + aside * 2;
      best = node;
    }
    return best;
  }

  function place(next, smooth = false) {
    at = { ...at, ...next };
    world.classList.toggle("smooth", smooth);
    world.style.setProperty("transform", `translate(${Math.round(at.x)}px, ${Math.round(at.y)}px) scale(${at.scale})`);
  }

  function fit() {
    fitted = true;
    if (layout === null || area.clientWidth === 0) return;
    const across = (area.clientWidth - MARGIN * 2) / layout.width;
    const down = (area.clientHeight - MARGIN * 2) / layout.height;
    const scale = Math.min(1, Math.max(Math.min(across, down), Math.min(across, READABLE)));
    const y = layout.height * scale + MARGIN * 2 <= area.clientHeight ? (area.clientHeight - layout.height * scale) / 2 : MARGIN;
    place({ scale, x: (area.clientWidth - layout.width * scale) / 2, y });
  }

  function zoom(factor, x = area.clientWidth / 2, y = area.clientHeight / 2) {
    fitted = false;
    const scale = Math.min(LARGEST, Math.max(SMALLEST, at.scale * factor));
    const by = scale / at.scale;
    place({ scale, x: x - (x - at.x) * by, y: y - (y - at.y) * by });
  }

  function move(dx, dy) {
    fitted = false;
    const keep = 60;
    const x = Math.min(area.clientWidth - keep, Math.max(keep - layout.width * at.scale, at.x + dx));
    const y = Math.min(area.clientHeight - keep, Math.max(keep - layout.height * at.scale, at.y + dy));
    place({ x, y });
  }

  function wheeled(event) {
    if (event.ctrlKey || event.metaKey || layout === null) return;
    const fits = layout.width * at.scale <= area.clientWidth && layout.height * at.scale <= area.clientHeight;
    if (fits) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 20 : 1;
    if (event.shiftKey && event.deltaX === 0) move(-event.deltaY * unit, 0);
    else move(-event.deltaX * unit, -event.deltaY * unit);
  }

  function reveal(node) {
    const box = { left: at.x + node.x * at.scale, top: at.y + node.y * at.scale, width: node.width * at.scale, height: node.height * at.scale };
    const into = (start, length, room) => (start < MARGIN ? MARGIN - start : start + length > room - MARGIN ? room - MARGIN - start - length : 0);
    const dx = into(box.left, box.width, area.clientWidth);
    const dy = into(box.top, box.height, area.clientHeight);
    if (dx !== 0 || dy !== 0) place({ x: at.x + dx, y: at.y + dy }, true);
  }

  function revealStep(key) {
    const leaf = graph.leaves.findIndex(({ rows }) => rows.some((row) => row.key === key));
    const node = layout.nodes.find((each) => each.type === "step" && each.at === leaf);
    if (node === undefined) return;
    focused = node.id;
    reveal(node);
  }

  /** While all is shown as it fits: the step that goes on stays in sight. */
  function followActive() {
    if (!fitted || layout === null || before.run === undefined || FINISHED.has(before.run.status)) return;
    const leaf = standings.findLastIndex(({ step }) => step !== null && !SETTLED.has(step.state));
    const node = layout.nodes.find((each) => each.type === "step" && each.at === leaf);
    if (node !== undefined && layout.height * at.scale > area.clientHeight) reveal(node);
  }

  return { update };
}

/** What stands below the name. */
function noteOf(leaf, { state, count, done, step }) {
  const kind = KINDS[leaf.kind];
  if (count === 0) return [kind, state === "planned" ? null : STATE_LABELS[state]].filter(Boolean).join(", ") || "planned";
  if (count > 1) return done === count ? "all done" : `${done} of ${count} done${SETTLED.has(step.state) ? "" : `, ${STATE_LABELS[state]}`}`;
  const took = step.ended === null ? "" : duration(step.ended - step.started);
  const tries = step.attempts.length > 1 ? `${step.attempts.length} attempts` : "";
  return [STATE_LABELS[state] ?? state, took, tries].filter(Boolean).join(" · ");
}
