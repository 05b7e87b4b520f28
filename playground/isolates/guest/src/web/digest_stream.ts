/**
 * `crypto.DigestStream`, as Workers have it: what is written is gathered, and hashed when it is closed.
 * https://developers.cloudflare.com/workers/runtime-apis/web-crypto/#constructors
 */
import { refuse } from "../encoder";
import * as p from "../primordials";
import { normalize, source } from "./crypto_algorithm";
import { digest } from "./crypto_digest";
import { encodeUtf8 } from "./encoding";
import { MOST_BODY_BYTES, WritableStream } from "./streams";
import { illegal, need, shape } from "./webidl";

type Bytes = Uint8Array<ArrayBuffer>;

function joined(chunks: Bytes[], size: number): Bytes {
  const made = new p.NativeUint8Array(size);
  let at = 0;
  for (let i = 0; i < chunks.length; i++) {
    p.bytesSet(made, chunks[i]!, at);
    at += chunks[i]!.length;
  }
  return made;
}

export class DigestStream extends WritableStream<unknown> {
  readonly #digest: Promise<ArrayBuffer>;
  readonly #written: { size: number };

  constructor(algorithm: unknown) {
    need(arguments.length, 1, "a DigestStream");
    const { name } = normalize("digest", algorithm);
    const written = { size: 0 };
    const chunks = p.list<Bytes>();
    let settle: (bytes: Promise<ArrayBuffer>) => void;
    let fail: (reason: unknown) => void;
    const promise = new p.NativePromise<ArrayBuffer>((resolve, reject) => {
      settle = resolve;
      fail = reject;
    });
    p.then(promise, undefined, () => undefined); // nobody need look at it
    super({
      write(chunk: unknown): void {
        try {
          const bytes = typeof chunk === "string" ? encodeUtf8(chunk) : source(chunk, "what is written");
          if (written.size + bytes.length > MOST_BODY_BYTES) {
            throw new p.NativeRangeError(`a DigestStream takes at most ${MOST_BODY_BYTES} bytes`);
          }
          written.size += bytes.length;
          chunks[chunks.length] = bytes;
        } catch (reason) {
          fail(reason);
          throw reason;
        }
      },
      close(): void {
        settle((async () => (await digest(name, joined(chunks, written.size))).buffer)());
      },
      abort: (reason: unknown) => fail(reason),
    });
    this.#digest = promise;
    this.#written = written;
  }

  /** Resolves with the hash when the stream is closed. */
  get digest(): Promise<ArrayBuffer> {
    return #digest in this ? this.#digest : illegal("DigestStream");
  }

  get bytesWritten(): bigint {
    return #digest in this ? p.NativeBigInt(this.#written.size) : illegal("DigestStream");
  }
}
shape(DigestStream, "DigestStream");
refuse(DigestStream);
