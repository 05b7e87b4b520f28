"""Imports that only types used are taken away, as TypeScript's compilers do.

`import { WorkflowEntrypoint, WorkflowStep } from "cloudflare:workers"` is how most workflows begin, and the
second is a type. Names are counted, without a parser: one that stands nowhere else in the code, comments left
out, is used by nothing. Where that is in doubt the import stays, and what it names has to be there. An import
of which no name is left goes altogether; its places become spaces, so that nothing else moves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from playground.isolates.process.bare_code import bare, blank, pieces

_IMPORT: Final = re.compile(
    r"""
    (?<![\w$.\#])import\b\s*+
    (?: (?P<default>[\w$]++)\s*+,?+\s*+ )?+
    (?: \{(?P<names>[^{}"'`]*+)\} | \*\s*+as\s++(?P<all>[\w$]++) )?+
    \s*+from\s*+ (?P<quote>["'])[ ]*+(?P=quote)
    (?: [ \t]*+with\s*+\{[^{}]*+\} )?+ [ \t]*+;?+
    """,
    re.VERBOSE,
)
_WORD: Final = re.compile(r"[\w$]+")
_ITEM: Final = re.compile(r"[^,]+,?")
_FAR: Final = 2000
"""How much of the code behind an import's quote may belong to it."""
_FEW: Final = 8
_MOST: Final = 1000
"""A module with more imports is left as it is, since to look at them takes time that others wait for."""


def without_unused_imports(code: str) -> str:
    """`code`, from which types have been taken, without the imports that it does not use."""
    found = list(islice(_IMPORT.finditer(bare(code[: _last(code)])), _MOST + 1))
    if not 0 < len(found) <= _MOST:
        return code
    rest = _cut(code, [(*match.span(), "") for match in found])
    names = {name for match in found for name in _names(match) if name in rest}
    used = names - _unused(names, rest)
    return _cut(code, [change for match in found for change in _changes(code, match, used)])


def _last(code: str) -> int:
    """Some way behind the last import: what comes after it takes time to read, and has none."""
    at = code.rfind("import")
    origin = code.find("from", at) if at >= 0 else -1
    if origin < 0:
        return max(at, 0)
    quotes = [place for quote in "\"'" if (place := code.find(quote, origin)) >= 0]
    return min(quotes, default=origin) + _FAR


def _names(match: re.Match[str]) -> Iterator[str]:
    for group in ("default", "all"):
        if match[group]:
            yield match[group]
    for _, _, name in _items(match):
        yield name


def _items(match: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """What stands in braces: from where, to where, and the name that it has here."""
    first = match.start("names")
    for item in _ITEM.finditer(match["names"] or ""):
        if words := _WORD.findall(item[0]):
            yield first + item.start(), first + item.end(), words[-1]


def _unused(names: set[str], code: str) -> set[str]:
    """Those that `code` only has in comments. It is read until all others were seen."""
    left = set(names)
    for piece in pieces(code):
        if not left:
            break
        if len(left) > _FEW or any(name in piece for name in left):
            left.difference_update(_WORD.findall(piece))
    return left


def _changes(code: str, match: re.Match[str], used: set[str]) -> list[tuple[int, int, str]]:
    """What is to be replaced of an import: from where, to where, and by what."""
    start, end = match.span()
    items = list(_items(match))
    unused = [(first, last) for first, last, name in items if name not in used]
    after_default = match.end("default") if match["default"] else start
    if match["all"] and match["all"] not in used:
        unused.append((after_default, match.end("all")))
    if match["default"] and match["default"] not in used:
        unused.append((match.start("default"), _next(match)))
    count = len(items) + bool(match["all"]) + bool(match["default"])
    if len(unused) == count and not (count == 0 and match["names"] == ""):
        return [(start, start + 1, ";"), (start + 1, end, blank(code[start + 1 : end]))]
    return sorted((first, last, blank(code[first:last])) for first, last in unused)


def _next(match: re.Match[str]) -> int:
    """Where what follows the default's name and its comma begins."""
    if match["names"] is not None:
        return match.start("names") - 1
    return match.string.index("*", match.end("default")) if match["all"] else match.end("default")


def _cut(text: str, changes: list[tuple[int, int, str]]) -> str:
    parts, end = [], 0
    for first, last, instead in changes:
        parts += [text[end:first], instead]
        end = last
    return "".join([*parts, text[end:]])
