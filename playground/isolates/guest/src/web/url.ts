/** URL, URLSearchParams and URLPattern: whatwg-url, the standard's reference, and urlpattern-polyfill. */
import "./url_globals";
import wrappers from "whatwg-url/webidl2js-wrapper.js";
import { URLPattern } from "urlpattern-polyfill/urlpattern";
import { refuse } from "../encoder";
import * as p from "../primordials";

export interface URL {
  readonly href: string;
}

export type URLSearchParams = object;

interface Classes {
  URL: new (url: string, base?: string) => URL;
  URLSearchParams: new (init?: unknown) => URLSearchParams;
}

const classes = { Array, Object, Promise, String, TypeError } as unknown as Classes;
wrappers.URL.install(classes, ["Worker"]);
wrappers.URLSearchParams.install(classes, ["Worker"]);

export const { URL, URLSearchParams } = classes;
export { URLPattern };
for (const kind of [URL, URLSearchParams, URLPattern]) refuse(kind as unknown as { prototype: object });

// the patterns' library finds it on `globalThis` when it matches
p.define(globalThis, "URL", URL, false);
