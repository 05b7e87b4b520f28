"""Restate's server and its Python SDK: `python -m benchmarks.peers.restate FOLDER PORT PROGRAM`.

One node with its own defaults (its log's write-ahead file is synced to disk), the service in a process of its
own under hypercorn, as the SDK's documentation serves it, over HTTP/2. The clients call the server's ingress.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from benchmarks.connection import Connection
from benchmarks.peers.driver import Client, Run, WrongResult, answer, expect
from benchmarks.peers.process import NotStarted, free_ports, serving


def ingress_client(port: int) -> Client:
    """Clients with one kept-alive connection each."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Run]:
        connection = Connection("127.0.0.1", port)

        async def run(number: int) -> None:
            response = await connection.request("POST", "/Three/run", str(number).encode())
            if response.status != 200:
                raise WrongResult(f"run {number} answered {response.status}: {response.body[:200]!r}")
            expect(json.loads(response.body), number)

        try:
            yield run
        finally:
            await connection.close()

    return opened


async def main(folder: Path, first_port: int, program: Path) -> None:
    """Serve both, register one with the other."""
    ingress, admin, node, service = free_ports(4, first_port)
    settings = {
        "RESTATE_INGRESS__BIND_PORT": str(ingress),
        "RESTATE_ADMIN__BIND_PORT": str(admin),
        "RESTATE_BIND_PORT": str(node),
        "RESTATE_LISTEN_MODE": "tcp",
        "RESTATE_BIND_IP": "127.0.0.1",
        "RESTATE_DISABLE_TELEMETRY": "true",
        "RESTATE_LOG_FILTER": "error",
        "DO_NOT_TRACK": "1",
    }
    bind = ("--bind", f"127.0.0.1:{service}", "--log-level", "error")
    application = [sys.executable, "-m", "hypercorn", "benchmarks.peers.restate_service:app", *bind]
    command: list[str | Path] = [program, "--base-dir", folder / "restate", "--no-logo"]
    async with (
        serving(application, service),
        serving(command, ingress, environment=settings),
    ):
        await register(admin, service)
        await answer(ingress_client(ingress), {"version": version("restate-sdk")})


async def register(admin: int, service: int) -> None:
    """Tell the server where the service is, as soon as it listens."""
    connection = Connection("127.0.0.1", admin)
    body = json.dumps({"uri": f"http://127.0.0.1:{service}"}).encode()
    said = b""
    for _ in range(150):
        try:
            response = await connection.request("POST", "/deployments", body)
        except (OSError, EOFError):
            await asyncio.sleep(0.2)
            continue
        if response.status in (200, 201):
            await connection.close()
            return
        said = response.body
        await asyncio.sleep(0.2)
    raise NotStarted(f"the service could not be registered: {said[:200]!r}")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(folder, int(sys.argv[2]), Path(sys.argv[3])))
