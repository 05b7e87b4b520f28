// Where everything of a graph stands. A workflow is steps one after the other and side by side, so each part is a box with a way
// in at its top and a way out at its bottom, and a box of boxes is laid out from within. Pure.

export const STEP = { width: 196, height: 44 };
const GAP = 26; // between what comes one after the other
const ASIDE = 22; // between what goes on side by side
const FORK = 30; // from the fork to its branches, and from them to where they join
const PAD = { top: 30, side: 16, bottom: 14 };
const LOOP_ROOM = 20; // for the way back
const PILL = { width: 92, height: 30 };
const LANE = 44; // the width of a branch in which nothing stands
const LABEL_PX = 6.4; // of a letter, about

/** Places that stand for the beginning and the end of the run, which are in no list. */
export const START = -1;
export const END = -2;
export const OVER = -3; // the run has ended, one way or another
const NEVER = -4;

/**
 * `{ nodes, edges, frames, width, height }` of `root`, a shape.
 *   nodes   { id, type: "start" | "end" | "step" | "choice" | "exit", label, x, y, width, height }, a step with `at`, its place,
 *           others with `places`, what is in them, and `after`, what is behind
 *   frames  { id, kind, label, each, at: [places], x, y, width, height }
 *   edges   { id, d, label, x, y, every: [[places]], none: [places], repeat: [places], kind }
 * An edge was taken where of each list of `every` something ran, of `none` nothing, and of `repeat` something more than once.
 */
export function layoutOf(root) {
  const out = { nodes: [], edges: [], frames: [] };
  const box = stack([pill("start", "Start", [START]), ...root.children.map(boxOf), pill("end", "End", [END])], [END]);
  box.draw(out, 0, 0);
  out.edges.forEach((edge, at) => (edge.id = at));
  return { ...out, width: box.width, height: box.height };
}

/** The places of steps in a part of a shape. */
function placesIn(node) {
  if (node === null || node === undefined) return [];
  if (node.kind === "step") return [node.at];
  if (node.kind === "sequence") return node.children.flatMap(placesIn);
  if (node.arms !== undefined) return node.arms.flatMap((arm) => placesIn(arm.body));
  return [...(node.branches ?? []), node.body, node.handler, node.finalizer].flatMap(placesIn);
}

/* A box: { width, height, axis, places, open, draw(out, x, y, after) }. `axis`: how far from its left the way in and out is;
   `open`: false where nothing goes out of it; `after`: places that tell that the run went on behind it. */

function boxOf(node) {
  if (node.kind === "step") return step(node);
  if (node.kind === "sequence") return stack(node.children.map(boxOf));
  if (node.kind === "choice") return choice(node);
  if (node.kind === "try") return framed(node, attempt(node));
  if (node.branches !== undefined && node.each === null) return framed(node, fork(node.branches.map((branch) => ({ box: boxOf(branch), label: "" }))));
  return framed(node, boxOf(node.branches?.[0] ?? node.body));
}

function step({ at }) {
  return {
    ...STEP,
    axis: STEP.width / 2,
    places: [at],
    open: true,
    draw: (out, x, y) => void out.nodes.push({ id: `step-${at}`, type: "step", at, label: "", x, y, ...STEP }),
  };
}

function pill(type, label, places, id = type) {
  return {
    ...PILL,
    axis: PILL.width / 2,
    places,
    open: type !== "exit",
    draw: (out, x, y, after = []) => void out.nodes.push({ id, type, places, after, label, x, y, ...PILL }),
  };
}

/** One below the other. */
function stack(boxes) {
  const left = Math.max(0, ...boxes.map((box) => box.axis));
  const right = Math.max(0, ...boxes.map((box) => box.width - box.axis));
  const height = boxes.reduce((sum, box) => sum + box.height, 0) + GAP * Math.max(0, boxes.length - 1);
  return {
    width: boxes.length === 0 ? LANE : left + right,
    height,
    axis: boxes.length === 0 ? LANE / 2 : left,
    places: boxes.flatMap((box) => box.places),
    open: boxes.every((box) => box.open),
    draw(out, x, y, after = [END]) {
      const axis = x + (boxes.length === 0 ? LANE / 2 : left);
      let top = y;
      boxes.forEach((box, at) => {
        const behind = boxes.slice(at + 1).flatMap((other) => other.places);
        box.draw(out, axis - box.axis, top, behind.length > 0 ? behind : after);
        const next = boxes[at + 1];
        if (next !== undefined && box.open) out.edges.push(edge(axis, top + box.height, axis, top + box.height + GAP, { every: [next.places.length > 0 ? next.places : after] }));
        top += box.height + GAP;
      });
    },
  };
}

/** Side by side, from one point and back to one. `arms`: `{ box, label, none }`. */
function fork(arms, head = 0) {
  const width = arms.reduce((sum, { box }) => sum + box.width, 0) + ASIDE * (arms.length - 1);
  const tallest = Math.max(0, ...arms.map(({ box }) => box.height));
  const labelled = arms.some(({ label }) => label !== "") ? 12 : 0;
  const axis = width / 2;
  const open = arms.some(({ box }) => box.open);
  return {
    width,
    height: FORK + labelled + tallest + FORK,
    axis,
    places: arms.flatMap(({ box }) => box.places),
    open,
    draw(out, x, y, after) {
      let left = x;
      for (const { box, label, none } of arms) {
        const middle = left + box.axis;
        const top = y + FORK + labelled;
        const empty = box.places.length === 0;
        const every = empty ? [box.open ? after : unlessPassed(after)] : [box.places];
        const short = { every, none: empty ? [...(none ?? []), ...(box.open ? [] : after)] : [] };
        box.draw(out, left, top, after);
        out.edges.push({ ...edge(x + axis, y - head, middle, top, short), label, x: middle, y: top - 5 });
        if (box.open) {
          const foot = top + box.height;
          if (foot < top + tallest) out.edges.push(edge(middle, foot, middle, top + tallest, { ...short, every: [...every, after] }));
          out.edges.push(edge(middle, top + tallest, x + axis, top + tallest + FORK, { ...short, every: [...every, after] }));
        }
        left += box.width + ASIDE;
      }
    },
  };
}

