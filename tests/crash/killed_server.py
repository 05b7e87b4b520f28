"""Drives many workflows through a server that is killed at random, and writes down what was acknowledged."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any, Final

from benchmarks.connection import Connection, ProtocolError
from tests.crash.killed_workflows import SHAPES, SOURCE
from tests.live.server import LiveServer
from tests.live.test_worker_loss import workers_of

_BROKEN: Final = (OSError, EOFError, ProtocolError)
_AT_ONCE: Final = 12
_VISITORS: Final = 4
_PATIENCE_S: Final = 120.0


@dataclass
class Kill:
    """One kill: of the server, or of its worker processes; it came between these times (epoch ms)."""

    what: str
    after: float
    before: float


@dataclass
class Acknowledged:
    """What the server has said is so."""

    created: dict[str, int] = field(default_factory=dict)
    """Numbers of workflows, by id of instance."""
    events: list[tuple[str, str]] = field(default_factory=list)
    """Ids of instances, and payloads of events that they were sent."""
    paused: list[str] = field(default_factory=list)
    ended: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Last statuses, by id of instance."""


class Drive:
    """`workflows` workflows and `kills` kills, as `seed` has it: which shapes, when who is killed."""

    def __init__(self, server: LiveServer, kills: int, workflows: int, seed: int) -> None:
        self.acknowledged = Acknowledged()
        self.kills: list[Kill] = []
        self._server = server
        self._random = Random(seed)
        self._kills = kills
        self._workflows = workflows
        self._next = 0
        self._paced = asyncio.Condition()
        self._cookies: list[dict[str, str]] = [{} for _ in range(_VISITORS)]

    async def run(self) -> None:
        """Return when every workflow that was acknowledged has ended, and all kills are done."""
        async with asyncio.TaskGroup() as group:
            for cookies in self._cookies:
                await self._ask(cookies, "POST", "/api/sessions", {})
            for _ in range(_AT_ONCE):
                group.create_task(self._worker())
            group.create_task(self._killer())

    async def bring_to_its_end(self, session: str, instance: str) -> None:
        """See to an instance whose creation was not acknowledged: somebody may have been told of nothing, and
        yet it is there.
        """
        cookies = await self._cookies_of(session)
        await self._event(cookies, instance, f"late {instance}")
        await self._ask(cookies, "POST", f"/api/instances/{instance}/resume", {})
        await self._ended(cookies, instance)

    # -- kills

    async def _killer(self) -> None:
        kinds = ["worker" if number % 3 == 2 else "server" for number in range(self._kills)]
        self._random.shuffle(kinds)
        share = self._workflows / self._kills
        for number, what in enumerate(kinds):
            # however slow the machine is: what is begun anew at each restart shall come to its end some time
            await self._until(partial(self._have_ended, int(number * share) - _AT_ONCE))
            await asyncio.sleep(self._random.choice((0.0, 0.1, 0.25, 0.4)) * (0.5 + self._random.random()))
            after = time.time() * 1000
            if what == "server":
                await asyncio.to_thread(self._server.kill)
            else:
                await asyncio.to_thread(_kill_workers, self._server)
            self.kills.append(Kill(what, after, time.time() * 1000))
            if what == "server":
                await asyncio.to_thread(self._server.start)
            async with self._paced:
                self._paced.notify_all()

    def _have_ended(self, workflows: int) -> bool:
        return len(self.acknowledged.ended) >= workflows

    def _have_killed(self, kills: int) -> bool:
        return len(self.kills) >= kills

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with self._paced:
            await self._paced.wait_for(condition)

    # -- workflows

    async def _worker(self) -> None:
        while (number := self._next) < self._workflows:
            self._next += 1
            # as many as there are kills: there shall be work at each of them
            share = self._workflows / (self._kills + 1)
            await self._until(partial(self._have_killed, int(number / share)))
            cookies = self._cookies[number % _VISITORS]
            shape = SHAPES[number % len(SHAPES)]
            async with asyncio.timeout(_PATIENCE_S):
                await self._bring_about(cookies, number, shape)

    async def _bring_about(self, cookies: dict[str, str], number: int, shape: str) -> None:
        payload = {"shape": shape, "n": number}
        answer = await self._ask(cookies, "POST", "/api/run", {"source": SOURCE, "payload": payload})
        instance = str(answer["runId"])
        self.acknowledged.created[instance] = number
        if shape == "event":
            await asyncio.sleep(self._random.random() * 0.1)
            await self._event(cookies, instance, f"event {number}")
        elif shape == "paused":
            for _ in range(2):
                await asyncio.sleep(self._random.random() * 0.04)
                standing = await self._ask(cookies, "POST", f"/api/instances/{instance}/pause", {})
                if standing["status"]["status"] in ("paused", "waitingForPause"):
                    self.acknowledged.paused.append(instance)
                await asyncio.sleep(self._random.random() * 0.04)
                await self._ask(cookies, "POST", f"/api/instances/{instance}/resume", {})
        await self._ended(cookies, instance)

    async def _event(self, cookies: dict[str, str], instance: str, payload: str) -> None:
        event = {"type": "go", "payload": payload}
        path = f"/api/instances/{instance}/events"
        refusal = await self._ask(cookies, "POST", path, event, over=(409,))
        if not refusal:
            self.acknowledged.events.append((instance, payload))

    async def _ended(self, cookies: dict[str, str], instance: str) -> None:
        while True:
            connection = self._connection(cookies)
            with suppress(*_BROKEN):
                async for event in connection.events(f"/api/stream/{instance}"):
                    if event.name == "done":
                        break
                status = (await self._ask(cookies, "GET", f"/api/status/{instance}"))["status"]
                if status["status"] in ("complete", "errored", "terminated"):
                    self.acknowledged.ended[instance] = status
                    async with self._paced:
                        self._paced.notify_all()
                    return
            await asyncio.sleep(0.05)

    async def _cookies_of(self, session: str) -> dict[str, str]:
        for cookies in self._cookies:
            with suppress(_Refused):
                await self._ask(cookies, "GET", f"/api/sessions/{session}")
                return cookies
        raise AssertionError(f"nobody has the session {session}")

    async def _ask(
        self,
        cookies: dict[str, str],
        method: str,
        path: str,
        body: Any = None,
        *,
        over: tuple[int, ...] = (),
    ) -> Any:
        """Ask until there is an answer; a server that is dead, or has just lost an isolate, is asked again.
        An answer in `over` is one, too.
        """
        encoded = json.dumps(body).encode() if body is not None else None
        while True:
            connection = self._connection(cookies)
            try:
                response = await connection.request(method, path, encoded)
            except _BROKEN:
                await asyncio.sleep(0.05)
                continue
            finally:
                with suppress(*_BROKEN):
                    await connection.close()
            answer = json.loads(response.body)
            if response.status < 300 or response.status in over:
                return answer
            if answer.get("code") != "isolate_lost":
                raise _Refused(f"{method} {path}: {response.status} {answer}")

    def _connection(self, cookies: dict[str, str]) -> Connection:
        return Connection("127.0.0.1", self._server.port, cookies)


class _Refused(AssertionError):
    """The server has refused what it should not."""


def _kill_workers(server: LiveServer) -> None:
    for pid in workers_of(server):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
