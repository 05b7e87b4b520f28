/** What the libraries of URLs take from `globalThis` while they are evaluated; so this comes before them. */
import * as p from "../primordials";
import { TextEncoder } from "./encoding";
import { TextDecoder } from "./text_decoder";

p.define(globalThis, "TextDecoder", TextDecoder, false);
p.define(globalThis, "TextEncoder", TextEncoder, false);