function choice(node) {
  const arms = node.arms.map((arm, at) => {
    const body = arm.body.children.map(boxOf);
    const exit = arm.exit === null || !endsOpen(body) ? [] : [pill("exit", arm.exit === "throw" ? "throws" : "returns", placesIn(arm.body), `exit-${node.id}-${at}`)];
    return { box: stack([...body, ...exit]), label: arm.label, none: [] };
  });
  arms.forEach((arm, at) => (arm.none = arms.flatMap((other, place) => (place === at ? [] : other.box.places))));
  const inner = fork(arms);
  const width = Math.min(300, Math.max(72, node.label.length * 7 + 50));
  const height = 30;
  const axis = Math.max(inner.axis, width / 2);
  return {
    width: Math.max(inner.width - inner.axis, width / 2) + axis,
    height: height + inner.height,
    axis,
    places: inner.places,
    open: inner.open,
    draw(out, x, y, after) {
      out.nodes.push({ id: `choice-${node.id}`, type: "choice", places: inner.places, after, label: node.label, line: node.line, x: x + axis - width / 2, y, width, height });
      inner.draw(out, x + axis - inner.axis, y + height, after);
    },
  };
}

/** A way out that has no steps was taken where the run is over, and has not come to what is behind it. */
const unlessPassed = (after) => [after.some((place) => place >= 0) ? OVER : NEVER];

const endsOpen = (boxes) => boxes.every((box) => box.open);

/** A body with what catches its errors beside it, and what is done in the end below both. */
function attempt(node) {
  const body = boxOf(node.body);
  const last = node.finalizer === null || node.finalizer.children.length === 0 ? null : boxOf(node.finalizer);
  const caught = node.handler === null ? null : stack([...node.handler.children.map(boxOf), ...(node.exit === null ? [] : [pill("exit", node.exit === "throw" ? "throws" : "returns", placesIn(node.handler), `exit-${node.id}`)])]);
  if (caught === null) return last === null ? body : stack([body, last]);
  const drop = 26;
  const tall = Math.max(body.height, caught.height + drop);
  const tried = {
    width: body.width + ASIDE * 2 + caught.width,
    height: tall + FORK,
    axis: body.axis,
    places: [...body.places, ...caught.places],
    open: true,
    draw(out, x, y, after) {
      const axis = x + body.axis;
      const side = x + body.width + ASIDE * 2;
      body.draw(out, x, y, after);
      caught.draw(out, side, y + drop, after);
      const from = x + body.width;
      const middle = side + caught.axis;
      const d = `M ${from} ${y + drop / 2} H ${middle - 10} Q ${middle} ${y + drop / 2} ${middle} ${y + drop / 2 + 10} V ${y + drop}`;
      out.edges.push({ d, label: "catch", x: middle, y: y + drop / 2 - 5, every: [caught.places], none: [], repeat: [], kind: "error" });
      out.edges.push(edge(axis, y + body.height, axis, y + tall + FORK, { every: [body.places, after], none: caught.places }));
      if (caught.open) out.edges.push(edge(middle, y + drop + caught.height, axis, y + tall + FORK, { every: [caught.places, after] }));
    },
  };
  return last === null ? tried : stack([tried, last]);
}

/** A frame around a box; around a loop's with the way back. */
function framed(node, inner) {
  const room = node.kind === "loop" ? LOOP_ROOM : 0;
  const above = PAD.top + (room > 0 ? 10 : 0);
  const title = (node.label ?? "").length * LABEL_PX + (node.each ?? "").length * LABEL_PX + 70;
  const side = Math.max(PAD.side + room, (Math.min(title, 320) - inner.width) / 2);
  const width = inner.width + side * 2;
  const height = above + inner.height + PAD.bottom + (room > 0 ? 8 : 0);
  return {
    width,
    height,
    axis: side + inner.axis,
    places: inner.places,
    open: inner.open,
    draw(out, x, y, after) {
      out.frames.push({ id: `frame-${node.id}`, kind: node.kind, label: node.label, each: node.each ?? null, line: node.line ?? null, at: inner.places, x, y, width, height });
      const axis = x + side + inner.axis;
      const top = y + above;
      const bottom = top + inner.height;
      inner.draw(out, x + side, top, after);
      out.edges.push(edge(axis, y, axis, top, { every: [inner.places] }));
      out.edges.push(edge(axis, bottom, axis, y + height, { every: [inner.places, after] }));
      if (room === 0) return;
      const right = x + width - 12;
      const d = `M ${axis} ${bottom + 4} H ${right - 8} Q ${right} ${bottom + 4} ${right} ${bottom - 4} V ${top - 2} Q ${right} ${top - 10} ${right - 8} ${top - 10} H ${axis + 5}`;
      out.edges.push({ d, label: "", x: 0, y: 0, every: [], none: [], repeat: inner.places, kind: "back" });
    },
  };
}

function edge(x1, y1, x2, y2, { every = [], none = [] }) {
  const middle = (y1 + y2) / 2;
  const d = x1 === x2 ? `M ${x1} ${y1} V ${y2}` : `M ${x1} ${y1} C ${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`;
  return { d, label: "", x: 0, y: 0, every, none, repeat: [], kind: "way" };
}
