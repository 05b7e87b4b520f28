// Who draws what of the page: one line for each part. A part is `mount(page)` and may answer `{ update(scene) }` (see page.js).

import { mountAnnouncements } from "./base/announce.js";
import { mountConsole } from "./console/console.js";
import { mountConflict } from "./code/conflict_note.js";
import { mountDebug } from "./debug/debug.js";
import { mountCompare } from "./compare/compare.js";
import { mountEdit } from "./edit/edit.js";
import { mountFiles } from "./code/file_tabs.js";
import { mountEditing } from "./code/editing.js";
import { mountMarks } from "./code/step_marks.js";
import { mountTools } from "./code/tools.js";
import { mountVersionNote } from "./code/version_note.js";
import { mountGallery } from "./gallery/gallery_part.js";
import { mountMissingParts } from "./shell/missing_parts.js";
import { mountNavigation } from "./shell/navigation.js";
import { mountPalette } from "./shell/palette_part.js";
import { mountRunCommands } from "./run/run_commands.js";
import { mountPayload } from "./code/payload_pane.js";
import { mountRunDetails } from "./panel/run_details.js";
import { mountRunPane } from "./run/run_pane.js";
import { mountCodeLink } from "./share/code_link.js";
import { mountForking } from "./share/forking.js";
import { mountShare } from "./share/share.js";
import { mountShortcuts } from "./shell/shortcuts.js";
import { mountTour } from "./tour/tour_part.js";
import { mountStory } from "./story/story.js";
import { mountChecklistView } from "./views/checklist_view.js";
import { mountLaterViews } from "./views/later_views.js";

/**
 * In the order in which they are mounted and drawn; views show their tabs in this order too. The log is the last: it measures its rows,
 * and what is changed after that has the browser lay out all of the page anew.
 */
export const PARTS = [mountRunPane, mountEdit, mountCompare, mountDebug, mountChecklistView, mountLaterViews, mountStory, mountRunDetails, mountMarks, mountEditing, mountFiles, mountPayload, mountTools, mountConflict, mountVersionNote, mountRunCommands, mountGallery, mountPalette, mountAnnouncements, mountShare, mountForking, mountCodeLink, mountNavigation, mountShortcuts, mountTour, mountMissingParts, mountConsole];
