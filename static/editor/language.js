// What a file is written in, by the ending of its name.

import { javascript } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";

const ENDING = /\.([a-z]+)$/i;
const CODE = { js: "js", mjs: "js", ts: "ts", mts: "ts", json: "json" };

/** "js", "ts", "json" or "text". A name without an ending is JavaScript, as it is when it is imported. */
export function languageOf(name) {
  const ending = ENDING.exec(name)?.[1].toLowerCase();
  return ending === undefined ? "js" : (CODE[ending] ?? "text");
}

/** The editor's extensions for a language. */
export function grammar(language) {
  if (language === "json") return json();
  return language === "text" ? [] : javascript({ typescript: language === "ts" });
}
