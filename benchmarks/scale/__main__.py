"""`python -m benchmarks.scale`: long and wide workflows, streams, many that wait, many that are asleep."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Final

import uvloop

from benchmarks.machine import machine
from benchmarks.scale.figure import Figure
from benchmarks.scale.million import among
from benchmarks.scale.steps import come_back, long_and_wide
from benchmarks.scale.stream import commit_to_message
from benchmarks.scale.waiters import due_at_once, waiting
from benchmarks.tables import figures_table
from playground.allocator import keep_freed_memory

PARTS: Final[dict[str, Callable[[argparse.Namespace, Path], AsyncIterator[Figure]]]] = {
    "steps": lambda given, folder: long_and_wide(folder, given.steps, given.runs),
    "resume": lambda given, folder: come_back(folder, given.resume, given.rounds),
    "stream": lambda given, folder: commit_to_message(folder, given.messages, given.pause, given.port),
    "waiters": lambda given, folder: waiting(folder, given.waiters, given.idle, given.port),
    "timers": lambda given, folder: due_at_once(folder, given.timers, given.tenants, given.lead, given.port),
    "asleep": lambda given, folder: among(folder, given.asleep, given.calls, given.c, given.rounds),
}


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--steps", type=int, default=100, help="of the long and the wide workflow")
    parser.add_argument("--runs", type=int, default=30, help="of each of these")
    parser.add_argument("--resume", type=int, default=10_000, help="steps of what is resumed")
    parser.add_argument("--messages", type=int, default=200, help="runs whose entries are streamed")
    parser.add_argument("--pause", type=int, default=30, metavar="MS", help="between these runs")
    parser.add_argument("--waiters", type=int, default=50_000, help="instances that wait for an event")
    parser.add_argument("--idle", type=float, default=20.0, metavar="S", help="how long CPU is watched")
    parser.add_argument("--timers", type=int, default=50_000, help="instances due in the same second")
    parser.add_argument("--tenants", type=int, default=50, help="whose timers they are")
    parser.add_argument("--lead", type=float, metavar="S", help="time to make them (default: estimated)")
    parser.add_argument("--asleep", type=int, nargs="+", default=[1_000, 1_000_000], help="hibernated ones")
    parser.add_argument("--calls", type=int, default=500, help="creates and wakes of a round among them")
    parser.add_argument("-c", type=int, default=64, metavar="IN_FLIGHT", help="of these")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where data goes (default: a temporary folder)")
    parser.add_argument("--port", type=int, default=22150, help="free ports are looked for from here on")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    return parser.parse_args(arguments)


async def measure(options: argparse.Namespace, folder: Path, figures: list[dict[str, Any]]) -> None:
    """All parts, one after the other. One that fails is told of, and the others follow."""
    for name in options.only:
        try:
            async for figure in PARTS[name](options, folder / name):
                figures.append(figure.as_json())
                told = figures[-1]
                missed = "" if told["met"] is not False else "   MISSED"
                aim = f" ({told['aim']})" if told["aim"] else ""
                print(f"{told['name']}: {told['shown']}{aim}{missed}", file=sys.stderr, flush=True)
        except Exception as error:
            failed = f"{type(error).__name__}: {error}"
            figures.append({"name": name, "shown": f"not measured: {failed}", "met": False, "aim": ""})
            print(f"{name}: {failed}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where an aim was missed."""
    options = parse(arguments)
    figures: list[dict[str, Any]] = []
    before = machine()
    keep_freed_memory()
    result = {"kind": "scale", "machine": before, "load_after": None, "figures": figures}
    try:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            uvloop.run(measure(options, Path(folder), figures))
    finally:
        result["load_after"] = machine()["load"]
        if options.json is not None:
            options.json.parent.mkdir(parents=True, exist_ok=True)
            options.json.write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
    print(figures_table(result))
    return 0 if all(figure["met"] is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
