"""DBOS Transact, a library, on SQLite or Postgres: `python -m benchmarks.peers.dbos FOLDER PORT [URL]`.

The workflow is called as its documentation does, in this process. `URL` is of a Postgres database; without
it, it is an SQLite file. Its own settings are left as they are.
"""

from __future__ import annotations

import asyncio
import sys
from importlib.metadata import version
from pathlib import Path

from dbos import DBOS

from benchmarks.peers.driver import answer, each_alone, expect


@DBOS.step()
async def first(number: int) -> int:
    """The first step."""
    return number


@DBOS.step()
async def add_one(number: int) -> int:
    """The second and the third."""
    return number + 1


@DBOS.workflow()
async def three(number: int) -> int:
    """Three durable steps."""
    return await add_one(await add_one(await first(number)))


async def run(number: int) -> None:
    """One workflow."""
    expect(await three(number), number)


async def main(url: str) -> None:
    """Launch, measure, destroy."""
    DBOS(config={"name": "benchmark", "system_database_url": url, "log_level": "ERROR"})
    DBOS.launch()
    try:
        await answer(each_alone(run), {"version": version("dbos")})
    finally:
        await asyncio.to_thread(DBOS.destroy)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(sys.argv[3] if sys.argv[3:] else f"sqlite:///{folder / 'dbos.sqlite'}"))
