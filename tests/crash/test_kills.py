"""SIGKILL of a real server, and of its worker processes, at random, while tenants' workflows run.

Each step's callback has an effect outside: a `fetch()` that a receiver apart from the server writes down. In
the end the journal, that file and what the server has acknowledged must agree.

The normal run makes 6 kills over 60 workflows, the mark `slow` 200 over 2,000. For the latter
`PLAYGROUND_KILLS=10000x100000` sets another size (nightly). `PLAYGROUND_KILLS_SEED` sets a seed, else it is
drawn; it is printed, and chooses when who is killed, as far as the machine's own timing lets it.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import SystemRandom

import pytest

from tests.crash import effects, killed_journal
from tests.crash.killed_server import Drive, Kill
from tests.live.server import LiveServer

pytestmark = pytest.mark.crash

_LOOKED_AT_TWICE = 100
_SIZE = os.environ.get("PLAYGROUND_KILLS", "200x2000")


def _seed() -> int:
    given = os.environ.get("PLAYGROUND_KILLS_SEED")
    return int(given) if given else SystemRandom().randrange(1 << 32)


async def test_six_kills_over_sixty_workflows(tmp_path: Path) -> None:
    await _survive(tmp_path, 6, 60)


@pytest.mark.slow
async def test_many_kills_over_many_workflows(tmp_path: Path) -> None:
    kills, _, workflows = _SIZE.partition("x")
    await _survive(tmp_path, int(kills), int(workflows))


async def _survive(folder: Path, kills: int, workflows: int) -> None:
    seed = _seed()
    print(f"PLAYGROUND_KILLS_SEED={seed}: {kills} kills over {workflows} workflows")
    file = folder / "effects"
    # the name of a socket has to be short
    with tempfile.TemporaryDirectory() as short:
        socket = Path(short) / "effects"
        async with effects.Receiver(socket, file):
            server = LiveServer(
                folder / "data", program="tests.crash.outbound_program", **{effects.SOCKET: str(socket)}
            )
            drive = Drive(server, kills, workflows, seed)
            try:
                await asyncio.to_thread(server.start)
                await drive.run()
                for session, instance in await asyncio.to_thread(killed_journal.names, server.data):
                    if instance not in drive.acknowledged.created:
                        async with asyncio.timeout(60):
                            await drive.bring_to_its_end(session, instance)
            finally:
                await asyncio.to_thread(server.kill)
    where = f"seed {seed}, {folder}"
    assert len(drive.acknowledged.ended) >= workflows, where
    assert (
        sum(kill.what == "server" for kill in drive.kills) == server.output.count("Dynamic Workflows: ") - 1
    )
    assert "Traceback" not in server.output, (where, server.output)
    told, happened = drive.acknowledged, effects.read(file)

    def check(kills: list[Kill], happened: list[effects.Effect]) -> tuple[int, int]:
        with closing(killed_journal.read(server.data)) as instances:
            return killed_journal.check(instances, told, kills, happened)

    count, interrupted = await asyncio.to_thread(check, drive.kills, happened)
    print(f"{count} instances ended, {interrupted} attempts were interrupted")
    if workflows > _LOOKED_AT_TWICE:
        return
    # what should be noticed is
    times = Counter(effect[:3] for effect in happened)
    once = next(effect for effect in happened if effect.kind == "do" and times[effect[:3]] == 1)
    stranger = once._replace(instance="nobody")
    for other in ([*happened, once], [*happened, stranger], [each for each in happened if each != once]):
        with pytest.raises(AssertionError):
            await asyncio.to_thread(check, drive.kills, other)
    if interrupted:
        with pytest.raises(AssertionError, match="without a kill"):
            await asyncio.to_thread(check, [], happened)
    told.events.append((once.instance, "never sent"))
    with pytest.raises(AssertionError, match="event is lost"):
        await asyncio.to_thread(check, drive.kills, happened)
