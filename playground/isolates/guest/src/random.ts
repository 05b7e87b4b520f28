/**
 * `Math.random`: xoshiro128** (Blackman and Vigna, 2018), seeded with a text's hash or with entropy.
 *
 * The engine's own generator cannot be seeded, and its state would be frozen into the template: every
 * isolate would draw the same.
 */
import { entropy } from "./native";
import { charCodeAt, floor, imul, NativeUint8Array, toHex } from "./primordials";

/** 64 secure random bytes, as hex. */
export function draw(): string {
  const bytes = new NativeUint8Array(64);
  entropy(bytes);
  return toHex(bytes);
}

export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;
  private ready = false;

  /** With a seed the sequence is always the same; without one it never is. */
  constructor(private readonly seed?: string) {}

  /** A number in [0, 1) with 53 random bits. */
  number(): number {
    const high = this.word() >>> 5;
    const low = this.word() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  private word(): number {
    if (!this.ready) this.start();
    const mixed = imul(this.b, 5);
    const result = imul((mixed << 7) | (mixed >>> 25), 9);
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result >>> 0;
  }

  private start(): void {
    this.ready = true;
    const text = this.seed ?? draw();
    this.a = hash(text, 1);
    this.b = hash(text, 2);
    this.c = hash(text, 3);
    this.d = hash(text, 4) | 1; // all zeros would stay zeros
  }
}

/** FNV-1a with a final mix (Murmur3's), over UTF-16 units. */
function hash(text: string, which: number): number {
  let value = 0x811c9dc5 ^ floor(which * 0x9e3779b9);
  for (let i = 0; i < text.length; i++) value = imul(value ^ charCodeAt(text, i), 0x01000193);
  value = imul(value ^ (value >>> 16), 0x85ebca6b);
  value = imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
