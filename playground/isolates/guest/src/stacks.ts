/**
 * The stacks of errors, which show tenant code and nothing of the runtime's.
 *
 * The engine asks one function for the text of each stack. That is ours, and tenant code cannot put another in
 * its place: it would be given the frames, and with them the runtime's own functions. So setting
 * `Error.prepareStackTrace` has no effect.
 */
import * as p from "./primordials";

interface Site {
  getFileName(): unknown;
  getFunctionName(): unknown;
  getLineNumber(): unknown;
  getColumnNumber(): unknown;
  isNative(): boolean;
}

type Prepare = (error: object, sites: Site[]) => unknown;

const holder = Error as unknown as {
  prepareStackTrace: Prepare | undefined;
  captureStackTrace(target: object): void;
};
const { captureStackTrace } = holder;

holder.prepareStackTrace = (_, sites) => sites;
const sample = (new Error().stack as unknown as Site[])[0]!;
const { getFileName, getFunctionName, getLineNumber, getColumnNumber, isNative } = p.getPrototypeOf(
  sample,
) as Site;
const fileOf = p.uncurry(getFileName);
const functionOf = p.uncurry(getFunctionName);
const lineOf = p.uncurry(getLineNumber);
const columnOf = p.uncurry(getColumnNumber);
const isNativeSite = p.uncurry(isNative);
/** The name under which this script is evaluated. */
const OURS = fileOf(sample);

function lineFor(site: Site): string {
  const name = functionOf(site);
  const shown = typeof name === "string" && name !== "" ? name : "<anonymous>";
  if (isNativeSite(site)) return `    at ${shown} (native)`;
  return `    at ${shown} (${fileOf(site) as string}:${lineOf(site) as number}:${columnOf(site) as number})`;
}

holder.prepareStackTrace = (_, sites) => {
  let made = "";
  for (let i = 0; i < sites.length; i++) {
    const site = sites[i]!;
    if (fileOf(site) === OURS) continue;
    // what the runtime calls through a function of the engine's
    const below = sites[i + 1];
    if (below !== undefined && isNativeSite(site) && fileOf(below) === OURS) continue;
    made += made === "" ? lineFor(site) : `\n${lineFor(site)}`;
  }
  return made;
};
p.define(Error, "prepareStackTrace", undefined, false);

/** What `run` gives. What it throws many calls of the runtime's deep was thrown by tenant code's call of it. */
export function located<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (p.isThrowable(error) && p.attempt(() => error.stack) === "") p.define(error, "stack", here(), false);
    throw error;
  }
}

/** Where tenant code is now. */
export function here(): string {
  const target = p.record();
  captureStackTrace(target);
  return target["stack"] as string;
}
