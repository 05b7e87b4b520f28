/** Event, EventTarget and AbortController: the packages event-target-shim and abort-controller. */
export { Event, EventTarget } from "event-target-shim";
export { AbortController, AbortSignal } from "abort-controller/dist/abort-controller.mjs";
