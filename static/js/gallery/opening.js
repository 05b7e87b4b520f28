// Opening an example: it takes the place of what stands in the editor, and that is never lost.

import { because } from "../base/refusal.js";
import * as api from "../state/api.js";
import { byId } from "../base/dom.js";
import { toast } from "../base/toasts.js";
import { getExample } from "./examples.js";
import { closeNote, showNote } from "./note.js";

/**
 * Put the example of that id into the editor; answers whether it is there. What stood there before is kept as a version, and comes
 * back by Undo. `quiet`: without the note of what to try.
 */
export async function openExample(page, id, { quiet = false } = {}) {
  let example;
  let kept;
  const before = { ...page.source.files(), payload: byId("payload").value };
  try {
    example = await getExample(id);
    kept = await keep(page, before);
  } catch (error) {
    toast(because("Not opened", error), { kind: "bad" });
    return false;
  }
  page.source.clear();
  page.write({ files: example.files, main: example.main, payload: JSON.stringify(example.payload, null, 2) });
  page.show("code");
  const note = quiet ? null : showNote(example);
  const undo = () => {
    page.write(before);
    note?.close();
  };
  if (quiet) closeNote();
  toast(`“${example.title}” is open.${kept ? " What stood here before is among the versions." : ""}`, { action: { label: "Undo", run: undo } });
  return true;
}

/** Keep it among the versions, for which a session begins where something was typed; answers whether there was anything to keep. */
async function keep(page, before) {
  if (page.session.id() === null && !page.draft.dirty()) return false;
  await api.keepVersion(await page.session.ensure(), before);
  return true;
}
