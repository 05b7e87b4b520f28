"""What a syntax error says, in words that name what was found and what to do about it."""

from __future__ import annotations

import re
from typing import Final

_UNEXPECTED: Final = re.compile(r"unexpected token in expression: '(?P<found>.*)'\Z", re.DOTALL)
_EXPECTING: Final = re.compile(r"expecting '?(?P<wanted>[^']+)'?\Z")
_TOKEN: Final = re.compile(r"[\w$]+|\S")
_TYPESCRIPT: Final = frozenset(
    {":", "interface", "private", "public", "protected", "declare", "namespace", "abstract", "readonly"}
)


def syntax_message(message: str, rest: str | None, *, is_typescript: bool) -> str:
    """`message` of the engine's parser, about the line whose `rest` begins at the place (None: unknown)."""
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
    return message + _hint(found, is_typescript=is_typescript)


def _hint(found: str | None, *, is_typescript: bool) -> str:
    if found == "@":
        return " (decorators are not supported)"
    if found == "<":
        return " (JSX is not supported)"
    if found in _TYPESCRIPT and not is_typescript:
        return " (TypeScript? Give the module a name that ends in .ts)"
    return ""
