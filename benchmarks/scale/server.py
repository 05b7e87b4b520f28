"""This project's server in a process of its own, and instances that one request makes many of."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.connection import Connection
from benchmarks.machine import COMPILED
from benchmarks.peers.process import NotStarted, free_ports, serving

SOURCE: Final = """\
import { WorkflowEntrypoint } from "cloudflare:workers";
export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const { at, timeout } = event.payload;
    if (at) await step.sleepUntil("until", new Date(at));
    else await step.waitForEvent("go", { type: "go", timeout });
    return await step.do("after", async () => 1);
  }
}
export default {
  async fetch(request, env) {
    const { id, payload } = await request.json();
    for (let made = 1; made < payload.count; made += 100) {
      const length = Math.min(100, payload.count - made);
      await env.WORKFLOWS.createBatch(
        Array.from({ length }, (_, n) => ({ id: `${id}-${made + n}`, params: payload })),
      );
    }
    const instance = await env.WORKFLOWS.create({ id, params: payload });
    return Response.json({ id: await instance.id, status: await instance.status() });
  },
};
"""
UNBOUNDED: Final = {
    "PLAYGROUND_TENANT_CPU_MS": "0",
    "PLAYGROUND_CALLS_PER_SECOND": "0",
    "PLAYGROUND_ATTEMPT_CPU_MS": "0",
}
"""One tenant makes all the load, so its limits are off."""
_AT_ONCE: Final = 500
_PATIENCE_S: Final = 600.0


class TooSlow(Exception):
    """What was waited for did not come in time."""


@dataclass(slots=True)
class Server:
    """A running server, a connection to it for each tenant, and the file that it writes."""

    pid: int
    ready_s: float
    tenants: Sequence[Connection]
    database: Path

    async def make(self, count: int, **payload: Any) -> None:
        """Make so many instances, hundreds of a tenant at a time; each such group comes to rest first."""
        made = self.at_rest
        goal = made + count
        tenants = itertools.cycle(self.tenants)
        while made < goal:
            some = min(_AT_ONCE, goal - made)
            body = json.dumps({"source": SOURCE, "payload": {**payload, "count": some}}).encode()
            response = await next(tenants).request("POST", "/api/run", body)
            if response.status != 200:
                raise TooSlow(f"POST /api/run answered {response.status}: {response.body[:300]!r}")
            made += some
            await self.until(lambda wanted=made: self.at_rest >= wanted)

    async def until(self, true: Any) -> None:
        """Look four times a second until it is so; `TooSlow` after ten minutes."""
        end = time.monotonic() + _PATIENCE_S
        while not true():
            if time.monotonic() > end:
                raise TooSlow("the instances did not come to rest in ten minutes")
            await asyncio.sleep(0.25)

    @property
    def at_rest(self) -> int:
        """How many instances wait, or have ended in whatever way."""
        return sum(map(self.count, ("waiting", "complete", "errored")))

    def count(self, status: str) -> int:
        """How many instances have that status, of what is committed."""
        found: int = self.read("SELECT count(*) FROM instances WHERE status = ?", status)[0][0]
        return found

    def read(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of a query; the file is only read."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(sql, parameters).fetchall()


@asynccontextmanager
async def server(folder: Path, first_port: int, tenants: int = 1) -> AsyncIterator[Server]:
    """A server over `folder` that has answered, with so many tenants, each a visitor of its own."""
    (port,) = free_ports(1, first_port)
    command: list[str | Path] = [sys.executable, "-m", "playground", "--port", str(port), "--data", folder]
    cache = {"PLAYGROUND_CACHE": str(COMPILED), "PYTHONPATH": os.getcwd()}
    began = time.perf_counter()
    async with serving(command, port, environment=UNBOUNDED | cache) as process, AsyncExitStack() as stack:
        connections = [Connection("127.0.0.1", port) for _ in range(tenants)]
        for connection in connections:
            stack.push_async_callback(connection.close)
        healthy = await connections[0].request("GET", "/healthz")
        ready = time.perf_counter() - began
        if healthy.status != 200:
            raise NotStarted(f"GET /healthz answered {healthy.status}: {healthy.body[:200]!r}")
        yield Server(process.pid, ready, connections, folder / "playground.db")
