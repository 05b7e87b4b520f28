/** What the host does of cryptography: its errors are DOMExceptions here, its bytes are ours. */
import * as p from "../primordials";
import { askRuntime } from "../rpc";
import type { Algorithm } from "./crypto_algorithm";
import type { KeyState } from "./crypto_key";

const DOM_ERRORS = p.record();
for (const name of ["DataError", "InvalidAccessError", "NotSupportedError", "OperationError"]) {
  DOM_ERRORS[name] = true;
}

/** Ask for an operation. */
export async function ask(method: string, ...args: unknown[]): Promise<unknown> {
  try {
    return await askRuntime(method, p.setPrototypeOf(args, null) as unknown[]);
  } catch (reason) {
    const { name, message } = reason as Error;
    if (DOM_ERRORS[name] === true) throw new p.NativeDOMException(message, name);
    throw new p.NativeDOMException("the operation failed", "OperationError");
  }
}

/** Ask for an operation that gives bytes. */
export async function askBytes(method: string, ...args: unknown[]): Promise<Uint8Array<ArrayBuffer>> {
  return new p.NativeUint8Array((await ask(method, ...args)) as ArrayBuffer);
}

/** An algorithm as the host reads it: bytes and numbers, and what the key adds. */
export function described(algorithm: Algorithm, key?: KeyState): Record<string, unknown> {
  const made = p.record();
  const names = p.keys(algorithm);
  for (let i = 0; i < names.length; i++) {
    const value = (algorithm as unknown as Record<string, unknown>)[names[i]!];
    made[names[i]!] = value;
  }
  if (key !== undefined) {
    if (key.hash !== undefined && made["hash"] === undefined) made["hash"] = key.hash;
    if (key.namedCurve !== undefined) made["namedCurve"] = key.namedCurve;
  }
  return made;
}

/** A key as the host reads it. */
export function keyData(key: KeyState): Record<string, unknown> {
  const made = p.record();
  made["type"] = key.type;
  made["data"] = key.data;
  return made;
}
