// Places in the code of the run that is looked at, as errors name them.

/** A place as stacks and messages write it: its module, its line and, where that is known, its column. */
export const PLACE = /([\w./-]+\.[cm]?[jt]s):(\d+)(?::(\d+))?/;
const ALONE = /^index\.[jt]s$/;

/** `page` as in page.js. */
export function createPlaces(page) {
  const code = () => page.model.get().codes[page.model.get().selected] ?? null;

  return {
    go: page.goToLine,
    /** Whether the code is known already: where it is not, nothing of it is said. */
    known: () => code() !== null,
    /** The text of a line, counted from 1; undefined where it is not known. */
    lineAt(line, module) {
      const { modules, main } = code() ?? { modules: {} };
      const text = modules[ALONE.test(module) && Object.keys(modules).length === 1 ? main : module];
      return typeof text === "string" ? text.split("\n")[line - 1] : undefined;
    },
    /** What the visitor calls a module: a workflow of one file runs as index.js, whatever its tab says. */
    nameOf(module) {
      const { files, main } = page.source.files();
      return ALONE.test(module) && Object.keys(files).length === 1 ? main : module;
    },
  };
}
