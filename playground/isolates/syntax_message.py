"""What a syntax error says, in words that name what was found and what to do about it."""

from __future__ import annotations

import re
from typing import Final

_UNEXPECTED: Final = re.compile(r"unexpected token in expression: '(?P<found>.*)'\Z", re.DOTALL)
_EXPECTING: Final = re.compile(r"expecting '?(?P<wanted>[^']+)'?\Z")
_TOKEN: Final = re.compile(r"[\w$]+|\S")
_WORD: Final = re.compile(r"\w+")
_NEAR: Final = 200
"""How much of a line is looked at, before and behind the place."""
_TYPESCRIPT: Final = frozenset(
    {":", "interface", "private", "public", "protected", "declare", "namespace", "abstract", "readonly"}
)
# what begins no line of JavaScript, and words of TypeScript before a name
_STATEMENT: Final = re.compile(
    r"\s*(?:export\s+)?(?:default\s+)?(?:declare\s+|import\s+type\b|abstract\s+class\b|(?:const\s+)?enum\s+\w"
    r"|interface\s+\w|type\s+\w+\s*[<=]|namespace\s+\w)"
)
_ANNOTATED: Final = re.compile(r"(?:[{,]\s*type|\bimplements|\bas|\bsatisfies)\s+\Z")


def syntax_message(message: str, rest: str | None, *, is_typescript: bool, before: str = "") -> str:
    """`message` of the engine's parser, about the line whose `rest` begins at the place (None: unknown), and
    what stands `before` that.
    """
    token = _TOKEN.match(rest.lstrip()) if rest is not None else None
    found = token[0] if token is not None else None
    if (unexpected := _UNEXPECTED.match(message)) is not None:
        found = unexpected["found"] or found
        message = f"Unexpected token '{found}'" if found else "Unexpected end of the module"
    elif (expecting := _EXPECTING.match(message)) is not None and rest is not None:
        what = f"Unexpected token '{found}'" if found else "Unexpected end of the line"
        message = f"{what}, expected '{expecting['wanted']}'"
    elif message == "unsupported keyword: enum":
        found, message = "interface", "Unexpected token 'enum'"
    if not is_typescript and (found in _TYPESCRIPT or _looks_typed(before, rest or "")):
        return f"{message} (TypeScript? Give the module a name that ends in .ts)"
    return message + {"@": " (decorators are not supported)", "<": " (JSX is not supported)"}.get(
        found or "", ""
    )


def _looks_typed(before: str, rest: str) -> bool:
    """Whether what cannot be read is a type: `type A =`, `extends B<C>`, `import { type A }`, `a as B`."""
    before, rest = before[-_NEAR:], rest[:_NEAR]
    if _STATEMENT.match(before + rest) is not None or _ANNOTATED.search(before) is not None:
        return True
    word = _WORD.match(rest)
    if word is not None and word[0] in ("as", "satisfies", "implements"):
        return True
    return rest.startswith("<") and re.search(r"[\w$]\Z", before) is not None
