"""The audit trail: who did what, when, and by which link. Rows are added, and nothing else: the schema
refuses to change or to delete one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec

from playground.storage import queries
from playground.storage.database import Database

Actor = Literal["owner", "link"]

_SQL: Final = queries.load("audit")
_LATEST: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that was done. `time` in epoch ms; `position` grows and is 0 before the row is stored.

    `share`, `label` and `scope` are of the link by which it was done, or that it was done to. `detail` is a
    JSON object.
    """

    session: str
    time: int
    action: str
    actor: Actor
    share: str | None = None
    label: str | None = None
    scope: str | None = None
    instance: str | None = None
    step: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    position: int = 0

    def write(self, connection: sqlite3.Connection) -> None:
        """Store it within a transaction of the caller's; so it can go along with an append to a log."""
        connection.execute(
            _SQL["add"],
            {
                "session": self.session,
                "time": self.time,
                "action": self.action,
                "share": self.share,
                "label": self.label,
                "scope": self.scope,
                "actor": self.actor,
                "instance": self.instance,
                "step": self.step,
                "detail": msgspec.json.encode(self.detail).decode(),
            },
        )


class Audit:
    """The stored trail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, row: AuditRow) -> None:
        """Store a row; durable when this returns."""
        await self._database.write(row.write)

    async def of_session(self, session: str, before: int | None, limit: int) -> list[AuditRow]:
        """The session's rows before that position, newest first."""
        parameters = {"session": session, "before": _LATEST if before is None else before, "limit": limit}
        return [_row(row) for row in await self._database.read(_SQL["of_session"], parameters)]


def _row(row: sqlite3.Row) -> AuditRow:
    return AuditRow(
        row["session"],
        row["time"],
        row["action"],
        row["actor"],
        row["share"],
        row["label"],
        row["scope"],
        row["instance"],
        row["step"],
        msgspec.json.decode(row["detail"], type=dict[str, Any]),
        row["position"],
    )
