// Bytes as people look at them. Pure.

const WIDE = 16;

/** Lines of offset, hexadecimal and text: `00000010  68 65 6c 6c 6f …  hello`. */
export function hexLines(bytes, wide = WIDE) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += wide) {
    const row = bytes.subarray(at, at + wide);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, "0"));
    const groups = [hex.slice(0, wide / 2).join(" "), hex.slice(wide / 2).join(" ")].join("  ");
    const text = [...row].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${groups.padEnd(wide * 3)}  ${text}`);
  }
  return lines;
}
