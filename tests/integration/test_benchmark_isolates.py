"""The measurement of isolates runs, and finds a figure for all that it is asked for."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from benchmarks import isolates
from playground.isolates.pool import PoolSettings


async def test_every_figure_is_found(tmp_path: Path) -> None:
    bench = isolates.Bench(tmp_path)
    await bench.pool.start()
    try:
        found = await isolates.speed(bench, 4)
        found |= await isolates.weight(bench, 3)
        found |= await isolates.crowd(bench, 5)
    finally:
        await bench.pool.close()
    assert all(math.isfinite(value) and value > 0 for value in found.values()), found
    assert found["cold start, ms p50"] <= found["cold start, ms p99"]
    assert {"warm methods/s, 16 in flight", "module of 100 KB, ts, ms p50"} <= set(found)
    assert len(isolates.instantiation(PoolSettings().runtime, tmp_path, 3)) == 3


def test_the_modules_are_as_large_as_they_say() -> None:
    for language in ("js", "ts"):
        assert 100_000 <= len(isolates.large_module(language)) < 101_000


@pytest.mark.parametrize("as_json", [False, True])
def test_what_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    async def measured(rounds: int, count: int, alive: int, many: int) -> list[isolates.Figures]:
        assert (rounds, count, alive, many) == (3, 200, 200, 0)
        return [{"a, ms": 1.0}, {"a, ms": 3.0}, {"a, ms": 2.0}]

    monkeypatch.setattr(isolates, "measure", measured)
    assert isolates.main(["--rounds", "3", "--many", "0", *(["--json"] if as_json else [])]) == 0
    printed = capsys.readouterr().out
    if as_json:
        assert json.loads(printed)["figures"] == {"a, ms": {"median": 2.0, "least": 1.0, "most": 3.0}}
    else:
        assert printed.splitlines()[1].split() == ["a,", "ms", "2.00", "1.00", "3.00"]
