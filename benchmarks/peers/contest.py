"""Rounds in which every contender is started afresh, warmed up, measured and stopped, one at a time."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.peers import tree
from benchmarks.peers.roster import Contender

ROOT: Final = Path(__file__).resolve().parent.parent.parent
_START_WITHIN_S: Final = 150.0
_END_WITHIN_S: Final = 20.0
_PATIENCE_S: Final = 120.0
_LINES_OF_A_FAILURE: Final = 6


class ContenderFailed(Exception):
    """A contender did not start, gave a wrong result, or did not answer."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How to measure; times in seconds."""

    in_flight: Sequence[int] = (1, 16, 64)
    rounds: int = 3
    seconds: float = 3.0
    warmup_s: float = 2.0
    first_port: int = 22100


@dataclass(slots=True)
class Score:
    """What a contender did, or why it was not measured."""

    title: str
    durability: str = ""
    version: str = ""
    not_measured: str = ""
    cells: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By the runs in flight: the figures of each round."""

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "durability": self.durability,
            "version": self.version,
            "not_measured": self.not_measured,
            "medians": {number: median_of(cells) for number, cells in self.cells.items()},
            "rounds": self.cells,
        }


def median_of(cells: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The round whose rate is the middle one, with the least and the greatest rate."""
    rates = [cell["runs_per_second"] for cell in cells]
    middle = min(cells, key=lambda cell: abs(cell["runs_per_second"] - statistics.median_low(rates)))
    return {**middle, "least": min(rates), "most": max(rates)}


class Running:
    """A contender's program that is ready."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log
        self.version = ""

    async def ready(self) -> None:
        """Wait for its first line; `ContenderFailed`."""
        self.version = (await self._line(_START_WITHIN_S)).get("ready", {}).get("version", "")

    async def measure(self, in_flight: int, seconds: float) -> dict[str, Any]:
        """One measurement, with the CPU time and the memory of all of the contender's processes."""
        assert self._process.stdin is not None
        before = tree.cpu_seconds(self._process.pid)
        question = json.dumps({"in_flight": in_flight, "seconds": seconds}) + "\n"
        with suppress(OSError):  # an end of the process is told of below
            self._process.stdin.write(question.encode())
            await self._process.stdin.drain()
        found = await self._line(seconds + _PATIENCE_S)
        if "failed" in found:
            raise ContenderFailed(f"at {in_flight} in flight: {found['failed']}")
        used = tree.cpu_seconds(self._process.pid) - before
        found["cpu_ms_per_run"] = round(used / found["runs"] * 1000, 3)
        found["memory_mib"] = round(tree.memory_mib(self._process.pid))
        return found

    async def _line(self, within_s: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), within_s)
        except TimeoutError:
            raise ContenderFailed(f"no answer within {within_s:g} s{self._said()}") from None
        if not line:
            raise ContenderFailed(f"it ended{self._said()}")
        found: dict[str, Any] = json.loads(line)
        return found

    def _said(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()[-_LINES_OF_A_FAILURE:]
        return ": " + " / ".join(lines) if lines else ""


@asynccontextmanager
async def started(contender: Contender, folder: Path, rules: Rules) -> AsyncIterator[Running]:
    """The contender's program, with a new folder for its data, until the context ends."""
    data, log = folder / f"data-{contender.key}", folder / f"{contender.key}.log"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            str(contender.python),
            "-m",
            f"benchmarks.peers.{contender.module}",
            str(data / "own"),
            str(rules.first_port),
            *contender.arguments,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    try:
        running = Running(process, log)
        await running.ready()
        yield running
    finally:
        everyone = list(tree.tree(process.pid))
        assert process.stdin is not None
        process.stdin.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _END_WITHIN_S)
        tree.kill(everyone if process.returncode is None else everyone[1:])
        await process.wait()
        shutil.rmtree(data, ignore_errors=True)


async def hold(
    contenders: Sequence[Contender],
    scores: dict[str, Score],
    folder: Path,
    rules: Rules,
    say: Callable[[str], None],
) -> None:
    """All rounds, into `scores`. Who fails once is out, with what was seen of it until then."""
    for number in range(rules.rounds):
        first = number % max(1, len(contenders))
        for contender in [*contenders[first:], *contenders[:first]]:
            score = scores[contender.key]
            if score.not_measured:
                continue
            try:
                async with started(contender, folder, rules) as running:
                    score.version = running.version
                    await running.measure(min(16, max(rules.in_flight)), rules.warmup_s)
                    for in_flight in rules.in_flight:
                        cell = await running.measure(in_flight, rules.seconds)
                        score.cells.setdefault(str(in_flight), []).append(cell)
                        rate = f"{cell['runs_per_second']:,.0f}/s at {in_flight} in flight"
                        say(f"round {number + 1}: {score.title}: {rate}")
            except (ContenderFailed, OSError) as error:
                score.not_measured = f"{type(error).__name__}: {error}"[:800]
                say(f"round {number + 1}: {score.title}: {score.not_measured}")
