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


def guest_modules(modules: Mapping[str, WireModule], typescript: TypeScript) -> dict[str, GuestModule]:
    """The modules by name. TypeScript that does not compile fails where it is imported, and nowhere else."""
    return {name: _guest_module(module, typescript) for name, module in modules.items()}


def _guest_module(module: WireModule, typescript: TypeScript) -> GuestModule:
    kind, content = module
    if isinstance(content, bytes):
        return "data", base64.b64encode(content).decode()
    if kind != "ts":
        return kind, content
    try:
        return "js", typescript.strip(content)
    except NotTypeScript as refused:
        return "broken", refused.message, refused.line, _in_bytes(content, refused.line, refused.column)


def _in_bytes(text: str, line: int | None, column: int | None) -> int | None:
    if line is None or column is None:
        return None
    lines = lines_of(text)
    return column_in_bytes(lines[line - 1], column) if line <= len(lines) else column
