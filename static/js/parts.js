// Who draws what of the page: one line for each part. A part is `mount(page)` and may answer `{ update(scene) }` (see page.js).

import { mountAnnouncements } from "./base/announce.js";
import { mountConsole } from "./console/console.js";
import { mountConflict } from "./code/conflict_note.js";
import { mountFiles } from "./code/file_tabs.js";
import { mountMarks } from "./code/step_marks.js";
import { mountTools } from "./code/tools.js";
import { mountVersionNote } from "./code/version_note.js";
import { mountNavigation } from "./shell/navigation.js";
import { mountRunPane } from "./run/run_pane.js";
import { mountShare } from "./share/share.js";
import { mountShortcuts } from "./shell/shortcuts.js";
import { mountChecklistView } from "./views/checklist_view.js";

/** In the order in which they are mounted and drawn; views show their tabs in this order too. */
export const PARTS = [mountRunPane, mountChecklistView, mountConsole, mountMarks, mountFiles, mountTools, mountConflict, mountVersionNote, mountAnnouncements, mountShare, mountNavigation, mountShortcuts];
