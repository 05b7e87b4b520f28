"""Source text without what only looks like code: what is in texts, comments and regular expressions.

There is no parser here, so this is for finding what is unmistakable in what is left. A source takes no longer
than its length: what should end and does not is taken as far as it goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_TOKEN: Final = re.compile(
    r"""
      (?P<comment> //[^\n\r\u2028\u2029]*+ | /\*(?:[^*]|\*(?!/))*+(?:\*/)? )
    | (?P<text> "(?:[^"\\\n]|\\[\s\S])*+"? | '(?:[^'\\\n]|\\[\s\S])*+'? | `(?:[^`\\]|\\[\s\S])*+`? )
    | (?:(?<=[(,=:\[!&|?{};\n])|(?<=[(,=:\[&|?{};]\ )|(?<=return\ ))
      (?P<regexp> /(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*+\]?)*+/? )
    """,
    re.VERBOSE,
)
_SEEN: Final = re.compile(r"\S")
_BRACKET: Final = re.compile(r"[()\[\]{}]")
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


def bare(code: str) -> str:
    """`code` with blanks for comments, regular expressions, and what stands between quotes; of the same
    length.
    """
    return _TOKEN.sub(_bare, code)


def pieces(code: str) -> Iterator[str]:
    """`code` without its comments, in pieces: what stands between two of them, or up to a text or a regular
    expression and with that.
    """
    at = 0
    for token in _TOKEN.finditer(code):
        yield code[at : token.start() if token["comment"] is not None else token.end()]
        at = token.end()
    yield code[at:]


def closing(code: str, at: int, most: int) -> int | None:
    """Where the bracket that opens at `at` in bare code closes, within `most` characters; None where it does
    not, or where brackets do not match.
    """
    open_ones: list[str] = []
    for found in _BRACKET.finditer(code, at, at + most):
        bracket = found[0]
        if bracket in _CLOSING:
            open_ones.append(_CLOSING[bracket])
        elif not open_ones or open_ones.pop() != bracket:
            return None
        elif not open_ones:
            return found.start()
    return None


def blank(text: str) -> str:
    """Blanks in the place of `text`, one for each UTF-16 unit; white space stays."""
    if text.isascii() or max(text) <= "\uffff":
        return _SEEN.sub(" ", text)
    return _SEEN.sub(lambda found: " " if found[0] <= "\uffff" else "  ", text)


def _bare(token: re.Match[str]) -> str:
    whole = token[0]
    if token["text"] is None or len(whole) == 1:
        return whole if token["text"] is not None else _same(whole)
    return whole[0] + _same(whole[1:-1]) + whole[-1]


def _same(text: str) -> str:
    return _SEEN.sub(" ", text)
