/**
 * What is there without declarations of its own: a class of the engine's, and packages written in
 * JavaScript.
 */

declare class DOMException extends Error {
  constructor(message?: string, name?: string);
  readonly code: number;
}

declare module "core-js-pure/actual/url";
declare module "core-js-pure/actual/url-search-params";
declare module "event-target-shim";
