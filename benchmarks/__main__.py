"""`python -m benchmarks FOLDER`: the comparison and the numbers, with tables and pictures, in one go.

Writes `peers.json`, `scale.json`, `tables.md`, `peers.svg`, `latency.svg` and `hibernated.svg` into FOLDER.
What follows `--` is given to `benchmarks.peers`. A part that fails leaves the others their results.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.peers.contest import ROOT
from benchmarks.plot import draw
from benchmarks.tables import figures_table, peers_table

QUICK: Final = {
    "peers": ["--rounds", "1", "--seconds", "0.5", "--warmup", "0.3", "-c", "1", "4"],
    "scale": [
        *("--steps", "10", "--runs", "5", "--resume", "100", "--messages", "20", "--waiters", "100"),
        *("--timers", "100", "--idle", "2", "--asleep", "50", "500", "--calls", "20", "-c", "4"),
    ],
}
"""A first look, whose figures say nothing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, then tell; 1 where a part has no result at all."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where results go, and what is installed and measured")
    parser.add_argument("--quick", action="store_true", help="with tiny counts, to see that all works")
    parser.add_argument("--only", choices=list(QUICK), nargs="+", default=list(QUICK))
    parser.epilog = "options of benchmarks.peers follow after --"
    words = list(sys.argv[1:] if arguments is None else arguments)
    ours = words.index("--") if "--" in words else len(words)
    options, of_peers = parser.parse_args(words[:ours]), words[ours + 1 :]
    folder: Path = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    tables: list[str] = []
    for part in options.only:
        results = folder / f"{part}.json"
        results.unlink(missing_ok=True)
        work = folder / "work"
        work.mkdir(exist_ok=True)
        given = [*(QUICK[part] if options.quick else ()), *(of_peers if part == "peers" else ())]
        command = [sys.executable, "-m", f"benchmarks.{part}", "--folder", work, "--json", results, *given]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
        if results.exists():
            tables.append(tell(json.loads(results.read_text(encoding="utf-8")), folder))
    text = "\n\n".join(tables) + "\n"
    (folder / "tables.md").write_text(text, encoding="utf-8")
    print(text)
    return 0 if len(tables) == len(options.only) else 1


def tell(result: dict[str, Any], folder: Path) -> str:
    """Draw the pictures of a result; answers its table."""
    if result["kind"] == "scale":
        (folder / "hibernated.svg").write_text(draw(result), encoding="utf-8")
        return figures_table(result)
    (folder / "peers.svg").write_text(draw(result, "rate"), encoding="utf-8")
    (folder / "latency.svg").write_text(draw(result, "latency"), encoding="utf-8")
    return peers_table(result)


if __name__ == "__main__":
    sys.exit(main())
