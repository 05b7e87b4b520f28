// Which files the imports of a source name: found without a parser, so that it is known where no editor has loaded.

const TOKEN = /(?<comment>\/\/.*|\/\*[^]*?(?:\*\/|$))|(?<text>"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?)|(?<word>[\p{ID_Start}$_#][\p{ID_Continue}$]*)|(?<number>\d[\w.]*)|(?<sign>[^\s])/uy;
const PATTERN = /\/(?:[^\\[/\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const SPACE = /\s*/y;
const BEFORE_VALUES = new Set(["return", "typeof", "case", "in", "of", "do", "else", "void", "delete", "throw", "new", "await", "yield", "instanceof"]);

/** Every place in `source` that names another module: `{ specifier, from, to }`, positions without the quotes. */
export function specifiersOf(source) {
  const found = [];
  const last = ["", "", ""]; // the tokens before
  const open = []; // braces: of a template's hole, or others
  let at = 0;
  const see = (token) => {
    last.shift();
    last.push(token);
  };
  while ((at = past(SPACE, source, at)) < source.length) {
    const sign = source[at];
    if (sign === "`" || (sign === "}" && open.at(-1) === "hole")) {
      if (sign === "}") open.pop();
      at = templateEnd(source, at + 1);
      if (source[at - 1] === "{") open.push("hole");
      see(source[at - 1] === "{" ? "{" : "``");
      continue;
    }
    if (sign === "/" && !"/*".includes(source[at + 1] ?? "") && valueComes(last[2])) {
      const end = past(PATTERN, source, at);
      if (end > at) {
        at = end;
        see("``");
        continue;
      }
    }
    TOKEN.lastIndex = at;
    const { groups, 0: token } = TOKEN.exec(source);
    const from = at;
    at += token.length;
    if (groups.comment !== undefined) continue;
    if (groups.text !== undefined && token.length > 1 && token.at(-1) === token[0] && named(last)) {
      found.push({ specifier: plain(token.slice(1, -1)), from: from + 1, to: at - 1 });
    }
    if (token === "{") open.push("{");
    else if (token === "}") open.pop();
    see(groups.text === undefined ? token : "``");
  }
  return found;
}

/** Whether a text names a module behind these tokens: `from "…"`, `import "…"`, `import("…")`. */
function named([third, second, first]) {
  if (first === "from" || first === "import") return second !== ".";
  return first === "(" && second === "import" && third !== ".";
}

/** Whether a slash behind that token begins a pattern: it does where no value stands. */
const valueComes = (token) => BEFORE_VALUES.has(token) || !/^(?:[\w$)\]}`#]|[^\0-\x7f])/u.test(token);

/** Where the text of a template ends: behind its last mark, or behind the `${` of a hole. */
function templateEnd(source, at) {
  for (let place = at; place < source.length; place += 1) {
    if (source[place] === "\\") place += 1;
    else if (source[place] === "`") return place + 1;
    else if (source.startsWith("${", place)) return place + 2;
  }
  return source.length;
}

function past(pattern, source, at) {
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : at;
}

const plain = (text) => text.replace(/\\([^])/g, "$1");
