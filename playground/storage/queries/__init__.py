"""SQL in named blocks, one file per noun.

A block starts with a line `-- name: <name>` and ends at the next one. `load("instances")` reads
`instances.sql` beside this file and answers its blocks by name.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

_MARK: Final = "-- name:"


class Queries:
    """The named blocks of one file: `queries["find_instance"]`."""

    def __init__(self, noun: str, text: str) -> None:
        self._noun = noun
        self._blocks: dict[str, str] = {}
        for block in text.split(_MARK)[1:]:
            name, _, sql = block.partition("\n")
            if name.strip() in self._blocks:
                raise ValueError(f"{noun}.sql holds two queries named {name.strip()!r}")
            self._blocks[name.strip()] = sql.strip().rstrip(";")

    def __getitem__(self, name: str) -> str:
        try:
            return self._blocks[name]
        except KeyError:
            raise KeyError(f"{self._noun}.sql has no query named {name!r}") from None

    def names(self) -> list[str]:
        """The blocks' names, in the order of the file."""
        return list(self._blocks)


@cache
def load(noun: str) -> Queries:
    """The queries of `<noun>.sql`."""
    return Queries(noun, resources.files(__name__).joinpath(f"{noun}.sql").read_text("utf-8"))
