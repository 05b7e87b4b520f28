"""This project's server in a process of its own, and instances that one request makes many of."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
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
    """A running server, the tenant's connection to it, and the file that it writes."""

    pid: int
    ready_s: float
    connection: Connection
    database: Path

    async def make(self, count: int, **payload: Any) -> None:
        """Make so many instances, a few hundred at a time; each of these groups comes to rest first."""
        made = self.count("waiting") + self.count("complete")
        goal = made + count
        while made < goal:
            some = min(_AT_ONCE, goal - made)
            body = json.dumps({"source": SOURCE, "payload": {**payload, "count": some}}).encode()
            response = await self.connection.request("POST", "/api/run", body)
            if response.status != 200:
                raise TooSlow(f"POST /api/run answered {response.status}: {response.body[:300]!r}")
            made += some
            await self.until(lambda wanted=made: self.count("waiting") + self.count("complete") >= wanted)

    async def until(self, true: Any) -> None:
        """Look four times a second until it is so; `TooSlow` after ten minutes."""
        end = time.monotonic() + _PATIENCE_S
        while not true():
            if time.monotonic() > end:
                raise TooSlow("the instances did not come to rest in ten minutes")
            await asyncio.sleep(0.25)

    def count(self, status: str) -> int:
        """How many instances have that status, of what is committed."""
        found: int = self.read("SELECT count(*) FROM instances WHERE status = ?", status)[0][0]
        return found

    def read(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of a query; the file is only read."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(sql, parameters).fetchall()


@asynccontextmanager
async def server(
    folder: Path, first_port: int, cookies: dict[str, str] | None = None
) -> AsyncIterator[Server]:
    """A server over `folder` that has answered; `cookies` are those of a visitor who was there before."""
    (port,) = free_ports(1, first_port)
    command: list[str | Path] = [sys.executable, "-m", "playground", "--port", str(port), "--data", folder]
    cache = {"PLAYGROUND_CACHE": str(COMPILED), "PYTHONPATH": os.getcwd()}
    began = time.perf_counter()
    async with serving(command, port, environment=UNBOUNDED | cache) as process:
        connection = Connection("127.0.0.1", port, cookies)
        healthy = await connection.request("GET", "/healthz")
        ready = time.perf_counter() - began
        if healthy.status != 200:
            raise NotStarted(f"GET /healthz answered {healthy.status}: {healthy.body[:200]!r}")
        try:
            yield Server(process.pid, ready, connection, folder / "playground.db")
        finally:
            await connection.close()
