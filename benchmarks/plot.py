"""Draw what was measured: `python -m benchmarks.plot RESULTS.json PICTURE.svg [--what rate|latency|cpu]`.

`RESULTS.json` is what `benchmarks.peers` or `benchmarks.scale` wrote with `--json`. Of the latter the rates
among many hibernated instances are drawn. `--table` prints the Markdown table again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.bars import Group, svg
from benchmarks.tables import figures_table, peers_table

OURS: Final = "this project"
WHAT: Final[dict[str, tuple[str, str, Callable[[dict[str, Any]], float]]]] = {
    "rate": ("Workflows of three durable steps, per second", "/s", lambda cell: cell["runs_per_second"]),
    "latency": (
        "Time of a workflow of three durable steps, p50",
        " ms",
        lambda cell: cell["latency_ms"]["p50"],
    ),
    "cpu": ("CPU time of a workflow of three durable steps", " ms", lambda cell: cell["cpu_ms_per_run"]),
}


def draw(result: dict[str, Any], what: str = "rate") -> str:
    """The picture of a result."""
    where = result["machine"]
    footer = f"{where['when'][:10]}, {where['cpus']} × {where['processor']}, {where['system']}"
    if result["kind"] == "scale":
        return _hibernated(result, footer)
    title, unit, of = WHAT[what]
    counts = [str(count) for count in result["rules"]["in_flight"]]
    groups = []
    for score in result["contenders"].values():
        if not score["medians"]:
            continue
        medians = [score["medians"].get(count) for count in counts]
        values = [of(median) if median is not None else None for median in medians]
        groups.append(Group(score["title"], values, score["title"].startswith(OURS)))
    return svg(title, [f"{count} in flight" for count in counts], groups, unit, footer)


def _hibernated(result: dict[str, Any], footer: str) -> str:
    rates: dict[str, dict[str, float]] = {}
    for figure in result["figures"]:
        name, comma, among = figure["name"].partition(", with ")
        if comma and figure.get("unit") == "/s":
            rates.setdefault(name, {})[among] = figure["value"]
    series = list(dict.fromkeys(among for found in rates.values() for among in found))
    groups = [Group(name, [found.get(among) for among in series], ours=True) for name, found in rates.items()]
    return svg("Calls per second among hibernated instances", series, groups, "/s", footer)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, and perhaps print."""
    parser = argparse.ArgumentParser(prog="benchmarks.plot", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("picture", type=Path, nargs="?")
    parser.add_argument("--what", choices=list(WHAT), default="rate")
    parser.add_argument("--table", action="store_true", help="print the results as Markdown")
    options = parser.parse_args(arguments)
    result = json.loads(options.results.read_text(encoding="utf-8"))
    if options.picture is not None:
        options.picture.write_text(draw(result, options.what), encoding="utf-8")
    if options.table:
        print(figures_table(result) if result["kind"] == "scale" else peers_table(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
