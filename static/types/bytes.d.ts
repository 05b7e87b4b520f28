// What an import with { type: "bytes" } gives.

declare const bytes: Uint8Array<ArrayBuffer>;
export default bytes;
