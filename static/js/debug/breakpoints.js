// A breakpoint: the name of a step, or a template for names, the texts around its holes, as the plan has it.

import { matcher } from "../state/rows.js";

/** The breakpoint for a step of the plan; null where nothing is known of its name. */
export function breakpointOf({ name, pattern }) {
  if (pattern === null) return name;
  return pattern.some((text) => text !== "") ? pattern : null;
}

/** What it is called. */
export const wordsOf = (breakpoint) => (typeof breakpoint === "string" ? breakpoint : breakpoint.join("…"));

/** Whether two of them are for the same names. */
export const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export const includes = (list, breakpoint) => list.some((each) => isSame(each, breakpoint));

export const without = (list, breakpoint) => list.filter((each) => !isSame(each, breakpoint));

/** Whether a step of the plan is one that the run is stopped before. */
export const isPlanOf = (planned, step) => planned.kind === step.kind && breakpointOf(planned) !== null && matcher(planned)(step.name);
