/** What was thrown, as a clean record: it may be anything at all. */
import * as p from "./primordials";

/** Longest message, name and stack that leave the isolate, in UTF-16 units. */
const MESSAGE = 16384;
const NAME = 256;
const STACK = 16384;

/** `code` of errors that stop a step's retries whatever their name is. */
export const NON_RETRYABLE = "NON_RETRYABLE";
const nonRetryable = new p.NativeWeakSet<object>();

/** Remember that an error stops a step's retries. */
export function stopsRetries(error: object): void {
  p.weakSetAdd(nonRetryable, error);
}

export interface ErrorText {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
}

/** The texts of an error. Getters of the tenant's that throw, and what is no text, do no harm. */
export function errorText(error: Error): ErrorText {
  const name = textOf(p.attempt(() => error.name) ?? "Error", NAME) || "Error";
  const message = textOf(p.attempt(() => error.message) ?? "", MESSAGE);
  const stack = p.attempt(() => error.stack);
  const code = p.weakSetHas(nonRetryable, error)
    ? NON_RETRYABLE
    : p.attempt(() => (error as { code?: unknown }).code);
  return {
    name,
    message,
    stack: typeof stack === "string" && stack !== "" ? p.slice(stack, 0, STACK) : undefined,
    code: typeof code === "string" ? p.slice(code, 0, NAME) : undefined,
  };
}

/** `thrown`, or where it is no error, one whose message is its text. */
export function asError(thrown: unknown): Error {
  if (p.isThrowable(thrown)) return thrown;
  const error = new p.NativeError(textOf(thrown, MESSAGE));
  p.define(error, "stack", "", false);
  return error;
}

/** An error with these texts and nothing else. */
export function bareError(text: ErrorText): Error {
  const error = new p.NativeError(text.message);
  p.define(error, "name", text.name, false);
  p.define(error, "stack", text.stack ?? "", false);
  if (text.code !== undefined) p.define(error, "code", text.code, false);
  return error;
}

function textOf(value: unknown, limit: number): string {
  if (typeof value === "string") return p.slice(value, 0, limit);
  const text = p.attempt(() => p.NativeString(value));
  return text === undefined ? "an object that has no text" : p.slice(text, 0, limit);
}
