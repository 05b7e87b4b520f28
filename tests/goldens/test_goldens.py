"""Recorded histories of every feature, cut after every commit: this version goes on with each as the one did
that made them.

A history that is here is a promise to instances that exist. Where this test fails, the code is wrong, not the
history; a rule that has to change belongs to a new `ENGINE_VERSION` (docs/testing-crashes.md).
`scripts/record_goldens.py` records what is new.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground.engine.settings import ENGINE_VERSION
from scripts.record_goldens import record
from tests.compiled import CACHE
from tests.goldens.flow import Flow, flow, flows
from tests.goldens.golden import Golden, digest_of, goldens
from tests.goldens.meaning import meanings
from tests.goldens.recording import Recording
from tests.goldens.replay import replay
from tests.goldens.world import World

GOLDENS = goldens()
PYTHON = [golden for golden in GOLDENS if golden.flow.endswith(".py")]
JAVASCRIPT = [golden for golden in GOLDENS if not golden.flow.endswith(".py")]


def test_every_flow_has_its_history_and_has_not_changed_since() -> None:
    assert {flow.feature for flow in flows()} == {golden.feature for golden in GOLDENS}
    for golden in GOLDENS:
        assert golden.digest == digest_of(golden.flow), (
            f"{golden.flow} is not what {golden.feature} was made by"
        )
        assert golden.engine_version <= ENGINE_VERSION


def cuts_of(golden: Golden) -> list[tuple[Golden, Flow, int]]:
    """The golden with each moment at which it is cut."""
    made_by = flow(golden.flow)
    # of those that are removed by themselves, how that goes on is tried, too
    end = len(golden.commits) + any(golden.retention)
    return [(golden, made_by, cut) for cut in range(golden.first_cut, end)]


@pytest.mark.parametrize("golden", PYTHON, ids=[golden.feature for golden in PYTHON])
async def test_python_goes_on_from_every_commit(golden: Golden, tmp_path: Path) -> None:
    cuts = cuts_of(golden)
    world = World(tmp_path, [cuts[0][1]], CACHE)
    await world.open()
    try:
        assert await replay(world, cuts) == len(cuts)
    finally:
        await world.close()


def test_no_golden_is_without_cuts() -> None:
    assert all(map(cuts_of, GOLDENS))


@pytest.mark.parametrize(
    "settings", sorted({json.dumps(flow(golden.flow).settings) for golden in JAVASCRIPT})
)
async def test_javascript_goes_on_from_every_commit(settings: str, tmp_path: Path) -> None:
    every = [cut for golden in JAVASCRIPT for cut in cuts_of(golden)]
    cuts = [cut for cut in every if json.dumps(cut[1].settings) == settings]
    world = World(tmp_path, {cut[1].feature: cut[1] for cut in cuts}.values(), CACHE)
    await world.open()
    try:
        assert await replay(world, cuts) == len(cuts)
    finally:
        await world.close()


async def test_what_is_recorded_stays(capsys: pytest.CaptureFixture[str]) -> None:
    before = {golden.path: golden.path.read_bytes() for golden in GOLDENS}
    assert await record(["python-steps"], force=False) == 1
    assert "is there" in capsys.readouterr().err
    assert await record([], force=True) == 0
    assert await record(["python-nothing"], force=True) == 1
    assert {golden.path: golden.path.read_bytes() for golden in GOLDENS} == before


@pytest.mark.parametrize("file", ["steps.py", "values.py", "ahead.js"])
async def test_a_recording_is_what_was_recorded(file: str, tmp_path: Path) -> None:
    made_by = flow(file)
    anew = await Recording(tmp_path, CACHE, made_by).record()
    golden = next(golden for golden in GOLDENS if golden.feature == made_by.feature)
    was, now = ([entry for commit in each.commits for entry in commit.entries] for each in (golden, anew))
    assert meanings(now, set()) == meanings(was, set())
    assert anew.params == golden.params
