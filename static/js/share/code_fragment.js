// Code in a link's fragment: compressed, so that it carries itself and nothing is stored anywhere. Pure.
//
// `#code=1.<base64url of deflate-raw of JSON>`; the number is the format's version. What comes in is a stranger's: it is
// unpacked up to a limit, checked whole, and never run.

const VERSION = "1";
const PREFIX = `code=${VERSION}.`;
/** Characters of a fragment that are looked at, and bytes that it may unpack to. */
export const LONGEST = 512 * 1024;
export const LARGEST = 1024 * 1024;
const MOST_FILES = 100;
const LONGEST_NAME = 200;

/** Why a fragment is refused, in words for people. */
export class BadFragment extends Error {}

/** The fragment of `{ files, main, payload }` without its `#`; null where the code is larger than what opens again. */
export async function toFragment({ files, main, payload }) {
  const text = JSON.stringify({ files, main, payload });
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > LARGEST) return null;
  const packed = await through(bytes, new CompressionStream("deflate-raw"), Infinity);
  const fragment = PREFIX + toBase64Url(packed);
  return fragment.length > LONGEST ? null : fragment;
}

/** Whether a fragment says that it carries code, whatever else is wrong with it. */
export const carriesCode = (fragment) => fragment.startsWith("code=");

/** `{ files, main, payload }` of a fragment without its `#`; raises `BadFragment`. */
export async function fromFragment(fragment) {
  if (!fragment.startsWith(PREFIX)) throw new BadFragment("It was made by another version of the playground.");
  if (fragment.length > LONGEST) throw new BadFragment("It is longer than what is opened here.");
  const packed = fromBase64Url(fragment.slice(PREFIX.length));
  let text;
  try {
    const bytes = await through(packed, new DecompressionStream("deflate-raw"), LARGEST);
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw error instanceof BadFragment ? error : new BadFragment("A part of it is missing.");
  }
  return checked(text);
}

function checked(text) {
  let code;
  try {
    code = JSON.parse(text);
  } catch {
    throw new BadFragment("A part of it is missing.");
  }
  const entries = isObject(code) && isObject(code.files) ? Object.entries(code.files) : [];
  const named = entries.every(([name]) => name.length >= 1 && name.length <= LONGEST_NAME);
  const known = entries.every(([, content]) => typeof content === "string" || isModule(content));
  if (entries.length < 1 || entries.length > MOST_FILES || !named || !known) throw new BadFragment("It holds no code.");
  if (typeof code.main !== "string" || !Object.hasOwn(code.files, code.main)) throw new BadFragment("It holds no code.");
  return { files: Object.fromEntries(entries), main: code.main, payload: typeof code.payload === "string" ? code.payload : "" };
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isModule = (value) => isObject(value) && Object.keys(value).length === 1;

async function through(bytes, transform, most) {
  const writer = transform.writable.getWriter();
  // what goes wrong is told where it is read
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const reader = transform.readable.getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      reader.cancel().catch(() => {});
      throw new BadFragment("It unpacks to more than what is opened here.");
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function toBase64Url(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new BadFragment("A part of it is missing.");
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch {
    throw new BadFragment("A part of it is missing.");
  }
}
