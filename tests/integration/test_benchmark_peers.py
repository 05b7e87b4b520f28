"""The comparison runs with what needs no download, believes no wrong result, and draws what it found."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as everything
from benchmarks import plot
from benchmarks.bars import Group, number_text, svg
from benchmarks.peers import __main__ as peers
from benchmarks.peers.contest import Rules, Score, hold, median_of
from benchmarks.peers.driver import WrongResult, each_alone, expect, measure
from benchmarks.peers.equipment import Equipment, Unavailable
from benchmarks.peers.reference import make_project
from benchmarks.peers.roster import ROSTER, Contender
from benchmarks.peers.tree import cpu_seconds, tree


def test_the_whole_with_our_own_ways(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results, picture = tmp_path / "results.json", tmp_path / "picture.svg"
    few = ["--rounds", "1", "--seconds", "0.1", "--warmup", "0.05", "-c", "1", "3"]
    only = ["--only", "binding", "python", "reference", "--no-install"]
    assert peers.main([*few, *only, "--folder", str(tmp_path), "--json", str(results)]) == 0
    printed = capsys.readouterr()
    result = json.loads(results.read_text())
    for key in ("binding", "python"):
        medians = result["contenders"][key]["medians"]
        assert set(medians) == {"1", "3"}
        assert all(cell["runs"] > 0 and cell["runs_per_second"] > 0 for cell in medians.values())
    assert "nothing was to be installed" in result["contenders"]["reference"]["not_measured"]
    assert "not measured: original, wrangler dev" in printed.out
    for what in plot.WHAT:
        assert plot.main([str(results), str(picture), "--what", what]) == 0
        texts = [node.text for node in xml.parse(picture).iter("{http://www.w3.org/2000/svg}text")]
        assert {"this project: engine, Python", "3 in flight"} <= set(texts)


def test_everything_in_one_go(tmp_path: Path) -> None:
    few = ["--", "--only", "python", "--no-install"]
    assert everything.main([str(tmp_path), "--quick", "--only", "peers", *few]) == 0
    assert "| this project: engine, Python" in (tmp_path / "tables.md").read_text()
    for picture in ("peers.svg", "latency.svg"):
        assert "this project: engine, Python" in (tmp_path / picture).read_text()


async def test_clients_run_in_a_closed_loop() -> None:
    running, most = 0, 0
    ran: list[int] = []

    async def run(number: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        ran.append(number)
        await asyncio.sleep(0.001)
        running -= 1

    found = await measure(each_alone(run), 3, 0.02, itertools.count(7))
    assert found["runs"] == len(ran) >= 3
    assert sorted(ran) == list(range(7, 7 + len(ran)))
    assert (most, found["in_flight"]) == (3, 3)


async def test_a_wrong_result_ends_the_measurement() -> None:
    async def run(number: int) -> None:
        expect(number + 2 if number < 5 else number, number)

    with pytest.raises(ExceptionGroup) as failed:
        await measure(each_alone(run), 2, 5, itertools.count())
    assert failed.value.subgroup(WrongResult) is not None


@pytest.mark.parametrize("output", [None, 4, "5", True])
def test_wrong_results(output: object) -> None:
    with pytest.raises(WrongResult):
        expect(output, 3 if output is not True else -1)


def contender(module: str, tmp_path: Path) -> Contender:
    return Contender("other", "other", "none", module, Path(sys.executable), (str(tmp_path),))


@pytest.mark.parametrize("module", ["nothing_of_that_name", "roster"])
async def test_a_contender_that_does_not_answer_is_out(module: str, tmp_path: Path) -> None:
    scores = {"other": Score("other")}
    said: list[str] = []
    rules = Rules((1,), 2, 0.1, 0.1)
    await hold([contender(module, tmp_path)], scores, tmp_path, rules, said.append)
    assert "it ended" in scores["other"].not_measured
    assert not scores["other"].cells
    assert len(said) == 1, "and it is not asked again"


def test_the_middle_round_counts() -> None:
    cells: list[dict[str, Any]] = [{"runs_per_second": rate, "runs": rate} for rate in (30.0, 10.0, 20.0)]
    assert median_of(cells) == {"runs_per_second": 20.0, "runs": 20.0, "least": 10.0, "most": 30.0}


def test_equipment_that_is_not_there(tmp_path: Path) -> None:
    equipment = Equipment(tmp_path, install=False)
    with pytest.raises(Unavailable, match="nothing was to be installed"):
        equipment.python("dbos==3.4.0")
    with pytest.raises(Unavailable, match="nothing was to be installed"):
        equipment.node_packages("wrangler", {"wrangler": "4"})
    given = Equipment(tmp_path, install=False, python=Path(sys.executable))
    assert given.python("pytest==1") == Path(sys.executable)
    with pytest.raises(Unavailable, match="lacks some of"):
        given.python("no-package-of-that-name")
    (tmp_path / "wrangler" / "node_modules" / "wrangler").mkdir(parents=True)
    (tmp_path / "wrangler" / "node_modules" / "wrangler" / "package.json").touch()
    assert equipment.node_packages("wrangler", {"wrangler": "4"}) == tmp_path / "wrangler"


def test_the_reference_is_configured(tmp_path: Path) -> None:
    make_project(tmp_path)
    config = json.loads((tmp_path / "wrangler.jsonc").read_text())
    assert (tmp_path / config["main"]).read_text().count("createDynamicWorkflowEntrypoint") == 2


def test_keys_and_titles_are_unique() -> None:
    assert len({entry.key for entry in ROSTER}) == len({entry.title for entry in ROSTER}) == len(ROSTER)


def test_a_tree_of_processes_has_its_root() -> None:
    assert os.getpid() in tree(os.getpid())
    assert cpu_seconds(os.getpid()) > 0


def test_bars() -> None:
    picture = svg("a < b", ["1"], [Group("x & y", [10.0], ours=True), Group("z", [None])], "/s", "here")
    assert xml.fromstring(picture).get("aria-label") == "a < b"
    assert "x &amp; y" in picture
    assert picture.count("<rect") == 1 + 2, "one bar, and two for the legend"
    assert "prefers-color-scheme: dark" in picture
    with pytest.raises(ValueError, match="1 to 3 series"):
        svg("a", ["1", "2", "3", "4"], [], "", "")


def test_numbers_in_pictures() -> None:
    assert [number_text(value) for value in (1234.5, 99.96, 9.87, 0.123)] == ["1,234", "100.0", "9.9", "0.12"]
