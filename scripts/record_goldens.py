"""Record the histories of tests/goldens that there are none of yet.

    python scripts/record_goldens.py [--force] [FEATURE …]

A golden is a promise: instances with such a history exist, and every later version must go on with them. So
one that is there is left alone; `--force` records the named ones anew, which is right only as long as no
release has made such histories.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.compiled import CACHE
from tests.goldens.flow import flows
from tests.goldens.golden import HISTORIES
from tests.goldens.recording import Recording


async def record(features: list[str], force: bool) -> int:
    """Record; answers the process's exit status."""
    known = {flow.feature: flow for flow in flows()}
    if unknown := set(features) - known.keys():
        print(f"no flow makes {', '.join(sorted(unknown))}", file=sys.stderr)
        return 1
    for feature in features or known:
        there = (HISTORIES / f"{feature}.json").exists()
        if there and not (force and features):
            if features:
                print(
                    f"{feature}.json is there already: later versions must replay it as it is",
                    file=sys.stderr,
                )
                return 1
            continue
        with tempfile.TemporaryDirectory() as folder:
            golden = await Recording(Path(folder), CACHE, known[feature]).record()
        golden.write()
        print(f"{golden.path.name}: {len(golden.commits)} commits")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Record goldens.")
    parser.add_argument("features", nargs="*", help="all that are missing, where none is named")
    parser.add_argument("--force", action="store_true", help="record the named ones anew")
    options = parser.parse_args()
    sys.exit(asyncio.run(record(options.features, options.force)))
