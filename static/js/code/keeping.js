// Keeping what stands in the editor among the versions, before something else takes its place.

import { because } from "../base/refusal.js";
import * as api from "../state/api.js";
import { toast } from "../base/toasts.js";

/** Says so where it cannot be kept; nothing is thrown. */
export async function keepPresent(page) {
  const session = page.session.id();
  if (session === null) return;
  try {
    await api.keepVersion(session, page.source.files());
  } catch (error) {
    toast(because("What stood here is not among the versions", error), { kind: "bad" });
  }
}
