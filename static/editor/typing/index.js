// What TypeScript's service brings to the editor. Before its worker is there, and where it never comes, the editor
// knows what stands in completions.js.

import { createTypes } from "../service/client.js";
import { callHelp } from "./call.js";
import { typedCompletions } from "./completion.js";
import { typedDefinition } from "./definition.js";
import { typedHover } from "./hover.js";
import { createProblems } from "./problems.js";
import { typedRename } from "./rename.js";

/**
 * `documents()` are those of the editor (documents.js), `onGo({ name, from, to })` shows a place in them,
 * `hearsProblems()` answers what hears of mistakes: `(name, list)`, or nothing. Answers `{ types, extensions, completions,
 * problems, does }`; `does` are commands of the editor's view.
 */
export function createTyping({ documents, onGo, hearsProblems }) {
  const texts = () => new Map(documents().names().map((name) => [name, documents().state(name).doc]));
  const types = createTypes({ texts, onReady: () => problems.recheck() });
  const name = () => documents().shown();
  const problems = createProblems(types, documents, hearsProblems);
  const hover = typedHover(types, name);
  const definition = typedDefinition(types, name, onGo);
  const rename = typedRename(types, documents);
  return {
    types,
    problems,
    completions: typedCompletions(types, name),
    does: { explain: hover.run, definition: definition.run, rename: rename.run },
    extensions: [problems.extension, hover.extension, callHelp(types, name), definition.extension, rename.extension],
  };
}
