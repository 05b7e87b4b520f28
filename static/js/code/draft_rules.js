// What to do about a draft that may have been changed elsewhere. Nothing is decided by who was last.

import { sameFiles } from "./files.js";

/** Whether two drafts, `{ files, main, payload }`, are the same to the letter. */
export const sameDraft = (one, other) => one.payload === other.payload && sameFiles(one, other);

/**
 * `base` is what the text here was made from, `here` what stands in the editor, `there` what the server has (`base` and `there`
 * with a `revision`). Answers
 *   "known"     there is nothing new
 *   "same"      what is there is what stands here: it is the base from now on
 *   "take"      nothing was typed here: the editor follows
 *   "rebase"    only the number is new: what was typed here can be saved on it
 *   "conflict"  both were changed: somebody has to say
 */
export function judge(base, here, there) {
  if (there.revision <= base.revision) return "known";
  if (sameDraft(here, there)) return "same";
  if (sameDraft(here, base)) return "take";
  return sameDraft(base, there) ? "rebase" : "conflict";
}

/** A stored draft that can be used, or null: those of earlier releases have one source. */
export function readKept(text) {
  let kept;
  try {
    kept = JSON.parse(text);
  } catch {
    return null;
  }
  if (kept === null || typeof kept !== "object" || typeof kept.payload !== "string") return null;
  if (typeof kept.source === "string") {
    const main = kept.language === "ts" ? "workflow.ts" : "workflow.js";
    return kept.unsaved === true ? { files: { [main]: kept.source }, main, payload: kept.payload, base: null, time: 0 } : null;
  }
  const { files, main, payload, base = null, time = 0 } = kept;
  if (files === null || typeof files !== "object" || !Object.hasOwn(files, main)) return null;
  return { files, main, payload, base, time };
}
