// What was called where an error was thrown: the engine only says that it is no function. Pure.

import { PLACE } from "./places.js";

const NATIVE = /^at ([\w$]+) \(native\)$/;
const NAME = /^[\w$#]+(?=\s*(?:\?\.)?\()/;
const OBJECT = /(?:[\w$#]+\??\.)*$/;

/**
 * `{ name }` of the expression that was called, or `{ by }`, the function of the language that was given what is none, by the first line
 * of a stack; null where neither is to be seen. `lineAt(line, module)` is a line of the code, or undefined.
 */
export function calledBy(frame, lineAt) {
  const native = NATIVE.exec(frame);
  if (native !== null) return { by: native[1] };
  const place = PLACE.exec(frame);
  const line = place?.[3] === undefined ? undefined : lineAt(Number(place[2]), place[1]);
  const name = line === undefined ? null : expressionAt(line, Number(place[3]));
  return name === null ? null : { name };
}

/** The name that is called at `column`, counted from 1, with what it is read from. */
function expressionAt(line, column) {
  const before = line.slice(0, column - 1);
  const name = NAME.exec(line.slice(column - 1))?.[0];
  if (name === undefined || /[\w$#]$/.test(before)) return null;
  const object = OBJECT.exec(before)[0];
  return (object === "" && before.endsWith(".") ? "…." : object) + name;
}
