// How the next runs are to be debugged: kept in this browser, for each session, and sent along when a run is started.

const PREFIX = "playground:debug:";
export const PLAIN = Object.freeze({ pace: 1, breakpoints: [], everyStep: false, faults: [], pins: {} });

/** What of `wishes` goes to the server; undefined where nothing is wished for. */
export function asRequest(wishes) {
  const wanted = {};
  if (wishes.pace !== 1) wanted.pace = wishes.pace;
  if (wishes.everyStep) wanted.everyStep = true;
  if (wishes.breakpoints.length > 0) wanted.breakpoints = wishes.breakpoints;
  if (wishes.faults.length > 0) wanted.faults = wishes.faults.map(({ left, ...fault }) => fault);
  if (Object.keys(wishes.pins).length > 0) wanted.pins = wishes.pins;
  return Object.keys(wanted).length > 0 ? wanted : undefined;
}

/** What was kept, as far as it can be: anything that is not a wish is left out. */
export function asWishes(kept) {
  const given = typeof kept === "object" && kept !== null ? kept : {};
  const isName = (name) => typeof name === "string";
  const isBreakpoint = (each) => isName(each) || (Array.isArray(each) && each.length > 1 && each.every(isName));
  return {
    pace: given.pace === "skip" || (typeof given.pace === "number" && given.pace >= 1) ? given.pace : 1,
    breakpoints: Array.isArray(given.breakpoints) ? given.breakpoints.filter(isBreakpoint) : [],
    everyStep: given.everyStep === true,
    faults: Array.isArray(given.faults) ? given.faults.filter((fault) => isName(fault?.kind)) : [],
    pins: typeof given.pins === "object" && given.pins !== null && !Array.isArray(given.pins) ? given.pins : {},
  };
}

/** `{ get, set(patch), watch(listener) }` of the session that `sessionId()` names; null is one that is still to come. */
export function createWishes(sessionId) {
  const place = (id) => PREFIX + (id ?? "new");
  const watchers = [];
  let of = sessionId();
  let wishes = read(of);

  /** A session that has begun takes over what was wished for before it had an id. */
  function get() {
    const id = sessionId();
    if (id !== of) {
      if (of === null) {
        write(id, wishes);
        forget(null);
      } else wishes = read(id);
      of = id;
    }
    return wishes;
  }

  function read(id) {
    try {
      return asWishes(JSON.parse(localStorage.getItem(place(id)) ?? "null"));
    } catch {
      return { ...PLAIN };
    }
  }

  function write(id, next) {
    try {
      if (asRequest(next) === undefined) localStorage.removeItem(place(id));
      else localStorage.setItem(place(id), JSON.stringify(next));
    } catch {
      // cannot be kept: it holds for as long as the page is open
    }
  }

  function forget(id) {
    try {
      localStorage.removeItem(place(id));
    } catch {
      // cannot be kept, so nothing is
    }
  }

  return {
    get,
    set(patch) {
      wishes = { ...get(), ...patch };
      write(of, wishes);
      watchers.forEach((watcher) => watcher(wishes));
    },
    watch: (watcher) => void watchers.push(watcher),
  };
}
