"""Code that does not load: what its author is told, with the place and what stands there."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from playground.core.errors import ErrorRecord, LoadError
from playground.isolates.code_frame import code_frame
from playground.isolates.guest_json import well_formed
from playground.isolates.module import BadModule, Module, read_modules
from playground.isolates.source_text import column_in_units, index_of, lines_of, place_of
from playground.isolates.syntax_message import syntax_message
from playground.isolates.wire import Failed, WireModule

_NO_EXPORT: Final = re.compile(r"Could not find export '(?P<name>.+)' in module '", re.DOTALL)
_NO_VARIABLE: Final = re.compile(r"exported variable '(?P<name>.+)' does not exist\Z", re.DOTALL)
_IN_CLAUSE: Final = re.compile(r"\b(?:import|export)\b[^;'\"]*\Z")
_IN_EXPORTS: Final = re.compile(r"\bexport\s*\{[^}]*\Z")
_CLAUSE: Final = 300
"""How far before a name its import or export is looked for."""
_MOST_FOUND: Final = 100

# where a frame of a stack is; the engine counts its column in bytes
_PLACE: Final = re.compile(r"(?<=[( ])(?P<module>[^()\n:]+):(?P<line>\d+):(?P<column>\d+)(?=\)?(?:\n|\Z))")
_MOST_CAUSES: Final = 8
_MOST_PLACES: Final = 20

Place = tuple[str, int, int]


class TenantModules:
    """A tenant's modules on their way to a worker. Raises `LoadError` where they are none."""

    def __init__(self, sources: Mapping[str, Any], main: str) -> None:
        try:
            self._modules, self.main = read_modules(sources, main)
        except BadModule as error:
            raise LoadError(error.message, name="TypeError", module=error.module) from None
        self._wide = {name for name in self._modules if not (self._text(name) or "").isascii()}
        self._split: dict[str, list[str]] = {}

    def wire(self) -> dict[str, WireModule]:
        """The modules as a worker takes them."""
        return {name: (module.kind, _content(module)) for name, module in self._modules.items()}

    def error(self, failed: Failed) -> LoadError:
        """What a worker said of them, with what stands at the place."""
        module, line, column = failed.module, failed.line, failed.column
        if line is None and (found := self._named(failed.message)) is not None:
            module, line, column = found
        text, message, frame, rest, before = self._text(module), failed.message, None, None, ""
        lines = lines_of(text) if text is not None else []
        if line is not None and line <= len(lines):
            at = lines[line - 1]
            if failed.line is not None and column is not None:
                column = column_in_units(at, column)  # the engine counts bytes
            frame = code_frame(lines, line, column)
            if column is not None:
                before, rest = at[: index_of(at, column)], at[index_of(at, column) :]
        if failed.name == "SyntaxError":
            kind = self._modules[module].kind if module in self._modules else "js"
            message = syntax_message(message, rest, is_typescript=kind == "ts", before=before)
        return LoadError(
            message, name=failed.name, module=module, line=line, column=column,
            stack=failed.stack, frame=frame,
        )  # fmt: skip

    def placed(self, record: ErrorRecord, causes: int = _MOST_CAUSES) -> ErrorRecord:
        """`record` with the columns of its stack, and of its first `causes`', in UTF-16 units. Causes may be
        without end.
        """
        if not self._wide or causes < 0:
            return record
        stack, cause = record.stack, record.cause
        if stack is not None:
            stack = _PLACE.sub(self._in_units, stack, _MOST_PLACES)
        if isinstance(cause, ErrorRecord):
            cause = self.placed(cause, causes - 1)
        return replace(record, stack=stack, cause=cause)

    def _in_units(self, found: re.Match[str]) -> str:
        lines, line = self._lines(found["module"]), int(found["line"][:9])
        if not 0 < line <= len(lines) or lines[line - 1].isascii():
            return found[0]
        return f"{found['module']}:{line}:{column_in_units(lines[line - 1], int(found['column'][:9]))}"

    def _lines(self, name: str) -> list[str]:
        if name not in self._wide:
            return []
        if name not in self._split:
            self._split = {name: lines_of(self._text(name) or "")}
        return self._split[name]

    def _named(self, message: str) -> Place | None:
        """Where the name stands that a message is about, which the engine gives no place for."""
        for pattern, before in ((_NO_EXPORT, _IN_CLAUSE), (_NO_VARIABLE, _IN_EXPORTS)):
            if (found := pattern.match(message)) is not None:
                return self._find(found["name"], before)
        return None

    def _find(self, name: str, before: re.Pattern[str]) -> Place | None:
        """Where `name` follows what `before` matches; None where that is nowhere, or in several modules."""
        places: list[Place] = []
        word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
        for module in self._modules:
            text = self._text(module) or ""
            for found in itertools.islice(word.finditer(text), _MOST_FOUND):
                start = found.start()
                if before.search(text[max(0, start - _CLAUSE) : start]):
                    places.append((module, *place_of(text, start)))
                    break
        return places[0] if len(places) == 1 else None

    def _text(self, name: str | None) -> str | None:
        module = self._modules.get(name) if name is not None else None
        return module.content if module is not None and isinstance(module.content, str) else None


def _content(module: Module) -> str | bytes:
    return well_formed(module.content) if isinstance(module.content, str) else module.content
