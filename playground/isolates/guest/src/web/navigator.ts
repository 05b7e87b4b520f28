/** `navigator`. https://developers.cloudflare.com/workers/runtime-apis/web-standards/#navigatoruseragent */
import { refuse } from "../encoder";
import * as p from "../primordials";
import { illegal, shape } from "./webidl";

const KEY = {};
const LANGUAGES = p.freeze(["en"]);

export class Navigator {
  readonly #own = true;

  constructor(key?: object) {
    if (key !== KEY) throw new p.NativeTypeError("Illegal constructor");
  }

  get userAgent(): string {
    return #own in this ? "Cloudflare-Workers" : illegal("Navigator");
  }

  get language(): string {
    return #own in this ? "en" : illegal("Navigator");
  }

  get languages(): readonly string[] {
    return #own in this ? LANGUAGES : illegal("Navigator");
  }

  /** Nobody is told how many processors there are. */
  get hardwareConcurrency(): number {
    return #own in this ? 1 : illegal("Navigator");
  }
}
shape(Navigator, "Navigator");
refuse(Navigator);

export const navigator = new Navigator(KEY);
