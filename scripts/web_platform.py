"""Run the web platform's cases and write their scores into docs/web-platform.md.

    python scripts/web_platform.py [AREA ...]

With areas named, only those run, and nothing is written. Exits with 1 when a case failed that was not known
to fail, or one passed that was.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from scripts import assets  # noqa: E402
from tests.web_platform.suite import areas, outcomes, table, unexpected  # noqa: E402

PAGE: Final = ROOT / "docs" / "web-platform.md"
BEGIN: Final = "<!-- scores: written by scripts/web_platform.py -->"
END: Final = "<!-- end of scores -->"


def with_scores(page: str) -> str:
    """The page with the scores of now. Raises `ValueError` where the marks are missing."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{PAGE.name} has no place for the scores")
    return f"{head}{BEGIN}\n{table(areas())}\n{END}{tail}"


def is_fresh() -> bool:
    """Whether the page's scores are those of now."""
    page = PAGE.read_text(encoding="utf-8")
    return with_scores(page) == page


async def run(names: list[str]) -> int:
    """Run the areas with these names, or all; how many cases are not as they should be."""
    wrong = 0
    with tempfile.TemporaryDirectory() as cache:
        for area in areas():
            if names and area.name not in names:
                continue
            lines = list(unexpected(area, await outcomes(area, Path(cache))))
            print(f"{area.name}: {len(area.cases)} cases, {len(area.known)} known to fail", flush=True)
            for line in lines:
                print(f"  {line}", flush=True)
            wrong += len(lines)
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the web platform's cases and write down their scores.")
    parser.add_argument("area", nargs="*")
    options = parser.parse_args()
    assets.build()
    if asyncio.run(run(options.area)):
        return 1
    if not options.area:
        PAGE.write_text(with_scores(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
