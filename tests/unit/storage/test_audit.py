"""The audit trail and approvals as they are stored: rows for ever, and one decision each."""

from __future__ import annotations

import sqlite3

import pytest

from playground.storage.approvals import Approval, Deciding, Decision, NotOpen
from playground.storage.audit import Audit, AuditRow
from playground.storage.database import Database
from playground.storage.sessions import Sessions
from playground.storage.share import Share
from playground.storage.shares import Shares

YES = Decision(50, "approved", "Ada", "go on")


async def approval(database: Database, expires: int | None = None) -> Approval:
    session = (await Sessions(database).create(b"token", 0)).id
    made = Approval(
        Share("a" * 16, session, "approve", 10, expires, "Ada", None, "run"), "decide", 1, "go", 7, 9, "Yes?"
    )
    await Shares(database).approvals.create(made, b"secret")
    return made


async def test_rows_are_added_and_read_newest_first(database: Database) -> None:
    audit = Audit(database)
    for time in (1, 2, 3):
        await audit.add(AuditRow("one", time, "event_sent", "owner", detail={"type": "ü"}))
    await audit.add(AuditRow("two", 4, "link_made", "owner", "share", "Ada", "view"))
    rows = await audit.of_session("one", None, 2)
    assert [(row.time, row.detail) for row in rows] == [(3, {"type": "ü"}), (2, {"type": "ü"})]
    assert [row.time for row in await audit.of_session("one", rows[-1].position, 2)] == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit",
        "UPDATE audit SET detail = '{}'",
        "REPLACE INTO audit (position, session, time, action, actor, detail) VALUES (1,'',1,'','link','')",
    ],
)
async def test_a_row_is_not_changed_and_not_deleted(database: Database, statement: str) -> None:
    audit = Audit(database)
    await audit.add(AuditRow("one", 1, "link_made", "owner"))
    with pytest.raises(sqlite3.IntegrityError, match="the audit trail is never"):
        await database.execute(statement)
    assert len(await audit.of_session("one", None, 9)) == 1


async def test_a_link_to_a_wait_opens_no_session(database: Database) -> None:
    made = await approval(database)
    shares = Shares(database)
    assert await shares.by_secret(made.share.session, b"secret", 11) is None
    assert await shares.approvals.by_secret(made.share.id, b"other") is None
    assert await shares.approvals.by_secret(made.share.id, b"secret") == made


async def test_a_link_decides_once(database: Database) -> None:
    made = await approval(database)
    shares = Shares(database)
    await database.write(Deciding(made, YES).write)
    with pytest.raises(NotOpen):
        await database.write(Deciding(made, Decision(51, "rejected", "Bo", "")).write)
    stored = await shares.approvals.by_secret(made.share.id, b"secret")
    assert stored is not None
    assert stored.decision == YES
    rows = await shares.audit.of_session(made.share.session, None, 9)
    assert [row.action for row in rows] == ["decided", "link_made"]


@pytest.mark.parametrize("end", ["revoked", "expired"])
async def test_a_link_that_is_over_decides_nothing(database: Database, end: str) -> None:
    made = await approval(database, expires=50)
    shares = Shares(database)
    if end == "revoked":
        assert await shares.revoke(made.share.session, made.share.id, 20)
    with pytest.raises(NotOpen):
        await database.write(Deciding(made, YES).write)
    stored = await shares.approvals.by_secret(made.share.id, b"secret")
    assert stored is not None
    assert (stored.decision, stored.revoked) == (None, 20 if end == "revoked" else None)


async def test_a_use_is_stored_once_a_minute(database: Database) -> None:
    session = (await Sessions(database).create(b"token", 0)).id
    shares = Shares(database)
    await shares.create(session, b"secret", "view", 0)
    used = []
    for now in (1_000, 2_000, 60_999, 61_000, 61_001):
        [share] = await shares.live(session, now)
        await shares.used(share, now)
        [share] = await shares.live(session, now)
        used.append(share.last_used)
    assert used == [1_000, 1_000, 1_000, 61_000, 61_000]
