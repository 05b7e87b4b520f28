"""The journal: creates, guarded appends, groups, reads."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from playground.core.errors import SequenceConflict, StorageError
from playground.storage.database import Database
from playground.storage.journal import INLINE_BYTES, InstanceExists, Journal
from playground.storage.rows import Append, InstanceRow, NewEntry, NewInstance


def new(id: str, scope: str = "s") -> NewInstance:
    entry = NewEntry(1, "workflow_queued", '{"workflow":"w"}')
    return NewInstance(scope, "w", id, 1, b"jnull", 1, entry)


def entry(type: str = "log", data: str = "{}", value: bytes | None = None) -> NewEntry:
    return NewEntry(2, type, data, value)


async def append(
    journal: Journal,
    key: int,
    expected_seq: int,
    *entries: NewEntry,
    projection: tuple[str, int | None] | None = None,
) -> range:
    future: asyncio.Future[range] = asyncio.get_running_loop().create_future()

    def done(result: range | Exception) -> None:
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)

    journal.append(Append(key, "s", expected_seq, entries, projection), done)
    return await future


async def row(journal: Journal, key: int) -> InstanceRow:
    found = await journal.by_key(key)
    assert found is not None
    return found


async def test_create_and_find(journal: Journal) -> None:
    [created] = await journal.create([new("a")])
    found = await journal.find("s", "w", "a")
    assert found == InstanceRow(created.key, "s", "w", "a", "queued", 1, b"jnull", 2, None, 1, 5)
    assert await journal.find("s", "other", "a") is None
    assert await journal.find("other", "w", "a") is None
    assert found == await journal.find_in_scope("s", "a")
    [first] = await journal.history(found)
    assert (first.position, first.seq, first.type, first.instance) == (
        created.position,
        1,
        "workflow_queued",
        "a",
    )


async def test_append_advances_the_row_and_the_log(journal: Journal) -> None:
    [created] = await journal.create([new("a")])
    positions = await append(
        journal, created.key, 2, entry("x"), entry("y", value=b"v"), projection=("waiting", 9)
    )
    assert list(positions) == [created.position + 1, created.position + 2]
    found = await row(journal, created.key)
    assert (found.next_seq, found.status, found.wake_at) == (4, "waiting", 9)
    await append(journal, created.key, 4, entry("z"))
    found = await row(journal, created.key)
    assert (found.next_seq, found.status, found.wake_at) == (5, "waiting", 9)
    assert [(each.seq, each.type) for each in await journal.history(found, 2)] == [(3, "y"), (4, "z")]
    assert await journal.value(created.key, 3) == b"v"


@pytest.mark.parametrize("expected_seq", [1, 3, 100])
async def test_append_with_another_seq_is_refused(journal: Journal, expected_seq: int) -> None:
    [created] = await journal.create([new("a")])
    with pytest.raises(SequenceConflict):
        await append(journal, created.key, expected_seq, entry())
    assert (await row(journal, created.key)).next_seq == 2


async def test_append_to_a_finished_instance_is_refused(journal: Journal) -> None:
    [created] = await journal.create([new("a")])
    await append(journal, created.key, 2, entry(), projection=("complete", None))
    with pytest.raises(SequenceConflict):
        await append(journal, created.key, 3, entry())


async def test_one_that_fails_does_not_touch_its_neighbours(journal: Journal) -> None:
    created = [(await journal.create([new(name)]))[0] for name in "abc"]
    results = await asyncio.gather(
        append(journal, created[0].key, 2, entry("a1")),
        append(journal, created[1].key, 7, entry("b1")),
        append(journal, created[0].key, 3, entry("a2")),
        append(journal, created[2].key, 2, entry("c1")),
        journal.create([new("a")]),
        journal.create([new("d")]),
        return_exceptions=True,
    )
    kinds = [type(result) for result in results]
    assert kinds == [range, SequenceConflict, range, range, InstanceExists, list]
    logs = [[each.type for each in await journal.history(await row(journal, key))] for key, _ in created]
    queued = "workflow_queued"
    assert logs == [[queued, "a1", "a2"], [queued], [queued, "c1"]]
    positions = [each.position for each in await journal.scope_history("s")]
    assert positions == sorted(set(positions))


async def test_appends_of_a_group_to_one_instance_must_follow_each_other(journal: Journal) -> None:
    [created] = await journal.create([new("a")])
    results = await asyncio.gather(
        append(journal, created.key, 2, entry("first"), projection=("running", None)),
        append(journal, created.key, 2, entry("same seq")),
        append(journal, created.key, 3, entry("second")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [range, SequenceConflict, range]
    found = await row(journal, created.key)
    assert (found.next_seq, found.status) == (4, "running")


async def test_a_batch_is_created_whole_or_not(journal: Journal) -> None:
    await journal.create([new("taken")])
    with pytest.raises(InstanceExists):
        await journal.create([new("a"), new("taken"), new("b")])
    assert [each.id for each in await journal.of_scope("s")] == ["taken"]
    assert [each.id for each in await journal.latest_of_scope("s", 5)] == ["taken"]


async def test_many_rows_of_any_number(journal: Journal) -> None:
    created = await journal.create([new(f"i{number}") for number in range(333)])
    for count in (1, 2, 3, 7, 31, 65, 299):
        [each] = await journal.create([new(f"with {count}")])
        positions = await append(journal, each.key, 2, *(entry(data=f'{{"n":{n}}}') for n in range(count)))
        assert len(positions) == count
        log = await journal.history(await row(journal, each.key))
        assert [item.data for item in log[1:]] == [f'{{"n":{n}}}' for n in range(count)]
    assert len({each.key for each in created}) == 333


async def test_positions_and_keys_are_not_used_again_after_a_restart(tmp_path: Path) -> None:
    highest: list[Any] = []
    for id in ("a", "b"):
        database = await Database.open(tmp_path / "again.db")
        [created] = await Journal(database).create([new(id)])
        highest.append(created)
        if id == "a":
            await database.execute("DELETE FROM entries")
        await database.close()
    assert highest[1].position > highest[0].position
    assert highest[1].key > highest[0].key


async def test_scope_history_is_that_of_the_scope_alone(journal: Journal) -> None:
    [one] = await journal.create([new("a")])
    await journal.create([new("b", scope="other")])
    [two] = await journal.create([new("c")])
    await append(journal, one.key, 2, entry("x"))
    log = await journal.scope_history("s")
    assert [(each.instance, each.type) for each in log] == [
        ("a", "workflow_queued"),
        ("c", "workflow_queued"),
        ("a", "x"),
    ]
    assert await journal.scope_history("s", log[0].position, 1) == [log[1]]
    assert two.position == log[1].position


async def test_what_runs_and_what_wakes(journal: Journal) -> None:
    keys = []
    for number, projection in enumerate(
        [("running", None), ("waiting", 50), ("waiting", 20), ("complete", None), None]
    ):
        [created] = await journal.create([new(f"i{number}")])
        keys.append(created.key)
        if projection is not None:
            await append(journal, created.key, 2, entry(), projection=projection)
    assert await journal.unfinished(0, 10) == [(keys[0], "s"), (keys[4], "s")]
    assert await journal.unfinished(0, 1) == [(keys[0], "s")]
    assert await journal.unfinished(keys[0], 10) == [(keys[4], "s")]
    assert await journal.waking(0, 100) == [(keys[2], "s", 20), (keys[1], "s", 50)]
    assert await journal.waking(20, 49) == []


async def test_outcome(journal: Journal) -> None:
    [created] = await journal.create([new("a")])
    assert await journal.outcome(created.key) == (created.key, "queued", None, None)
    await append(journal, created.key, 2, entry(value=b"not this"), projection=("running", None))
    assert await journal.outcome(created.key) == (created.key, "running", None, None)
    last = entry(value=b"this", data='{"a":1}')
    await append(journal, created.key, 3, last, projection=("complete", None))
    assert await journal.outcome(created.key) == (created.key, "complete", b"this", '{"a":1}')


async def test_replay_reads_small_values_and_counts_lines_outside_steps(journal: Journal) -> None:
    [created] = await journal.create([new("a")])
    small, large = b"x" * INLINE_BYTES, b"x" * (INLINE_BYTES + 1)
    step = '{"step":{"kind":"do","name":"a","count":1}}'
    await append(
        journal, created.key, 2, entry("a", value=small), entry("b", value=large), entry(), entry(data=step)
    )
    log, lines = await journal.for_replay(await row(journal, created.key))
    assert [(each.type, each.value) for each in log[1:]] == [("a", small), ("b", None)]
    assert lines == 1


async def test_after_close_nothing_is_written(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "closed.db")
    journal = Journal(database)
    await database.close()
    with pytest.raises(StorageError, match="closed"):
        await journal.create([new("a")])
