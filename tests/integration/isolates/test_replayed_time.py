"""What `run` sees of time and chance, over random workflows that fall asleep and lose their isolate."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest

from playground.core.clock import ManualClock
from playground.engine.engine import EngineSettings
from playground.isolates.code import WorkerCode
from playground.isolates.entrypoint import Entrypoint
from playground.isolates.log_line import LogLine, TailEvent
from playground.isolates.session import IsolateSession
from tests.integration.isolates.conftest import Isolates
from tests.unit.engine.harness import Server

SOURCE = """
import { WorkflowEntrypoint } from "cloudflare:workers";

const note = (kind, value) => console.log(JSON.stringify([kind, value]));
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

export class Flow extends WorkflowEntrypoint {
  async run(event, step) {
    note("begin", event.timestamp.getTime());
    const each = async (ops) => { for (const op of ops) await perform(op); };
    const perform = async ([kind, subject, extra]) => {
      switch (kind) {
        case "now": return note(kind, Date.now());
        case "date": return note(kind, new Date().getTime());
        case "random": return note(kind, Math.random());
        case "sleep": return await step.sleep(subject, extra);
        case "step": return await step.do(subject, async () => {
          for (let i = 0; i < extra; i++) { Math.random(); if (i % 2) await pause(i); }
          return Date.now() - event.timestamp.getTime() > 1e9 ? "real" : "frozen";
        }) === "real" || note("wrong clock", subject);
        case "all": return await Promise.all(subject.map(each));
        case "race": {
          const runners = subject.map(async (ops, i) => { await each(ops); return i });
          return note(kind, await Promise.race(runners));
        }
      }
    };
    await each(event.payload);
    note("end", Math.random());
    return "done";
  }
}
"""

Program = list[list[Any]]


def program(chance: random.Random, depth: int = 0) -> Program:
    """A random workflow. Steps' names repeat, so that they are told apart by count."""
    made: Program = []
    for _ in range(chance.randint(2, 6 if depth == 0 else 4)):
        kind = chance.choice(["now", "date", "random", "random", "step", "step", "sleep", "all", "race"])
        if kind in ("all", "race"):
            if depth < 2:
                made.append([kind, [program(chance, depth + 1) for _ in range(chance.randint(2, 3))]])
        elif kind == "step":
            made.append([kind, chance.choice("abc"), chance.randint(0, 5)])
        elif kind == "sleep":
            made.append([kind, chance.choice("ab"), chance.choice([0, 5, 40, 200])])
        else:
            made.append([kind])
    return made


class Witness:
    """Keeps what each execution noted, and closes the isolate after some of the notes."""

    def __init__(self, kills: list[int]) -> None:
        self.executions: list[list[Any]] = []
        self.kills = kills
        self.sessions: list[IsolateSession] = []
        self._notes = 0

    def heard(self, event: TailEvent) -> None:
        if not isinstance(event, LogLine):
            return
        note = json.loads(event.message)
        if note[0] == "begin":
            self.executions.append([])
        self.executions[-1].append(note)
        self._notes += 1
        if self.kills and self._notes >= self.kills[0]:
            del self.kills[0]
            asyncio.get_running_loop().call_soon(self.sessions[-1].close)


class Watched:
    """A runner that tells the witness which isolate it is in."""

    def __init__(self, entrypoint: Entrypoint, stub: Any, witness: Witness) -> None:
        self._entrypoint = entrypoint
        self._stub = stub
        self._witness = witness

    async def run(self, event: Any, step: Any) -> Any:
        async with self._stub.session() as session:
            self._witness.sessions.append(session)
            return await self._entrypoint.run(event, step)


async def passing(clock: ManualClock) -> None:
    """Let time pass, a little at a time."""
    while True:
        await clock.advance(3)
        await asyncio.sleep(0.0005)


def until_the_end(notes: list[Any]) -> list[Any]:
    """What was noted until `run` returned. What lost a race may go on for as long as the isolate does."""
    end = next((at for at, (kind, _) in enumerate(notes) if kind == "end"), len(notes))
    return notes[: end + 1]


@pytest.mark.parametrize("seed", range(12))
async def test_time_and_chance_repeat(
    isolates: Isolates, tmp_path: Path, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    chance = random.Random(seed)
    witness = Witness(sorted(chance.randint(2, 12) for _ in range(2)))
    clock = ManualClock()

    async def factory() -> WorkerCode:
        return WorkerCode("index.js", {"index.js": SOURCE}, tails=[witness.heard])

    stub = isolates.loader.get(f"replayed/{seed}", factory)
    server = Server(tmp_path, clock, EngineSettings())
    await server.open()
    server.engine.register("flow", lambda: Watched(stub.get_entrypoint("Flow"), stub, witness))
    await server.engine.start()
    time = asyncio.create_task(passing(clock))
    try:
        instance = await server.engine.workflow("flow", "").create(None, program(chance))
        status = await server.ended(instance)
        assert status.status == "complete", status.error
        entries = await server.entries(instance)
    finally:
        time.cancel()
        await server.close()

    assert not [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    *_, whole = executions = [until_the_end(notes) for notes in witness.executions]
    assert whole[-1][0] == "end"
    for execution in executions:
        assert execution == whole[: len(execution)]
    assert not [entry for entry in entries if entry["type"] == "nondeterminism_detected"]
    completed = ("step_completed", "step_failed", "sleep_completed")
    moments = {entry["time"] for entry in entries if entry["type"] in completed} | {whole[0][1]}
    clocks = [value for kind, value in whole if kind in ("now", "date")]
    assert set(clocks) <= moments
    assert clocks == sorted(clocks)
    assert not [note for note in whole if note[0] == "wrong clock"]
