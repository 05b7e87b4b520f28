/**
 * `Math.random`: xoshiro128** (Blackman and Vigna, 2018), seeded with a text's hash or with entropy.
 *
 * The engine's own generator cannot be seeded, and its state would be frozen into the template: every isolate would draw the same.
 */
import { charCodeAt } from "./primordials";

const floor = Math.floor;
const imul = Math.imul;
declare const entropy: () => string;

/** 64 random bytes of the host's, as hex. */
export const draw = entropy;

export class Random {
  private readonly state = new Uint32Array(4);
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
    const s = this.state;
    const mixed = imul(s[1]!, 5);
    const result = imul((mixed << 7) | (mixed >>> 25), 9);
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result >>> 0;
  }

  private start(): void {
    this.ready = true;
    const text = this.seed ?? draw();
    for (let i = 0; i < 4; i++) this.state[i] = hash(text, floor(i * 0x9e3779b9));
    if (this.state[0] === 0 && this.state[1] === 0) this.state[0] = 1;
  }
}

/** FNV-1a with a final mix (Murmur3's), over UTF-16 units. */
function hash(text: string, seed: number): number {
  let value = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) value = imul(value ^ charCodeAt(text, i), 0x01000193);
  value = imul(value ^ (value >>> 16), 0x85ebca6b);
  value = imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
