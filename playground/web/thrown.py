"""What a tenant's `fetch` threw, with the place in its code where that was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from playground.core.errors import RemoteError
from playground.isolates.code_frame import code_frame
from playground.isolates.module import text_of
from playground.isolates.source_text import lines_of

# a frame of a stack: `at fetch (index.js:5:33)`
_PLACE: Final = re.compile(
    r"(?<=[( ])(?P<module>[^()\n:]+):(?P<line>\d{1,9}):(?P<column>\d{1,9})(?=\)?(?:\n|\Z))"
)
_MOST_FRAMES: Final = 50


class ThrownByFetch(RemoteError):
    """The same error; `module`, `line`, `column` (from 1, in UTF-16 units) and `frame` (the code there, as
    text of a few lines) say where it was thrown, or are None.
    """

    def __init__(self, error: RemoteError, modules: Mapping[str, Any]) -> None:
        super().__init__(error.record())
        self.module: str | None = None
        self.line: int | None = None
        self.column: int | None = None
        self.frame: str | None = None
        for number, found in enumerate(_PLACE.finditer(error.record().stack or "")):
            text = text_of(modules[found["module"]]) if found["module"] in modules else None
            if text is not None:
                self.module, self.line, self.column = (
                    found["module"],
                    int(found["line"]),
                    int(found["column"]),
                )
                self.frame = code_frame(lines_of(text), self.line, self.column)
            if text is not None or number == _MOST_FRAMES:
                break
