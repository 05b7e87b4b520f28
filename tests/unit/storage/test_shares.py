"""Sessions and shares: found by the hash of their secret, while they are good."""

from __future__ import annotations

import sqlite3

import pytest

from playground.storage.database import Database
from playground.storage.sessions import Sessions
from playground.storage.shares import Shares


async def test_a_session_is_found_by_its_token_s_hash(database: Database) -> None:
    sessions = Sessions(database)
    made = await sessions.create(b"hash", 7)
    assert await sessions.by_token(b"hash") == made == await sessions.get(made.id)
    assert await sessions.by_token(b"other") is None
    assert await sessions.get("other") is None


async def test_a_share_opens_its_own_session_until_it_is_revoked(database: Database) -> None:
    sessions, shares = Sessions(database), Shares(database)
    one, two = (await sessions.create(b"1", 0)).id, (await sessions.create(b"2", 0)).id
    share = await shares.create(one, b"secret", "view", 10)
    assert await shares.by_secret(one, b"secret", 11) == share
    assert await shares.by_secret(two, b"secret", 11) is None
    assert await shares.by_secret(one, b"Secret", 11) is None
    assert not await shares.revoke(two, share.id, 12)
    assert await shares.revoke(one, share.id, 12)
    assert not await shares.revoke(one, share.id, 13)
    assert await shares.by_secret(one, b"secret", 11) is None
    assert await shares.live(one, 11) == []


async def test_a_share_ends_when_it_expires(database: Database) -> None:
    shares = Shares(database)
    session = (await Sessions(database).create(b"1", 0)).id
    share = await shares.create(session, b"secret", "view", 10, expires=20)
    assert await shares.by_secret(session, b"secret", 19) == share
    assert await shares.by_secret(session, b"secret", 20) is None
    assert await shares.live(session, 19) == [share]
    assert await shares.live(session, 20) == []
    assert not await shares.revoke(session, share.id, 20)


async def test_a_share_belongs_to_a_session_that_there_is(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await Shares(database).create("nobody", b"secret", "view", 10)
