"""A share: one link."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

Scope = Literal["view", "approve", "edit"]


@dataclass(frozen=True, slots=True)
class Share:
    """A link to a session, or (with an `instance`) to one wait of that run. Times in epoch ms; `expires` None
    for never, `last_used` None until it was used, and exact to a minute.
    """

    id: str
    session: str
    scope: Scope
    created: int
    expires: int | None
    label: str = ""
    last_used: int | None = None
    instance: str | None = None

    def row(self, secret_hash: bytes) -> dict[str, Any]:
        """What is stored of a new one: of its secret, the SHA-256 only."""
        return {
            "id": self.id,
            "session": self.session,
            "secret_hash": secret_hash,
            "scope": self.scope,
            "label": self.label,
            "created": self.created,
            "expires": self.expires,
            "instance": self.instance,
        }


def share_of(row: sqlite3.Row) -> Share:
    """A row of `shares`."""
    return Share(
        row["id"],
        row["session"],
        row["scope"],
        row["created"],
        row["expires"],
        row["label"],
        row["last_used"],
        row["instance"],
    )
