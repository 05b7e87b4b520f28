// A text as a file of the visitor's.

import { h } from "./dom.js";

/** `parts`: texts or bytes, one behind the other; `type` a media type. */
export function saveFile(name, parts, type) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = h("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
