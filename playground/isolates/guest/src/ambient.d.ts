/**
 * What is there without declarations of its own: a class of the engine's, and packages written in
 * JavaScript.
 */

declare class DOMException extends Error {
  constructor(message?: string, name?: string);
  readonly code: number;
}

declare module "whatwg-url/webidl2js-wrapper.js";
