"""One statement for many rows.

sqlite3 lets go of Python's global lock around every step of a statement, and on a busy event loop getting
it back can take longer than the step took. So a thousand rows are written with a few large statements and
not with a thousand small ones.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any, Final

_CHUNKS: Final = (256, 64, 32, 16, 8, 4, 2, 1)


def execute_rows(connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[Any]]) -> int:
    """Run `sql`, whose `:rows` stands for the rows of a VALUES, over all `rows`; answers how many were
    touched.
    """
    return execute_values(connection, sql, len(rows[0]), list(chain.from_iterable(rows))) if rows else 0


def execute_values(connection: sqlite3.Connection, sql: str, columns: int, values: Sequence[Any]) -> int:
    """The same for rows of so many `columns`, whose values stand one after the other."""
    touched = 0
    start = 0
    while start < len(values):
        left = (len(values) - start) // columns
        size = next(chunk for chunk in _CHUNKS if chunk <= left)
        end = start + size * columns
        touched += connection.execute(_statement(sql, columns, size), values[start:end]).rowcount
        start = end
    return touched


@cache
def _statement(sql: str, columns: int, rows: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return sql.replace(":rows", ", ".join([row] * rows))
