"""Every write and sync of a recorded run as a moment to crash at, with and without power.

CI takes a sample of the moments; `PLAYGROUND_NIGHTLY=1` takes all of them, and each with many power cuts. A
failure names the moment and the seed: `PLAYGROUND_CRASH=MOMENT:SEED` repeats that one (the recording is made
anew, and two recordings are alike but not equal; the folder that the failure names holds this one).
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.crash import images, recorder
from tests.crash.acknowledging_program import INSTANCES, live
from tests.crash.recorder import Operation

pytestmark = pytest.mark.crash

_NIGHTLY = bool(os.environ.get("PLAYGROUND_NIGHTLY"))
_ENTRIES = (
    "SELECT seq, type, json_extract(data, '$.step.name') FROM entries WHERE instance_key = ? ORDER BY seq"
)
_KILLS = 40
_POWER_CUTS = 80
_CUTS_PER_MOMENT = 5


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> list[Operation]:
    """The operations of one whole run of the program."""
    folder = tmp_path_factory.mktemp("recorded")
    log = tmp_path_factory.mktemp("log") / "operations"
    subprocess.run(
        [sys.executable, "-m", "tests.crash.acknowledging_program", str(folder)],
        env={**os.environ, **recorder.environment(folder, log=log), "PYTHONWARNINGS": "error"},
        check=True,
        timeout=90,
    )
    operations = list(recorder.operations(log, folder))
    assert images.killed(operations)["engine.db"] == (folder / "engine.db").read_bytes()
    return operations


def test_the_recording_holds_what_it_should(recording: list[Operation]) -> None:
    told = _acknowledged(recording)
    assert sum(what[0] == "ended" for what in told) == INSTANCES
    assert told[-1] == ["closed"]
    names = Counter((operation.kind, operation.name) for operation in recording)
    assert names["sync", "engine.db-wal"] > INSTANCES
    assert names["sync", "engine.db"] >= 2, "no checkpoint was made"
    assert names["unlink", "engine.db-wal"] == 1


def _moments(recording: list[Operation], sample: int) -> list[int]:
    """After how many operations to crash."""
    ours = [
        number
        for number, operation in enumerate(recording, 1)
        if not operation.name.endswith(("-shm", ".lock", "acknowledged"))
    ]
    return ours if _NIGHTLY else ours[:: max(1, len(ours) // sample)]


async def test_a_kill_at_any_operation_loses_and_repeats_nothing(
    recording: list[Operation], tmp_path: Path
) -> None:
    for moment in _moments(recording, _KILLS):
        folder = tmp_path / f"killed-{moment}"
        images.write(images.killed(recording[:moment]), folder)
        await _check(folder, recording[:moment])


async def test_a_power_cut_at_any_operation_loses_and_repeats_nothing(
    recording: list[Operation], tmp_path: Path
) -> None:
    if named := os.environ.get("PLAYGROUND_CRASH"):
        only = named.split(":")
        cuts = [(int(only[0]), int(only[1]))]
    else:
        per_moment = _CUTS_PER_MOMENT if _NIGHTLY else 1
        cuts = [(m, m * 100 + cut) for m in _moments(recording, _POWER_CUTS) for cut in range(per_moment)]
    for moment, seed in cuts:
        folder = tmp_path / f"cut-{moment}:{seed}"
        images.write(images.without_power(recording[:moment], Random(seed)), folder)
        await _check(folder, recording[:moment])


async def test_a_cut_of_power_can_lose_what_was_not_synced(
    recording: list[Operation], tmp_path: Path
) -> None:
    """The images are as bad as they should be: a server that tells before the sync would be found out."""
    lost = 0
    for moment in _moments(recording, _POWER_CUTS):
        early = [operation for operation in recording[:moment] if operation.kind != "sync"]
        image = images.without_power(early, Random(moment))
        told = {what[1] for what in _acknowledged(recording[:moment]) if what[0] == "created"}
        lost += len(told - await asyncio.to_thread(_instances, image, tmp_path / f"unsynced-{moment}"))
    assert lost > 0


def _instances(image: dict[str, bytes], folder: Path) -> set[str]:
    images.write(image, folder)
    try:
        connection = sqlite3.connect(folder / "engine.db")
        try:
            return {row[0] for row in connection.execute("SELECT id FROM instances")}
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        return set()


def _acknowledged(operations: list[Operation]) -> list[list[str]]:
    lines = b"".join(operation.data for operation in operations if operation.name == "acknowledged")
    return [json.loads(line) for line in lines.splitlines()]


async def _check(folder: Path, operations: list[Operation]) -> None:
    """Start the engine on what is left, let everything end, and see that what was told is so."""
    where = str(folder)
    told = _acknowledged(operations)
    before = await asyncio.to_thread(_completed, folder)
    for what in told:
        if what[0] == "created":
            assert what[1] in before, (where, what)
        elif what[0] == "step":
            assert what[2] in before[what[1]], (where, what)
        elif what[0] == "event":
            assert "event_received" in before[what[1]], (where, what)
        elif what[0] == "ended":
            assert "workflow_completed" in before[what[1]], (where, what)
    calls: Counter[tuple[str, str]] = Counter()
    await asyncio.wait_for(live(folder, lambda *_: None, calls), 60)
    for id, name in calls:
        assert name not in before.get(id, ()), (where, "a committed step ran again", id, name)
    after = await asyncio.to_thread(_completed, folder)
    for number in range(INSTANCES):
        ends = after[f"i{number}"]
        wanted = {"first", "left", "right", "nap", "go", "last", "event_received", "workflow_completed"}
        assert ends == Counter(wanted), (where, number, ends)


def _completed(folder: Path) -> dict[str, Counter[str]]:
    """By instance: how often each of its steps is completed, an event was received, and it ended. The file is
    checked, too.
    """
    connection = sqlite3.connect(folder / "engine.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], folder
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == [], folder
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'entries'").fetchall():
            return {}
        found: dict[str, Counter[str]] = {}
        for id, next_seq, key in connection.execute("SELECT id, next_seq, key FROM instances"):
            ends = found[id] = Counter()
            seqs = []
            for seq, type, step in connection.execute(_ENTRIES, (key,)):
                seqs.append(seq)
                if type in ("event_received", "workflow_completed"):
                    ends[type] += 1
                elif type in ("step_completed", "sleep_completed", "wait_completed"):
                    ends[step] += 1
            assert seqs == list(range(1, next_seq)), (folder, id)
        return found
    finally:
        connection.close()
