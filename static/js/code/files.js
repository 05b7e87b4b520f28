// The files of a workflow as plain data: `{ files, main }`, files by name in the order of their tabs. What a file holds is its
// text, or an object of one key, its kind, where an API client has sent one that no text stands for ({ data: base64 }).

export const MOST_FILES = 100;
const LONGEST_NAME = 120;
const ENDING = /\.([a-z]+)$/i;
const LANGUAGES = { js: "js", mjs: "js", ts: "ts", mts: "ts", json: "json" };
const TEXTS = ["txt", "md", "html", "css", "csv", "sql"];
const REFUSED = {
  jsx: "JSX is not supported. Call the functions that it stands for, in a .js file.",
  tsx: "JSX is not supported. Call the functions that it stands for, in a .ts file.",
  cjs: "CommonJS is not supported. Write an ES module, in a .js file.",
  cts: "CommonJS is not supported. Write an ES module, in a .ts file.",
  wasm: "WebAssembly is not supported.",
  py: "Python is not supported here.",
};

/** "js", "ts", "json" or "text"; a name without an ending is JavaScript, as it is when it is imported. */
export function languageOf(name) {
  const ending = ENDING.exec(name)?.[1].toLowerCase();
  return ending === undefined ? "js" : (LANGUAGES[ending] ?? "text");
}

/** Whether a run can begin in a file of that name. */
export const canBeMain = (name) => languageOf(name) === "js" || languageOf(name) === "ts";

/** The code that the page came with: `data.files` without the main file's text, which stands in the field. */
export function startingCode({ files, main }, text) {
  return { files: Object.fromEntries(Object.entries(files).map(([name, content]) => [name, name === main ? text : content])), main };
}

/** Why no file can be called that beside those of `taken`, or null. */
export function nameTrouble(name, taken) {
  if (name === "") return "A file needs a name.";
  if (name.length > LONGEST_NAME) return `A name has at most ${LONGEST_NAME} characters.`;
  if (!/^[\w@.-]+(\/[\w@.-]+)*$/.test(name)) return "A name is letters, digits, . _ - and @, with / between folders.";
  if (name.split("/").some((part) => /^\.+$/.test(part))) return "A name is a path below the root, without . and ..";
  const ending = ENDING.exec(name)?.[1].toLowerCase();
  if (ending in REFUSED) return REFUSED[ending];
  if (!(ending in LANGUAGES) && !TEXTS.includes(ending)) return "A name ends in .js, .ts, .json, .txt, .md, .html, .css, .csv or .sql.";
  return taken.includes(name) ? "There is a file of that name." : null;
}

/** The name for a new file: file.ts, file2.ts, …, in the language of the main one. */
export function newName({ files, main }) {
  const ending = languageOf(main) === "ts" ? "ts" : "js";
  for (let number = 1; ; number += 1) {
    const name = `file${number === 1 ? "" : number}.${ending}`;
    if (!Object.hasOwn(files, name)) return name;
  }
}

/** The name in the other of JavaScript and TypeScript; null where it is in neither. */
export function switched(name) {
  const language = languageOf(name);
  if (language !== "js" && language !== "ts") return null;
  const other = language === "js" ? "ts" : "js";
  return ENDING.test(name) ? name.replace(/([jt])s$/i, other) : `${name}.${other}`;
}

/** `files` with their names in another order or other words: `names` pairs each old one with its new one. */
const rebuilt = (files, names) => Object.fromEntries(names.map(([from, to]) => [to, files[from]]));

export function renamed({ files, main }, from, to) {
  return { files: rebuilt(files, Object.keys(files).map((name) => [name, name === from ? to : name])), main: main === from ? to : main };
}

/** The file of that name at another place among the tabs. */
export function moved({ files, main }, name, place) {
  const names = Object.keys(files).filter((each) => each !== name);
  names.splice(Math.max(0, Math.min(place, names.length)), 0, name);
  return { files: rebuilt(files, names.map((each) => [each, each])), main };
}

