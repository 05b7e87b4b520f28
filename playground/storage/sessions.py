"""Sessions: who a tenant is to the web, and what stands in its editor."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from playground.core.ids import new_public_id
from playground.storage import queries
from playground.storage.database import Database
from playground.storage.versions import ModuleJson

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

    files: Mapping[str, ModuleJson]
    """Modules by name, in the order of their tabs."""
    main: str
    payload: str | None
    saved: int
    revision: int
    """Counts what was saved, from 1."""


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
        files = msgspec.json.decode(row["files"], type=dict[str, str | dict[str, Any]])
        return Draft(files, row["main"], row["payload"], row["saved"], row["revision"])

    async def revision(self, session: str) -> int:
        """The revision of the session's draft; 0 where nothing was saved."""
        row = await self._database.read_one(_SQL["revision"], {"id": session})
        return int(row["revision"]) if row is not None else 0

    async def save_draft(
        self,
        session: str,
        files: Mapping[str, ModuleJson],
        main: str,
        payload: str | None,
        now: int,
        *,
        based_on: int | None = None,
    ) -> int | None:
        """Keep what stands in the editor; answers its revision.

        `based_on` is the revision that it was made from (0: none, None: whichever there is). Answers None,
        and keeps nothing, where that is not the latest one, or there is no such session.
        """
        row = {
            "id": session,
            "files": msgspec.json.encode(dict(files)).decode(),
            "main": main,
            "payload": payload,
            "saved": now,
            "based_on": based_on,
        }

        def save(connection: sqlite3.Connection) -> int | None:
            found = connection.execute(_SQL["save_draft"], row).fetchall()
            return int(found[0][0]) if found else None

        return await self._database.write(save)
