"""Which step names are allowed."""

from __future__ import annotations

import re
from typing import Final

from playground.core.described import described
from playground.core.errors import WorkflowFatalError

LONGEST_NAME: Final = 256
"""UTF-16 units."""
_SHOWN: Final = 40
_WORDS: Final = "exceeds max length (256 chars) or invalid characters found"
"""Of Cloudflare's message, for all names that are refused: code in the wild looks for them."""
_FORBIDDEN: Final = re.compile("[\x00-\x1f\ud800-\udfff]")


def check_step_name(name: object) -> str:
    """`name`, where it is 0–256 UTF-16 units without control characters and lone surrogates.

    Else `WorkflowFatalError`.
    """
    if type(name) is str and len(name) <= LONGEST_NAME and name.isascii() and name.isprintable():
        return name
    if isinstance(name, str) and _utf16_units(name) <= LONGEST_NAME and not _FORBIDDEN.search(name):
        return name
    if not isinstance(name, str):
        got = described(name)[:_SHOWN]
        raise WorkflowFatalError(f"Step name must be a string; got {got} [{_WORDS}]")
    shown = repr(name[:_SHOWN] + ("…" if len(name) > _SHOWN else ""))
    raise WorkflowFatalError(f"Step name {shown} {_WORDS}")


def _utf16_units(text: str) -> int:
    """How long it is; of what is too long by far, which may be a megabyte, at least `LONGEST_NAME + 1`."""
    return len(text[: LONGEST_NAME + 1].encode("utf-16-le", "surrogatepass")) // 2
