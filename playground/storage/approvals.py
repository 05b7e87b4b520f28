"""Approvals: links that open one wait of one run, for one answer."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import msgspec

from playground.core.errors import PlaygroundError
from playground.storage import queries
from playground.storage.audit import AuditRow
from playground.storage.database import Database
from playground.storage.share import Share, share_of

Verdict = Literal["approved", "rejected", "answered"]

_SQL: Final = queries.load("approvals")
_CREATE_SHARE: Final = queries.load("shares")["create"]


MOST_OPEN: Final = 1000
"""Links of one session that can still be used."""
MOST_KEPT: Final = 1000
"""Links of one session that cannot be used any more, and tell what has become of them."""


class NotOpen(PlaygroundError):
    """The link was used, revoked or has expired."""


class TooManyOpen(PlaygroundError):
    """The session has as many links that can be used as one may have."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was answered: when (epoch ms), and who the person says to be. Nothing but that person's word
    stands behind `by`.
    """

    time: int
    verdict: Verdict
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Approval:
    """A link to one wait: its step, the entry that began it (seq and epoch ms), what it waits for and what is
    asked. `fields` is JSON that the maker of the link gave, `revoked` when it was (epoch ms).
    """

    share: Share
    step_name: str
    step_count: int
    event_type: str
    wait_seq: int
    wait_time: int
    question: str
    fields: Any = None
    revoked: int | None = None
    decision: Decision | None = None

    @property
    def step(self) -> str:
        """The step's key as the page knows it."""
        return f"wait:{self.step_count}:{self.step_name}"

    def audited(
        self, action: str, time: int, actor: Literal["owner", "link"], detail: dict[str, Any]
    ) -> AuditRow:
        """A row of the audit trail about this link."""
        share = self.share
        return AuditRow(
            share.session,
            time,
            action,
            actor,
            share.id,
            share.label,
            share.scope,
            share.instance,
            self.step,
            detail,
        )


@dataclass(frozen=True, slots=True)
class Deciding:
    """The use of a link, and the audit trail's row of it: to go along with the event that it sends. Raises
    `NotOpen` where the link is not to be used any more, which undoes the event, too.
    """

    approval: Approval
    decision: Decision

    def write(self, connection: sqlite3.Connection) -> None:
        """Store both."""
        approval, decision = self.approval, self.decision
        row = {
            "share": approval.share.id,
            "decided": decision.time,
            "verdict": decision.verdict,
            "decided_by": decision.by,
            "note": decision.note,
        }
        if connection.execute(_SQL["decide"], row).rowcount != 1:
            raise NotOpen
        detail = {
            "type": approval.event_type,
            "verdict": decision.verdict,
            "by": decision.by,
            "note": decision.note,
        }
        approval.audited("decided", decision.time, "link", detail).write(connection)


class Approvals:
    """The stored ones."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, approval: Approval, secret_hash: bytes) -> None:
        """Store a link, and that it was made. Raises `TooManyOpen`.

        Of the session's links that were used, revoked or have expired, the latest `MOST_KEPT` are kept; what
        was decided by the others is in the audit trail.
        """
        share = approval.share
        about = {"session": share.session, "now": share.created, "kept": MOST_KEPT}
        row = {
            "share": share.id,
            "step_name": approval.step_name,
            "step_count": approval.step_count,
            "event_type": approval.event_type,
            "wait_seq": approval.wait_seq,
            "wait_time": approval.wait_time,
            "question": approval.question,
            "fields": None if approval.fields is None else msgspec.json.encode(approval.fields).decode(),
        }

        def create(connection: sqlite3.Connection) -> None:
            if connection.execute(_SQL["undecided"], about).fetchone()[0] >= MOST_OPEN:
                raise TooManyOpen
            connection.execute(_SQL["forget"], about)
            connection.execute(_CREATE_SHARE, share.row(secret_hash))
            connection.execute(_SQL["create"], row)
            detail = {"expires": share.expires, "type": approval.event_type}
            approval.audited("link_made", share.created, "owner", detail).write(connection)

        await self._database.write(create)

    async def by_secret(self, id: str, secret_hash: bytes) -> Approval | None:
        """The link of that id whose secret has that SHA-256, whatever has become of it."""
        row = await self._database.read_one(_SQL["by_secret"], {"id": id, "secret_hash": secret_hash})
        return _approval(row) if row is not None else None

    async def of_session(self, session: str, now: int) -> list[Approval]:
        """The session's links that are neither revoked nor expired, oldest first; used ones among them."""
        rows = await self._database.read(_SQL["of_session"], {"session": session, "now": now})
        return [_approval(row) for row in rows]


def _approval(row: sqlite3.Row) -> Approval:
    approval = Approval(
        share_of(row),
        row["step_name"],
        row["step_count"],
        row["event_type"],
        row["wait_seq"],
        row["wait_time"],
        row["question"],
        None if row["fields"] is None else msgspec.json.decode(row["fields"]),
        row["revoked"],
    )
    if row["decided"] is None:
        return approval
    return replace(
        approval, decision=Decision(row["decided"], row["verdict"], row["decided_by"], row["note"])
    )
