"""In which order a scope's entries have come: written by stretches, and late.

Who watches a scope reads on from a position. An index of every entry for that would be the dearest part of
a commit: each row goes to a page of its scope's. So stretches of entries are written down
(`0009_arrivals.sql`), a thousand positions at once, and what is not written down yet is looked through.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from playground.storage.queries import load

_ARRIVALS: Final = load("arrivals")
_ENTRIES: Final = load("entries")
_AT_ONCE: Final = 1024
"""Positions that are written down together; as many, and those of one commit, are looked through."""


class Arrivals:
    """Writes down what has come. Touched in the writer's thread alone."""

    def __init__(self) -> None:
        self._looked = 0

    def note(self, connection: sqlite3.Connection, position: int) -> None:
        """Entries up to `position` are there; in the transaction that writes them."""
        if position - self._looked < _AT_ONCE:
            return
        self._looked = position
        mark = connection.execute(_ARRIVALS["mark"]).fetchone()[0]
        if position - mark >= _AT_ONCE:
            connection.execute(_ARRIVALS["write_down"], {"after": mark, "until": position})
            connection.execute(_ARRIVALS["set_mark"], {"mark": position})


def of_scope(connection: sqlite3.Connection, scope: str, after: int, limit: int) -> list[sqlite3.Row]:
    """Entries of a scope after a position, in the order of their positions; -1 is no limit."""
    mark = connection.execute(_ARRIVALS["mark"]).fetchone()[0]
    about = {"scope": scope, "after": after, "mark": mark, "limit": limit}
    rows = connection.execute(_ENTRIES["of_scope"], about).fetchall() if after < mark else []
    if limit < 0 or len(rows) < limit:
        about |= {"after": max(after, mark), "limit": limit if limit < 0 else limit - len(rows)}
        rows += connection.execute(_ENTRIES["of_scope_lately"], about).fetchall()
    return rows