/** A file more, at `place` (the end where there is none). */
export function added({ files, main }, name, content, place = Infinity) {
  return moved({ files: { ...files, ...Object.fromEntries([[name, content]]) }, main }, name, place);
}

/** A file less. Where it was the main one, that is the first that can be; the only such file stays. */
export function removed(code, name) {
  if (deletionTrouble(code, name) !== null) return code;
  const left = Object.entries(code.files).filter(([each]) => each !== name);
  return { files: Object.fromEntries(left), main: name === code.main ? left.find(([each]) => canBeMain(each))[0] : code.main };
}

/** Why the file cannot be deleted, or null. */
export function deletionTrouble({ files, main }, name) {
  if (Object.keys(files).length === 1) return "This is the only file.";
  const others = Object.keys(files).filter((each) => each !== name && canBeMain(each));
  return name === main && others.length === 0 ? "The run begins here, and no other file can take its place." : null;
}

/** Whether two are the same to the letter, with the order of their tabs. */
export function sameFiles(one, other) {
  const [a, b] = [Object.entries(one.files), Object.entries(other.files)];
  return one.main === other.main && a.length === b.length && a.every(([name, content], at) => name === b[at][0] && sameContent(content, b[at][1]));
}

const sameContent = (one, other) => one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));

/** Whether two run the same: what is in which file, in any order. The only file may be called what it likes. */
export function sameCode(one, other) {
  const [a, b] = [canonical(one), canonical(other)];
  const names = Object.keys(a.files);
  if (a.main !== b.main || names.length !== Object.keys(b.files).length) return false;
  return names.every((name) => Object.hasOwn(b.files, name) && sameContent(a.files[name], b.files[name]));
}

/** As it is run: the only file is index.js or index.ts (see `toRun`). */
function canonical({ files, main }) {
  const names = Object.keys(files);
  if (names.length > 1 || typeof files[main] !== "string") return { files, main };
  const name = languageOf(main) === "ts" ? "index.ts" : "index.js";
  return { files: { [name]: files[main] }, main: name };
}

/** What `POST /api/run` takes: one file as `source`, several as `modules`. */
export function toRun({ files, main }) {
  if (Object.keys(files).length === 1 && typeof files[main] === "string") return { source: files[main], language: languageOf(main) };
  return { modules: files, main };
}

/** A version's modules as files to edit: the only one of a run of one source is `name`, else workflow.js or .ts. */
export function fromVersion({ modules, main }, name = "workflow") {
  if (Object.keys(modules).length > 1 || !/^index\.[jt]s$/.test(main)) return { files: modules, main };
  const named = `${name.replace(/\.[jt]s$/, "")}.${main.slice(-2)}`;
  return { files: Object.fromEntries([[named, modules[main]]]), main: named };
}

/** What a reader is shown of a file. */
export function shownText(content) {
  if (typeof content === "string") return content;
  const [kind, value] = Object.entries(content ?? {})[0] ?? ["", ""];
  if (kind === "data") return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** How two differ, file by file: `{ name, before, after, change }`, `change` "same", "changed", "added" or "deleted". */
export function fileChanges(before, after) {
  const only = [before, after].every(({ files }) => Object.keys(files).length === 1);
  if (only) return [fileChange(after.main, before.files[before.main], after.files[after.main])]; // whatever it is called
  const names = [...new Set([...Object.keys(after.files), ...Object.keys(before.files)])];
  const of = ({ files }, name) => (Object.hasOwn(files, name) ? files[name] : undefined);
  return names.map((name) => fileChange(name, of(before, name), of(after, name)));
}

function fileChange(name, before, after) {
  const [was, is] = [before, after].map((content) => (content === undefined ? "" : shownText(content)));
  const change = before === undefined ? "added" : after === undefined ? "deleted" : sameContent(before, after) ? "same" : "changed";
  return { name, before: was, after: is, change };
}
