"""Sessions: who a tenant is to the web."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playground.core.ids import new_public_id
from playground.storage import queries
from playground.storage.database import Database

_SQL: Final = queries.load("sessions")


@dataclass(frozen=True, slots=True)
class Session:
    """A session by its public id, which is also the tenant's name. `created` in epoch ms."""

    id: str
    created: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What stood in the editor when it was last saved. `payload` is JSON text, or None; `saved` in epoch
    ms.
    """

    source: str
    payload: str | None
    saved: int
    language: str = "js"
    """`js` or `ts`."""


class Sessions:
    """The stored sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, token_hash: bytes, now: int) -> Session:
        """Store a new session whose owner holds the token with that SHA-256."""
        session = Session(new_public_id(), now)
        row = {"id": session.id, "token_hash": token_hash, "created": now}
        await self._database.execute(_SQL["create"], row)
        return session

    async def by_token(self, token_hash: bytes) -> Session | None:
        """The session whose token has that SHA-256."""
        row = await self._database.read_one(_SQL["by_token"], {"token_hash": token_hash})
        return Session(row["id"], row["created"]) if row is not None else None

    async def get(self, session: str) -> Session | None:
        """The session with that public id."""
        row = await self._database.read_one(_SQL["get"], {"id": session})
        return Session(row["id"], row["created"]) if row is not None else None

    async def draft(self, session: str) -> Draft | None:
        """What was last saved of the session's editor, or None where nothing was."""
        row = await self._database.read_one(_SQL["draft"], {"id": session})
        if row is None:
            return None
        return Draft(row["source"], row["payload"], row["saved"], row["language"])

    async def save_draft(
        self, session: str, source: str, payload: str | None, now: int, language: str = "js"
    ) -> bool:
        """Keep what stands in the editor; answers whether the session exists."""
        row = {"id": session, "source": source, "payload": payload, "saved": now, "language": language}
        return await self._database.execute(_SQL["save_draft"], row) == 1
