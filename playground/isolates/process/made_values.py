"""What TypeScript makes values of, made here: enums and parameter properties.

They become JavaScript in their place, before types are taken away, and on their own lines, so that no line
moves; only what stands behind them on the same line does. What is not understood stays as it is, and is
refused with its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Final

from playground.isolates.process.bare_code import bare, blank, closing

_ENUM: Final = re.compile(
    r"(?<![\w$.#])(?P<declare>declare\s++)?(?:const\s++)?enum\s++(?P<name>[\w$]++)\s*+\{"
)
_MEMBER: Final = re.compile(
    r"""\s*+(?P<key>(?:[^\W\d]|\$)[\w$]*+|(?P<quote>["'])[^"'`]*+(?P=quote))(?P<gap>\s*+)(?P<is>=)?"""
)
_TEXT: Final = re.compile(r"""\s*+(?P<quote>["'])[^"'`]*+(?P=quote)\s*+\Z""")
_CONSTRUCTOR: Final = re.compile(r"(?<![\w$.#])constructor\s*+\(")
_MODIFIER: Final = re.compile(r"\b(?:public|private|protected|readonly|override)\b")
_PROPERTY: Final = re.compile(
    r"\s*+(?P<words>(?:(?:public|private|protected|readonly|override)\s++)++)(?P<name>[\w$]++)"
)
_BODY: Final = re.compile(r"\s*+\{")
_SUPER: Final = re.compile(r"(?<![\w$.#])super\s*+\(")
_WORD: Final = re.compile(r"(?<![\w$.])[^\W\d][\w$]*+")
_IN_VALUES: Final = re.compile(r"[()\[\]{},]")
_IN_TYPES: Final = re.compile(r"[()\[\]{},]|(?<!=)[<>]")
_MOST: Final = 200
"""How many of them are made in a module."""
_FAR: Final = 20_000
"""How long one may be, in characters."""

Made = tuple[int, str] | None
"""Up to where the source is replaced, and by what; None where it stays as it is."""


def with_made_values(source: str) -> str:
    """`source` with JavaScript in the place of its enums and parameter properties."""
    if "enum" in source:
        source = _replaced(source, _ENUM, _enum)
    if "constructor" in source and _MODIFIER.search(source) is not None:
        source = _replaced(source, _CONSTRUCTOR, _constructor)
    return source


def _replaced(source: str, pattern: re.Pattern[str], make: Callable[[str, str, re.Match[str]], Made]) -> str:
    if pattern.search(source) is None:  # nor will it be found where comments and texts are left out
        return source
    code = bare(source)
    parts: list[str] = []
    end = at = 0
    for _ in range(_MOST):
        found = pattern.search(code, at)
        if found is None:
            break
        made = make(source, code, found)
        at = found.end()
        if made is not None:
            parts += [source[end : found.start()], made[1]]
            at = end = made[0]
    return "".join([*parts, source[end:]])


def _enum(source: str, code: str, found: re.Match[str]) -> Made:
    close = closing(code, found.end() - 1, _FAR)
    if found["declare"] or close is None:
        return None
    name = found["name"]
    made = [f"var {name}; (function ({name}) {{", _lines(found[0])]
    known: set[str] = set()
    last = ""
    for start, end in _items(code, found.end(), close, _IN_VALUES):
        if not code[start:end].strip():
            made.append(source[start:end])
            continue
        member = _MEMBER.match(code, start, end)
        if member is None or (member["is"] is None and member.end() != end):
            return None
        key = source[member.start("key") : member.end("key")]
        word = key[1:-1] if member["quote"] else key
        key = json.dumps(word)
        made += [source[start : member.start("key")], _lines(member["gap"])]
        if member["is"] is None:
            value = f"{name}[{last}] + 1" if known else "0"
            made.append(f"{name}[{name}[{key}] = {value}] = {key};")
        else:
            value, words = source[member.end() : end], set(_WORD.findall(code[member.end() : end]))
            names = sorted(words & known)
            if names:
                value = f"(({', '.join(names)}) => ({value}))({', '.join(f'{name}.{one}' for one in names)})"
            if _TEXT.match(code[member.end() : end]) is not None:
                made.append(f"{name}[{key}] = {value};")
            else:
                number = f'typeof ({name}[{key}] = ({value})) === "number"'
                made.append(f"if ({number}) {name}[{name}[{key}]] = {key};")
        known.add(word)
        last = key
    return close + 1, f"{''.join(made)}}})({name} || ({name} = {{}}));"


def _constructor(source: str, code: str, found: re.Match[str]) -> Made:
    close = closing(code, found.end() - 1, _FAR)
    body = _BODY.match(code, close + 1) if close is not None else None
    if close is None or body is None:
        return None
    made, names, end = [], [], found.start()
    for start, stop in _items(code, found.end(), close, _IN_TYPES):
        if (one := _PROPERTY.match(code, start, stop)) is not None:
            made += [source[end : one.start("words")], blank(one["words"])]
            end = one.end("words")
            names.append(one["name"])
    if not names:
        return None
    at = body.end()
    last = closing(code, at - 1, _FAR)
    above = _SUPER.search(code, at, last if last is not None else at)
    if above is not None and (after := closing(code, above.end() - 1, _FAR)) is not None:
        at = after + 1
    return at, "".join(
        [*made, source[end:at], ";" if above else "", *(f" this.{one} = {one};" for one in names)]
    )


def _items(code: str, start: int, end: int, signs: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """What stands between commas, those within brackets left out. `signs` finds both."""
    depth = 0
    for found in signs.finditer(code, start, end):
        if found[0] == ",":
            if depth == 0:
                yield start, found.start()
                start = found.end()
        else:
            depth = depth + 1 if found[0] in "([{<" else max(0, depth - 1)
    yield start, end


def _lines(text: str) -> str:
    return "\n" * text.count("\n")
