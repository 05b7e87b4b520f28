/** The classes of fetch. https://fetch.spec.whatwg.org/ */
export { Headers } from "./headers";
export { Request } from "./request";
export { Response } from "./response";
