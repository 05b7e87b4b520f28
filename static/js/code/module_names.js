// Which file an import means: for the page, where no editor may have loaded, and for the editor's plan. Pure.

const ENDINGS = ["", ".js", ".ts", ".mjs", ".mts"];

/** The name of the file that `specifier` means in the file `from`, or null. `files` has them by name. */
export function nameOf(from, specifier, files) {
  if (!/^\.{0,2}\//.test(specifier)) return Object.hasOwn(files, specifier) ? specifier : null;
  const path = specifier.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") path.pop();
    else if (part !== "." && part !== "") path.push(part);
  }
  const whole = path.join("/");
  return ENDINGS.map((ending) => whole + ending).find((name) => Object.hasOwn(files, name)) ?? null;
}
