"""Servers that a contender starts: a free port, a child process, and until when to wait for it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

_ENDS_WITHIN_S = 10.0
_LOOK_AGAIN_S = 0.05


class NotStarted(Exception):
    """A server ended, or did not answer in time."""


def free_ports(count: int, first: int) -> list[int]:
    """So many ports from `first` on that nobody listens on."""
    found: list[int] = []
    for port in range(first, 65536):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise NotStarted(f"no {count} free ports from {first} on")


@asynccontextmanager
async def serving(
    command: Sequence[str | Path],
    port: int,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    within_s: float = 90.0,
) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A server that listens on `port` soon, until the context ends. Its output goes to standard error."""
    server = await asyncio.to_thread(
        subprocess.Popen[bytes],
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=2,
        user=user,
    )
    try:
        await listening(port, server, within_s)
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(server.wait, _ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            server.kill()
            await asyncio.to_thread(server.wait)


async def listening(port: int, server: subprocess.Popen[bytes], within_s: float) -> None:
    """Return once somebody listens on the port; `NotStarted`."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if server.poll() is not None:
            raise NotStarted(f"the server ended with {server.returncode}")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(_LOOK_AGAIN_S)
            continue
        writer.close()
        return
    raise NotStarted(f"nobody listens on {port} after {within_s:g} s")
