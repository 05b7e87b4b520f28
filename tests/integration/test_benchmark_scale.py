"""The measurements of what grows with numbers run, and find a figure for all that they are asked for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks import plot
from benchmarks.scale import __main__ as scale
from benchmarks.scale.figure import Figure, shown
from benchmarks.scale.million import among
from benchmarks.scale.steps import come_back, long_and_wide
from benchmarks.scale.stream import commit_to_message, delays


async def test_steps_and_resumption(tmp_path: Path) -> None:
    found = [figure async for figure in long_and_wide(tmp_path, 5, 2)]
    found += [figure async for figure in come_back(tmp_path, 5, 1)]
    assert [figure.unit for figure in found] == ["ms", "ms", "ms", "ms", "s", "s"]
    assert all(figure.value > 0 for figure in found if not figure.name.endswith("CPU")), found


async def test_the_stream(tmp_path: Path) -> None:
    found = [figure async for figure in commit_to_message(tmp_path, 3, 1, 22190)]
    assert [figure.unit for figure in found] == ["ms", "ms"]
    assert 0 < found[0].value <= found[1].value


async def test_among_hibernated_instances(tmp_path: Path) -> None:
    found = {figure.name: figure async for figure in among(tmp_path, [5, 40], 3, 2, 1)}
    for name in ("create", "wake"):
        assert found[f"{name}, with 5 hibernated"].value > 0
        aim = found[f"{name}, with 40 hibernated"].at_least
        assert aim == pytest.approx(found[f"{name}, with 5 hibernated"].value * 0.8, abs=0.1)


def test_delays_are_from_the_first_commit_that_holds_the_entry() -> None:
    told = [("a", 2, 10**9), ("b", 9, 2 * 10**9), ("a", 5, 3 * 10**9)]
    came = [("a", 1, 15 * 10**8), ("a", 3, 4 * 10**9), ("b", 9, 2 * 10**9)]
    assert delays(told, came) == [0.5, 1.0, 0.0]


@pytest.mark.parametrize(
    ("figure", "met"),
    [
        (Figure("a", 2, "s"), None),
        (Figure("a", 2, "s", at_most=2), True),
        (Figure("a", 2.1, "s", at_most=2), False),
        (Figure("a", 2, "/s", at_least=2), True),
        (Figure("a", 1.9, "/s", at_least=2), False),
    ],
)
def test_aims(figure: Figure, met: bool | None) -> None:
    assert figure.met is met
    assert bool(figure.as_json()["aim"]) is (met is not None)


def test_as_many_digits_as_say_something() -> None:
    assert [shown(value, "ms") for value in (0.123, 12.34, 1234.5, 3)] == [
        "0.12 ms",
        "12.3 ms",
        "1,234 ms",
        "3 ms",
    ]
    assert shown(1500.0, "/s") == "1,500/s"


def test_a_part_that_fails_is_told_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def figures(working: bool) -> AsyncIterator[Figure]:
        if not working:
            raise RuntimeError("no disk")
        yield Figure("wake, with 5 hibernated", 4.0, "/s", at_least=3)

    parts = {"steps": lambda given, folder: figures(False), "asleep": lambda given, folder: figures(True)}
    monkeypatch.setattr(scale, "PARTS", parts)
    results = tmp_path / "results.json"
    assert scale.main(["--folder", str(tmp_path), "--json", str(results)]) == 1
    table = capsys.readouterr().out
    assert "not measured: RuntimeError: no disk" in table
    assert "| wake, with 5 hibernated | 4/s | ≥ 3/s |" in table
    picture = tmp_path / "picture.svg"
    assert plot.main([str(results), str(picture), "--table"]) == 0
    assert capsys.readouterr().out == table
    assert ">4/s</text>" in picture.read_text()
    assert json.loads(results.read_text())["kind"] == "scale"
