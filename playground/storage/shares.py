"""Shares: links that let others into a session."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

from playground.core.ids import new_public_id
from playground.storage import queries
from playground.storage.database import Database

Scope = Literal["view"]

_SQL: Final = queries.load("shares")


@dataclass(frozen=True, slots=True)
class Share:
    """A link to a session. Times in epoch ms; `expires` None for never."""

    id: str
    session: str
    scope: Scope
    created: int
    expires: int | None


class Shares:
    """The stored shares. Only those that are neither revoked nor expired are ever found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self, session: str, secret_hash: bytes, scope: Scope, now: int, expires: int | None = None
    ) -> Share:
        """Store a link that opens to whoever holds the secret with that SHA-256."""
        share = Share(new_public_id(), session, scope, now, expires)
        row = {
            "id": share.id,
            "session": session,
            "secret_hash": secret_hash,
            "scope": scope,
            "created": now,
            "expires": expires,
        }
        await self._database.execute(_SQL["create"], row)
        return share

    async def by_secret(self, session: str, secret_hash: bytes, now: int) -> Share | None:
        """The session's share whose secret has that SHA-256."""
        row = await self._database.read_one(
            _SQL["by_secret"], {"session": session, "secret_hash": secret_hash, "now": now}
        )
        return _share(row) if row is not None else None

    async def live(self, session: str, now: int) -> list[Share]:
        """The session's shares, oldest first."""
        return [
            _share(row) for row in await self._database.read(_SQL["live"], {"session": session, "now": now})
        ]

    async def revoke(self, session: str, share: str, now: int) -> bool:
        """End a share; answers whether the session had a live one of that id."""
        row = {"id": share, "session": session, "now": now}
        return await self._database.execute(_SQL["revoke"], row) == 1


def _share(row: sqlite3.Row) -> Share:
    return Share(row["id"], row["session"], row["scope"], row["created"], row["expires"])
