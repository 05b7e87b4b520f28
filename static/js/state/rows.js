// The checklist's rows: steps that the source promises, replaced one by one by steps that the log holds.

const REPEATS = ({ kind, each }) => kind === "loop" || (each ?? null) !== null;
const TOGETHER = new Set(["parallel", "race"]);
const readers = new WeakMap(); // what is kept of a plan
const holes = new WeakMap(); // expressions, by planned step

/**
 * Merge the plan with a run's steps. `planned`: what the editor's planOf() gives, in source order; `steps`: the
 * store's, in order of their start. Rows: `{ key, plan, place, step, missed, passed, group }`, one of `plan` and `step`
 * may be null. Rows in which nothing changed are the same objects as before. A planned step stands until a real one of its kind and name took its place; in a loop it takes any number
 * of them. `missed`: the run has ended without it; `passed`: the run went on without it.
 */
export function mergeRows(planned, steps, finished = false) {
  const reader = readerOf(planned);
  if (reader.last?.steps === steps && reader.last.finished === finished) return reader.last.rows;
  const rows = merged(planned, steps, finished, reader);
  reader.last = { steps, finished, rows };
  return rows;
}

function merged(planned, steps, finished, { placesOf, made }) {
  const claimed = new Set();
  const rows = [];
  for (const step of steps) {
    const at = placeOf(planned, placesOf(step), claimed);
    if (at >= 0) claimed.add(at);
    const row = made.get(step);
    rows.push(row?.place === at ? row : { key: step.key, plan: at >= 0 ? planned[at] : null, place: at, step, missed: false, passed: false, group: null });
  }
  if (claimed.size < planned.length) {
    planned.forEach((plan, place) => {
      if (claimed.has(place)) return;
      const row = { key: `plan:${place}`, plan, place, step: null, missed: finished, passed: wasPassed(planned, place, claimed), group: null };
      rows.splice(slot(rows, place), 0, row);
    });
  }
  return withGroups(rows, made);
}

function placeOf(planned, places, claimed) {
  for (const place of places) if (planned[place].loop || !claimed.has(place)) return place;
  return -1;
}

/**
 * What is kept of a plan: `placesOf(step)`, the places that it may take, the likeliest first (its very name, then what says most of
 * it); `made`, the row that was made of a step; `last`, what was merged last, which several views ask for.
 */
function readerOf(planned) {
  const known = readers.get(planned);
  if (known !== undefined) return known;
  const patterns = planned.map((plan, place) => ({ place, plan, fits: matcher(plan), weight: weightOf(plan) })).sort((a, b) => b.weight - a.weight || a.place - b.place);
  const found = new Map();
  const byStep = new WeakMap();
  const placesOf = (step) => {
    let places = byStep.get(step);
    if (places !== undefined) return places;
    const id = `${step.kind}:${step.name}`;
    places = found.get(id);
    if (places === undefined) {
      places = patterns.filter(({ plan, fits }) => plan.kind === step.kind && fits(step.name)).map(({ place }) => place);
      found.set(id, places);
    }
    byStep.set(step, places);
    return places;
  };
  const reader = { placesOf, made: new WeakMap(), last: null };
  readers.set(planned, reader);
  return reader;
}

/** The keys of the planned rows before which a run is stopped; `held` as in state/debugged.js. */
export function stoppedAt(rows, held) {
  const keys = new Set();
  for (const { kind, name } of held) {
    const row = rows.find(({ key, plan, step, passed }) => step === null && !passed && plan.kind === kind && !keys.has(key) && matcher(plan)(name));
    if (row !== undefined) keys.add(row.key);
  }
  return keys;
}

const isPattern = (plan) => plan.pattern !== null && plan.pattern !== undefined;

const weightOf = (plan) => (isPattern(plan) ? plan.pattern.join("").length : Infinity);

/** `(name) => whether` a step of that name may be the planned one. */
export function matcher(plan) {
  if (!isPattern(plan)) return (name) => name === plan.name;
  const expression = new RegExp(`^${plan.pattern.map(escaped).join("[^]*?")}$`, "u");
  return (name) => expression.test(name);
}

/** What stands in the holes of a name that fits the plan's pattern, as one text; null where it has none. */
export function holesOf(plan, name) {
  if (!isPattern(plan)) return null;
  let expression = holes.get(plan);
  if (expression === undefined) {
    expression = new RegExp(`^${plan.pattern.map(escaped).join("([^]*?)")}$`, "u");
    holes.set(plan, expression);
  }
  const found = expression.exec(name);
  return found === null ? null : found.slice(1).join("\n");
}

const escaped = (part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whether the run has gone on where it could not have done so with this step still to come. */
function wasPassed(planned, place, claimed) {
  const own = planned[place].frames ?? [];
  for (const other of claimed) if (goneOn(own, planned[other].frames ?? [], other > place)) return true;
  return false;
}

function goneOn(own, other, later) {
  let at = 0;
  while (at < own.length && at < other.length && own[at].id === other[at].id && own[at].arm === other[at].arm && own[at].handler === other[at].handler) {
    if (REPEATS(own[at])) return false;
    at += 1;
  }
  const parted = own[at]?.id !== undefined && own[at]?.id === other[at]?.id;
  if (parted && TOGETHER.has(own[at].kind)) return false;
  if (parted && own[at].kind === "choice") return true;
  return later;
}

/** Behind the last row that the source has earlier. */
function slot(rows, place) {
  for (let at = rows.length; at > 0; at -= 1) {
    if (rows[at - 1].place >= 0 && rows[at - 1].place < place) return at;
  }
  return rows.length > 0 && rows[0].place > place ? 0 : rows.length;
}

/** Mark where a parallel group or a loop opens and closes. A group is known by the plan's `group` number. */
function withGroups(rows, made) {
  return rows.map((row, at) => {
    const group = groupAt(rows, at);
    const marked = sameGroup(row.group, group) ? row : { ...row, group };
    if (row.step !== null && made.get(row.step) !== marked) made.set(row.step, marked);
    return marked;
  });
}

function groupAt(rows, at) {
  const { plan } = rows[at];
  const number = plan?.group ?? null;
  if (number === null) return null;
  const before = rows[at - 1]?.plan?.group === number;
  const after = rows[at + 1]?.plan?.group === number;
  return !before && !after && !plan.loop ? null : { number, label: plan.label, first: !before, last: !after };
}

const sameGroup = (one, other) => one === other || (one !== null && other !== null && one.number === other.number && one.label === other.label && one.first === other.first && one.last === other.last);
