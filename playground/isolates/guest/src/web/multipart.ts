/** Forms as multipart/form-data. https://html.spec.whatwg.org/#multipart-form-data, RFC 7578 */
import { now } from "../context";
import * as p from "../primordials";
import { bytesOfBlob, type File, fileOf, nameOfFile, typeOfBlob } from "./blob";
import type { Entry, Field } from "./form_data";
import { decodeUtf8, encodeUtf8 } from "./encoding";
import { joined } from "./gathering";
import { replaced } from "./text_replace";

const FORM = /^[\t\n\r ]*multipart\/form-data[\t\n\r ]*(?:;|$)/i;
const BOUNDARY = /;[\t\n\r ]*boundary=(?:"((?:[^"\\]|\\[^])*)"|([^;\t\n\r ]+))/i;
const LINE_ENDS = /\r\n?|\n/g;
const SPECIAL = /[\r\n"]/g;
const ESCAPED = /%0A|%0D|%22/gi;
const DISPOSITION = /^form-data(?=[\t ]*(?:;|$))/i;
const PARAMETER = /;[\t ]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:"((?:[^"\r\n])*)"|([^;"\t ]+))/g;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([^]*?)[\t ]*$/;
const CR = 13;
const LF = 10;
const DASH = 45;
const lower = p.uncurry(String.prototype.toLowerCase);
const indexOf = p.uncurry(p.NativeUint8Array.prototype.indexOf) as (
  self: Uint8Array,
  byte: number,
  from: number,
) => number;

const crlf = (): string => "\r\n";

function escaped(name: string): string {
  return replaced(SPECIAL, name, (unit) => (unit === '"' ? "%22" : unit === "\r" ? "%0D" : "%0A"));
}

function newBoundary(): string {
  const { random } = now();
  let digits = "";
  while (digits.length < 24) digits += p.slice(`${p.floor(1e12 + random.number() * 9e12)}`, 1);
  return `----formdata-${p.slice(digits, 0, 24)}`;
}

/** A form's text where there are no files in it, else its bytes. */
export function writeMultipart(entries: ArrayLike<Entry>): { data: string | Uint8Array; boundary: string } {
  const boundary = newBoundary();
  const chunks = p.list<Uint8Array>();
  let total = 0;
  let text = "";
  const add = (chunk: Uint8Array): void => {
    chunks[chunks.length] = chunk;
    total += p.bytesLength(chunk);
  };
  for (let i = 0; i < entries.length; i++) {
    // the runtime's lists have no iterator
    const name = entries[i]![0];
    const field = entries[i]![1];
    const normal = escaped(replaced(LINE_ENDS, name, crlf));
    text += `--${boundary}\r\nContent-Disposition: form-data; name="${normal}"`;
    if (typeof field === "string") {
      text += `\r\n\r\n${replaced(LINE_ENDS, field, crlf)}\r\n`;
      continue;
    }
    const type = typeOfBlob(field) || "application/octet-stream";
    text += `; filename="${escaped(nameOfFile(field))}"\r\nContent-Type: ${type}\r\n\r\n`;
    add(encodeUtf8(text));
    add(bytesOfBlob(field));
    text = "\r\n";
  }
  text += `--${boundary}--\r\n`;
  if (chunks.length === 0) return { data: text, boundary };
  add(encodeUtf8(text));
  return { data: joined(chunks, total), boundary };
}

/** The boundary that a content-type of a form names; undefined for other types. */
export function boundaryOf(type: string): string | undefined {
  if (p.regexpTest(FORM, type) === null) return undefined;
  const found = p.regexpTest(BOUNDARY, type) as (string | undefined)[] | null;
  const boundary = found === null ? undefined : (found[1] ?? found[2]);
  if (boundary === undefined || boundary === "") {
    throw new p.NativeTypeError("the content-type of the form has no boundary");
  }
  return boundary;
}

/** Read a form's fields. Throws a TypeError where it is not well-formed. */
export function readMultipart(
  bytes: Uint8Array,
  boundary: string,
  add: (name: string, field: Field) => void,
): void {
  const dashes = encodeUtf8(`--${boundary}`);
  const delimiter = encodeUtf8(`\r\n--${boundary}`);
  let at = startsWith(bytes, dashes, 0) ? 0 : 2 + find(bytes, delimiter, 0);
  for (;;) {
    at += p.bytesLength(dashes);
    if (bytes[at] === DASH && bytes[at + 1] === DASH) return;
    while (bytes[at] === 32 || bytes[at] === 9) at++;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) throw malformed();
    const head = readHead(bytes, at + 2);
    const end = find(bytes, delimiter, head.end);
    add(head.name, fieldOf(head, bytes, end));
    at = end + 2;
  }
}

interface Head {
  readonly name: string;
  readonly file: string | undefined;
  readonly type: string | undefined;
  readonly end: number;
}

function fieldOf(head: Head, bytes: Uint8Array, end: number): Field {
  const body = p.bytesSlice(bytes, head.end, end);
  if (head.file === undefined) {
    const text = decodeUtf8(body);
    return text[0] === "\ufeff" ? p.slice(text, 1) : text;
  }
  return fileOf(body, head.file, head.type ?? "text/plain") satisfies File;
}

function readHead(bytes: Uint8Array, from: number): Head {
  let name: string | undefined;
  let file: string | undefined;
  let type: string | undefined;
  for (let at = from; ; ) {
    const end = indexOf(bytes, CR, at);
    if (end < 0 || bytes[end + 1] !== LF) throw malformed();
    if (end === at) {
      if (name === undefined) throw malformed();
      // the CR LF before a delimiter may be the one that ends the head of an empty part
      return { name, file, type, end: end + 2 };
    }
    const field = p.regexpTest(FIELD, decodeUtf8(p.bytesSubarray(bytes, at, end))) as string[] | null;
    if (field === null) throw malformed();
    const key = lower(field[1]!);
    const value = field[2]!;
    if (key === "content-type") type = value;
    if (key === "content-disposition") {
      if (p.regexpTest(DISPOSITION, value) === null) throw malformed();
      PARAMETER.lastIndex = 0;
      for (;;) {
        const found = p.regexpTest(PARAMETER, value) as string[] | null;
        if (found === null) break;
        const text = found[2] ?? found[3]!;
        if (lower(found[1]!) === "name") name = unescaped(text);
        if (lower(found[1]!) === "filename") file = unescaped(text);
      }
    }
    at = end + 2;
  }
}

function unescaped(text: string): string {
  return replaced(ESCAPED, text, (found) => {
    if (found === "%22") return '"';
    return found[2] === "D" || found[2] === "d" ? "\r" : "\n";
  });
}

function startsWith(bytes: Uint8Array, what: Uint8Array, at: number): boolean {
  const size = p.bytesLength(what);
  if (at + size > p.bytesLength(bytes)) return false;
  for (let i = 0; i < size; i++) if (bytes[at + i] !== what[i]) return false;
  return true;
}

/** Where `what` begins, at `from` or later. */
function find(bytes: Uint8Array, what: Uint8Array, from: number): number {
  for (let at = from; ; at++) {
    at = indexOf(bytes, what[0]!, at);
    if (at < 0) throw malformed();
    if (startsWith(bytes, what, at)) return at;
  }
}

function malformed(): TypeError {
  return new p.NativeTypeError("the body is no well-formed multipart/form-data");
}
