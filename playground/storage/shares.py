"""Shares: links that let others into a session."""

from __future__ import annotations

import sqlite3
from typing import Final

from playground.core.ids import new_public_id
from playground.storage import queries
from playground.storage.approvals import Approvals
from playground.storage.audit import Audit, AuditRow
from playground.storage.database import Database
from playground.storage.share import Scope, Share, share_of

__all__ = ["Scope", "Share", "Shares"]

_SQL: Final = queries.load("shares")
_USE_EVERY_MS: Final = 60_000
"""How exactly the last use of a link is known: a use that follows another within this time is not stored."""


class Shares:
    """The stored shares. Only those that are neither revoked nor expired are ever found."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.approvals = Approvals(database)
        """Links to one wait of one run."""
        self.audit = Audit(database)
        """Who did what by which link."""

    async def create(
        self,
        session: str,
        secret_hash: bytes,
        scope: Scope,
        now: int,
        expires: int | None = None,
        label: str = "",
    ) -> Share:
        """Store a link that opens the session to whoever holds the secret with that SHA-256, and that it was
        made.
        """
        share = Share(new_public_id(), session, scope, now, expires, label)
        await self._database.write(lambda connection: _create(connection, share, secret_hash))
        return share

    async def by_secret(self, session: str, secret_hash: bytes, now: int) -> Share | None:
        """The session's share whose secret has that SHA-256."""
        row = await self._database.read_one(
            _SQL["by_secret"], {"session": session, "secret_hash": secret_hash, "now": now}
        )
        return share_of(row) if row is not None else None

    async def live(self, session: str, now: int) -> list[Share]:
        """The session's shares, oldest first, links to one wait among them."""
        rows = await self._database.read(_SQL["live"], {"session": session, "now": now})
        return [share_of(row) for row in rows]

    async def used(self, share: Share, now: int) -> None:
        """Remember that the link was used; at most once a minute that is a write."""
        before = now - _USE_EVERY_MS
        if share.last_used is None or share.last_used <= before:
            await self._database.execute(_SQL["used"], {"id": share.id, "now": now, "before": before})

    async def revoke(self, session: str, share: str, now: int) -> bool:
        """End a share, and note that; answers whether the session had a live one of that id."""
        row = {"id": share, "session": session, "now": now}

        def revoke(connection: sqlite3.Connection) -> bool:
            ended = connection.execute(_SQL["revoke"], row).fetchone()
            if ended is None:
                return False
            _noted(share_of(ended), now, "link_revoked").write(connection)
            return True

        return await self._database.write(revoke)


def _create(connection: sqlite3.Connection, share: Share, secret_hash: bytes) -> None:
    connection.execute(_SQL["create"], share.row(secret_hash))
    _noted(share, share.created, "link_made").write(connection)


def _noted(share: Share, now: int, action: str) -> AuditRow:
    return AuditRow(
        share.session,
        now,
        action,
        "owner",
        share.id,
        share.label,
        share.scope,
        share.instance,
        None,
        {"expires": share.expires} if action == "link_made" else {},
    )
