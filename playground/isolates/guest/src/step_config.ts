/** A step's configuration, where it is simple enough that the host will say the same of it. */
import * as p from "./primordials";

/** What a callback is told of its step, times in ms; the twin of `StepConfig.as_json` of the engine. */
export interface StepConfig {
  retries: { limit: number; delay: number; backoff: string };
  timeout: number;
  sensitive?: "output";
}

const LONGEST_MS = 365 * 86_400_000;
const MOST_RETRIES = 10_000;
const SIZES: [unit: string, ms: number][] = [
  ["second", 1000],
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
];
const DURATION = /^(\d{1,9}) ?(second|minute|hour|day)s?$/;

/** What holds where nothing is said. */
export const defaults = (): StepConfig => ({
  retries: { limit: 5, delay: 1000, backoff: "exponential" },
  timeout: 600_000,
});

/** The configuration that `given`, a copy of a tenant's, comes to; undefined where only the host can say. */
export function resolved(given: unknown): StepConfig | undefined {
  const config = defaults();
  const keys = fields(given);
  if (keys === undefined) return undefined;
  for (let i = 0; i < keys.length; i++) {
    const value = (given as Record<string, unknown>)[keys[i]!];
    if (keys[i] === "timeout") {
      const timeout = duration(value);
      if (!timeout) return undefined;
      config.timeout = timeout;
    } else if (keys[i] === "sensitive" && value === "output") {
      config.sensitive = value;
    } else if (keys[i] !== "retries" || !takeRetries(config, value)) return undefined;
  }
  return config;
}

function takeRetries(config: StepConfig, given: unknown): boolean {
  const keys = fields(given);
  if (keys === undefined) return false;
  if (!p.hasOwn(given as object, "limit") || !p.hasOwn(given as object, "delay")) return false;
  for (let i = 0; i < keys.length; i++) {
    const value = (given as Record<string, unknown>)[keys[i]!];
    if (keys[i] === "limit") {
      if (!p.isInteger(value) || (value as number) < 0 || (value as number) > MOST_RETRIES) return false;
      config.retries.limit = value as number;
    } else if (keys[i] === "delay") {
      const delay = duration(value);
      if (delay === undefined) return false;
      config.retries.delay = delay;
    } else if (keys[i] !== "backoff" || !isBackoff(value)) {
      return false;
    } else config.retries.backoff = value;
  }
  return true;
}

const isBackoff = (value: unknown): value is string =>
  value === "constant" || value === "linear" || value === "exponential";

/** The names of a plain object's properties. */
function fields(given: unknown): string[] | undefined {
  if (typeof given !== "object" || given === null || p.isArray(given)) return undefined;
  return p.getPrototypeOf(given) === p.ObjectPrototype ? p.keys(given) : undefined;
}

/** Whole ms. */
function duration(value: unknown): number | undefined {
  if (typeof value === "number") {
    return p.isInteger(value) && value >= 0 && value <= LONGEST_MS ? value : undefined;
  }
  if (typeof value !== "string") return undefined;
  const found = p.regexpExec(DURATION, value);
  if (found === null) return undefined;
  for (let i = 0; i < SIZES.length; i++) {
    if (SIZES[i]![0] !== found[2]) continue;
    const ms = +found[1]! * SIZES[i]![1];
    return ms <= LONGEST_MS ? ms : undefined;
  }
  return undefined;
}
