/** Bytes that come piece by piece, copied into blocks: a million pieces of a byte each are a megabyte. */
import * as p from "../primordials";

const FIRST_BLOCK = 4 << 10;
const LARGEST_BLOCK = 1 << 20;

export class Gathering {
  private readonly full = p.list<Uint8Array>();
  private block: Uint8Array | undefined;
  private at = 0;
  private size = FIRST_BLOCK;
  total = 0;

  /** Keep a copy of what these bytes are now. */
  add(bytes: Uint8Array): void {
    const length = p.bytesLength(bytes);
    this.total += length;
    let from = 0;
    while (from < length) {
      const block = (this.block ??= new p.NativeUint8Array(this.size));
      const room = p.bytesLength(block) - this.at;
      const left = length - from;
      const taken = left < room ? left : room;
      const part = taken === length ? bytes : p.bytesSubarray(bytes, from, from + taken);
      p.bytesSet(block, part, this.at);
      this.at += taken;
      from += taken;
      if (taken === room) this.next();
    }
  }

  /** All of it, in one array of its own. */
  whole(): Uint8Array<ArrayBuffer> {
    const { full, block } = this;
    if (block !== undefined) full[full.length] = p.bytesSubarray(block, 0, this.at);
    this.block = undefined;
    return joined(full, this.total);
  }

  private next(): void {
    this.full[this.full.length] = this.block!;
    this.block = undefined;
    this.at = 0;
    if (this.size < LARGEST_BLOCK) this.size *= 2;
  }
}

/** One array of bytes in the place of many. */
export function joined(chunks: ArrayLike<Uint8Array>, total: number): Uint8Array<ArrayBuffer> {
  const made = new p.NativeUint8Array(total);
  let at = 0;
  for (let i = 0; i < chunks.length; i++) {
    p.bytesSet(made, chunks[i]!, at);
    at += p.bytesLength(chunks[i]!);
  }
  return made;
}
