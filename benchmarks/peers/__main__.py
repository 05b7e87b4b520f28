"""`python -m benchmarks.peers`: all contenders in turns, and a table of what each did."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.peers.contest import Rules, Score, hold
from benchmarks.peers.equipment import Equipment, Unavailable
from benchmarks.peers.roster import ROSTER, Contender, Places
from benchmarks.tables import peers_table


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.peers", description=(__doc__ or "").partition("\n")[0])
    keys = [entry.key for entry in ROSTER]
    parser.add_argument("--only", nargs="+", choices=keys, default=keys, metavar="KEY", help=", ".join(keys))
    parser.add_argument("-c", type=int, nargs="+", default=[1, 16, 64], metavar="IN_FLIGHT")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--warmup", type=float, default=2.0, help="seconds, before the first of a round")
    parser.add_argument("--folder", type=Path, help="where packages and data go (default: a temporary one)")
    parser.add_argument("--no-install", action="store_true", help="fetch nothing: only what is in the folder")
    parser.add_argument("--python", type=Path, help="a Python that has the contenders' packages")
    parser.add_argument("--reference", type=Path, help="a project with wrangler and the original's example")
    parser.add_argument("--restate", type=Path, help="a folder with restate-server in its node_modules")
    parser.add_argument("--temporal", type=Path, help="the program temporal")
    parser.add_argument("--postgres", type=Path, help="the folder of initdb and postgres")
    parser.add_argument("--port", type=int, default=22100, help="free ports are looked for from here on")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where any of this project's own rows is missing."""
    options = parse(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = (options.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        scores, contenders = _gather(options, folder)
        rules = Rules(options.c, options.rounds, options.seconds, options.warmup, options.port)
        before = machine()
        try:
            asyncio.run(hold(contenders, scores, folder, rules, _say))
        finally:
            result = {
                "kind": "peers",
                "machine": before,
                "load_after": machine()["load"],
                "rules": {
                    "rounds": rules.rounds,
                    "seconds": rules.seconds,
                    "in_flight": list(rules.in_flight),
                },
                "contenders": {key: score.as_json() for key, score in scores.items()},
            }
            if options.json is not None:
                options.json.parent.mkdir(parents=True, exist_ok=True)
                options.json.write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
    print(peers_table(result))
    ours = [score for key, score in scores.items() if score.title.startswith("this project")]
    return 1 if any(score.not_measured for score in ours) else 0


def _gather(options: argparse.Namespace, folder: Path) -> tuple[dict[str, Score], list[Contender]]:
    equipment = Equipment(folder, install=not options.no_install, python=options.python)
    given = (options.reference, options.restate, options.temporal, options.postgres)
    places = Places(*(path.resolve() if path is not None else None for path in given))
    scores: dict[str, Score] = {}
    contenders: list[Contender] = []
    for entry in ROSTER:
        if entry.key not in options.only:
            continue
        scores[entry.key] = Score(entry.title)
        try:
            contender = entry.contender(equipment, places)
        except (Unavailable, OSError) as error:
            scores[entry.key].not_measured = str(error)
            _say(f"{entry.title}: not measured: {error}")
            continue
        scores[entry.key].durability = contender.durability
        contenders.append(contender)
    return scores, contenders


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
