"""The page's modules and sheets as few files, where these are still what they were made from.

Whoever comes the first time waits for a handful of files instead of two hundred. While somebody works on the
page, the modules themselves are sent, as they are.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = "build/page"


@dataclass(frozen=True, slots=True)
class PageBuild:
    """What stands in the page's head: addresses below `/static/`. `early` are those that `entry` imports."""

    sheet: str
    entry: str
    early: tuple[str, ...]


class PageBuilds:
    """The build over the folders that are served."""

    def __init__(self, static: Path, templates: Path) -> None:
        self._roots = {"static": static, "templates": templates}
        self._known: tuple[tuple[tuple[str, int, int], ...], PageBuild | None] | None = None

    def current(self) -> PageBuild | None:
        """The build, or None where there is none, or something that it was made from has changed.

        Reads names, sizes and times of the sources, and the sources where one of these is new; so call it off
        the event loop.
        """
        seen = tuple(self._seen())
        if self._known is None or self._known[0] != seen:
            self._known = (seen, self._read())
        return self._known[1]

    def _seen(self) -> list[tuple[str, int, int]]:
        static = self._roots["static"]
        found = []
        for file in (static / _FOLDER / "made_from.json", self._roots["templates"] / "playground.html"):
            with suppress(OSError):
                stat = file.stat()
                found.append((str(file), stat.st_mtime_ns, stat.st_size))
        return [*found, *_files(static / "js"), *_files(static / "css")]

    def _read(self) -> PageBuild | None:
        folder = self._roots["static"] / _FOLDER
        try:
            made: dict[str, Any] = json.loads((folder / "made_from.json").read_text(encoding="utf-8"))
            sources: dict[str, str] = made["sources"]
            if any(self._digest(name) != digest for name, digest in sources.items()):
                return None
            names = tuple(str(name) for name in made["early"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        entry, *early = (f"{_FOLDER}/{name}" for name in names)
        return PageBuild(f"{_FOLDER}/page.css", entry, tuple(early))

    def _digest(self, name: str) -> str:
        root, _, path = name.partition("/")
        return hashlib.sha256((self._roots[root] / path).read_bytes()).hexdigest()


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Name, time and size of each module and sheet: looked at whenever a page is asked for."""
    folders = [str(folder)]
    for name in folders:
        with suppress(OSError), os.scandir(name) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders.append(entry.path)
                elif entry.name.endswith((".js", ".css")):
                    stat = entry.stat()
                    yield entry.path, stat.st_mtime_ns, stat.st_size
