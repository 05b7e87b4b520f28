// What a step is called: a literal, or a pattern where the source puts the name together while it runs.

const ESCAPES = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v", 0: "\0" };
const LONGEST = 48;

/**
 * `{ name, pattern, holes }` of the expression `node`. `pattern` is null for a literal, else the texts around the holes, and `holes`
 * has the expressions that fill them; `constants` has the literals of the module by name. An expression that says nothing of the name matches anything.
 */
export function nameOf(node, text, constants) {
  const parts = partsOf(node, text, constants);
  if (parts.length === 1 && typeof parts[0] === "string") return { name: parts[0], pattern: null, holes: [] };
  const pattern = [""];
  for (const part of parts) {
    if (typeof part === "string") pattern[pattern.length - 1] += part;
    else pattern.push("");
  }
  const silent = pattern.every((part) => part === "");
  const holes = parts.filter((part) => typeof part !== "string").map(({ hole }) => hole);
  return { name: silent ? `{${brief(text(node))}}` : pattern.join("…"), pattern, holes };
}

/** Texts and holes (`{ hole }`), in their order. */
function partsOf(node, text, constants) {
  if (node.name === "String") return [unescape(text(node).slice(1, -1))];
  if (node.name === "TemplateString") return templateParts(node, text, constants);
  if (node.name === "VariableName" && constants.has(text(node))) return [constants.get(text(node))];
  if (node.name === "ParenthesizedExpression" && node.firstChild?.nextSibling) return partsOf(node.firstChild.nextSibling, text, constants);
  if (node.name === "BinaryExpression" && node.getChild("ArithOp") && text(node.getChild("ArithOp")) === "+") {
    return joined([...partsOf(node.firstChild, text, constants), ...partsOf(node.lastChild, text, constants)]);
  }
  return [{ hole: text(node) }];
}

function templateParts(node, text, constants) {
  const holes = node.getChildren("Interpolation");
  const edges = [node.from + 1, ...holes.flatMap((hole) => [hole.from, hole.to]), node.to - 1];
  const parts = [];
  for (let at = 0; at < edges.length; at += 2) {
    parts.push(unescape(text({ from: edges[at], to: edges[at + 1] })));
    const inner = holes[at / 2]?.firstChild?.nextSibling;
    if (inner) parts.push(inner.name === "VariableName" && constants.has(text(inner)) ? constants.get(text(inner)) : { hole: text(inner) });
  }
  return joined(parts);
}

/** Neighbouring texts as one. */
function joined(parts) {
  const all = [];
  for (const part of parts) {
    if (typeof part === "string" && typeof all.at(-1) === "string") all[all.length - 1] += part;
    else all.push(part);
  }
  return all;
}

/** Source on one line, cut where it is long. */
export function brief(source) {
  const line = source.replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

export function unescape(text) {
  return text.replace(/\\(u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2})|[^])/gi, (whole, body, braced, four, two) => {
    const code = braced ?? four ?? two;
    if (code !== undefined) return String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff));
    return body === "\n" ? "" : (ESCAPES[body] ?? body);
  });
}
