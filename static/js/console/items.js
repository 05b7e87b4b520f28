// The rows of the log: lines that are wanted, with what befell the run between them, and with folds. Pure.

/**
 * `{ items, update(…) }`. Rows: `{ line, before }` (`before`: the time of the line before it, or null), `{ mark }`, and
 * `{ fold, count, open }` where lines were put aside by the restart whose seq is `fold`.
 *
 * `update({ logs, marks, aside, wanted, quiet, opened, anew })` answers "none", "more" (rows came at the end) or "all". `wanted(line)`
 * filters; `quiet` leaves marks out; `opened` is the set of folds that are open; `anew` where any of these is another than before.
 */
export function createItems() {
  let items = [];
  let taken = { logs: 0, marks: 0 };
  let count = 0;
  let before = null;

  function clear() {
    items = [];
    taken = { logs: 0, marks: 0 };
    count = 0;
    before = null;
  }

  function line(next, { aside, wanted, opened }) {
    if (!wanted(next)) return;
    const cut = aside(next);
    if (cut === null) return push(next, null);
    const last = items.at(-1);
    const fold = last?.cut === cut ? last.head : last?.fold === cut ? last : { fold: cut, count: 0, open: opened.has(cut) };
    if (fold.count === 0) items.push(fold);
    fold.count += 1;
    count += 1;
    if (fold.open) items.push({ line: next, before, cut, head: fold });
    before = next.time;
  }

  function push(next, cut) {
    items.push({ line: next, before, cut });
    count += 1;
    before = next.time;
  }

  return {
    items: () => items,
    /** How many lines there are, those in folds too. */
    count: () => count,
    clear,
    update({ logs, marks, anew, quiet, ...ways }) {
      const all = anew || logs.length < taken.logs || marks.length < taken.marks;
      if (all) clear();
      const { length } = items;
      while (taken.logs < logs.length || taken.marks < marks.length) {
        const next = logs[taken.logs];
        const mark = marks[taken.marks];
        if (mark !== undefined && (next === undefined || mark.seq < next.seq)) {
          taken.marks += 1;
          if (!quiet) items.push({ mark });
        } else {
          taken.logs += 1;
          line(next, ways);
        }
      }
      return all ? "all" : items.length === length ? "none" : "more";
    },
  };
}
