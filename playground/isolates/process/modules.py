"""A tenant's modules as the guest takes them: TypeScript becomes JavaScript, bytes become base64."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from playground.isolates.process.typescript import NotTypeScript, TypeScript
from playground.isolates.source_text import column_in_bytes, lines_of
from playground.isolates.wire import WireModule

GuestModule = tuple[Any, ...]
"""`("js" | "text" | "json", text)`, `("data", base64)` or `("broken", message, line, column)`; that column
counts bytes of UTF-8, as the guest's own do.
"""


class Preparation:
    """Makes modules ready, one of TypeScript at a time, so that others have their turns in between.

    What does not compile fails where it is imported, and nowhere else.
    """

    def __init__(self, modules: Mapping[str, WireModule], typescript: TypeScript) -> None:
        self._typescript = typescript
        self._left = iter(modules.items())
        self.modules: dict[str, GuestModule] = {}
        """Those that are ready, by name."""

    def step(self) -> bool:
        """Go on to the end of the next TypeScript module; whether there is none."""
        for name, (kind, content) in self._left:
            if isinstance(content, bytes):
                self.modules[name] = "data", base64.b64encode(content).decode()
            elif kind == "ts":
                self.modules[name] = self._stripped(content)
                return False
            else:
                self.modules[name] = kind, content
        return True

    def _stripped(self, source: str) -> GuestModule:
        try:
            return "js", self._typescript.strip(source)
        except NotTypeScript as refused:
            place = refused.line, _in_bytes(source, refused.line, refused.column)
            return "broken", refused.message, *place


def _in_bytes(text: str, line: int | None, column: int | None) -> int | None:
    if line is None or column is None:
        return None
    lines = lines_of(text)
    return column_in_bytes(lines[line - 1], column) if line <= len(lines) else column
