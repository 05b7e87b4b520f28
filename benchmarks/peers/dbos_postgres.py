"""DBOS Transact on a Postgres of its own: `python -m benchmarks.peers.dbos_postgres FOLDER PORT PROGRAMS`.

`PROGRAMS` is the folder of `initdb` and `postgres`. The cluster is new, with the settings that initdb gives:
`fsync = on`, `synchronous_commit = on`. Postgres does not run as root; for root it runs as `nobody`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.peers.dbos import main as run_dbos
from benchmarks.peers.process import free_ports, serving


async def main(folder: Path, first_port: int, programs: Path) -> None:
    """Make a cluster, serve it, and run DBOS on it."""
    (port,) = free_ports(1, first_port)
    user = "nobody" if os.geteuid() == 0 else None
    cluster = folder / "cluster"
    cluster.mkdir(parents=True)
    if user:
        for parent in (folder, folder.parent):
            parent.chmod(0o755)
        shutil.chown(cluster, user)
    await asyncio.to_thread(make_cluster, programs / "initdb", cluster, user)
    command: list[str | Path] = [
        programs / "postgres",
        "-D",
        cluster,
        "-p",
        str(port),
        "-h",
        "127.0.0.1",
        "-k",
        cluster,
    ]
    async with serving(command, port, user=user, folder=cluster):
        await run_dbos(f"postgresql://postgres@127.0.0.1:{port}/dbos")


def make_cluster(initdb: Path, cluster: Path, user: str | None) -> None:
    """Run initdb."""
    settings = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
    subprocess.run(
        [initdb, "-D", cluster, *settings],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=2,
        user=user,
        cwd=cluster,
    )


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
