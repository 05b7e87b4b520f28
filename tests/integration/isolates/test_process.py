"""The worker process itself: killed, stopped, speaking nonsense, without what it needs."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from playground.core.errors import IsolateLost
from playground.isolates.link import WorkerFailed
from playground.isolates.pool import PoolSettings, WorkerPool
from playground.isolates.request import Request, Response
from tests.integration.isolates.conftest import Isolates, Open

GET = Request("GET", "https://tenant.test/")
COUNTER = "let n = 0; export default { async fetch() { return new Response(String(++n)); } };"
SLOW = """
    export default { async fetch() {
      console.log("waiting");
      await new Promise((resolve) => setTimeout(resolve, 60000));
    } };
"""


async def wait_on(isolates: Isolates) -> asyncio.Task[Response]:
    """A request that is in flight for a minute."""
    waits = asyncio.Event()
    entrypoint = isolates.load(SLOW).get_entrypoint()
    task = asyncio.create_task(entrypoint.fetch(GET, tail=lambda _: waits.set()))
    await waits.wait()
    return task


def environment_of(pid: int) -> set[str]:
    """The names in the environment that a process was started with."""
    pairs = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return {pair.partition("=")[0] for pair in pairs if pair}


def sockets_of(pid: int) -> int:
    """How many sockets a process has open."""
    folder = f"/proc/{pid}/fd"
    return sum(os.readlink(f"{folder}/{fd}").startswith("socket:") for fd in os.listdir(folder))


def exists(pid: int) -> bool:
    """Whether the process is there."""
    return Path(f"/proc/{pid}").exists()


async def test_a_killed_process_is_replaced_and_what_waited_is_lost(isolates: Isolates) -> None:
    stub = isolates.load(COUNTER)
    await stub.get_entrypoint().fetch(GET)
    waiting = await wait_on(isolates)
    (pid,) = isolates.pool.pids
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(IsolateLost):
        await waiting
    assert (await stub.get_entrypoint().fetch(GET)).text() == "1", "it starts from the top"
    assert isolates.pool.lost == 1
    assert isolates.pool.pids != [pid]


async def test_a_process_that_does_not_answer_is_killed(open_isolates: Open) -> None:
    async with open_isolates(wall_ms=1500, cpu_ms=50) as isolates:
        stub = isolates.load(COUNTER)
        await stub.get_entrypoint().fetch(GET)
        (pid,) = isolates.pool.pids
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(IsolateLost):
            await stub.get_entrypoint().fetch(GET)
        assert (await stub.get_entrypoint().fetch(GET)).text() == "1"
        assert isolates.pool.lost == 1


async def test_an_idle_process_is_left_alone(open_isolates: Open) -> None:
    async with open_isolates(wall_ms=1500, cpu_ms=50) as isolates:
        await isolates.load(COUNTER).get_entrypoint().fetch(GET)
        await asyncio.sleep(2.2)
        assert isolates.pool.lost == 0


@pytest.mark.parametrize(
    "noise",
    [
        b"\xff\xff\xff\xff",  # an endless frame
        b"\x05\x00\x00\x00hello",  # no MessagePack
        b"\x01\x00\x00\x00\xc0",  # MessagePack, but no list
        b"\x0b\x00\x00\x00\x91\x92\xa7unheard\x01",  # a message that nobody knows
        b"\x07\x00\x00\x00\x91\x92\xa4pong\xa0",  # a field of another type
        b"\x0e\x00\x00\x00\x91\x96\xa3out\x01\x01\xa2[]\x00\x00\xc0",  # an answer that nobody asked for
    ],
)
async def test_noise_on_the_wire_costs_the_process_its_life_and_nobody_else(
    isolates: Isolates, noise: bytes
) -> None:
    stub = isolates.load(COUNTER)
    await stub.get_entrypoint().fetch(GET)
    link = await isolates.pool.link_for("=" + "test/0")
    link.data_received(noise)
    assert not link.alive
    assert (await stub.get_entrypoint().fetch(GET)).text() == "1"
    assert isolates.pool.lost == 1


async def test_a_frame_that_never_ends_is_waited_for_only_so_long(open_isolates: Open) -> None:
    async with open_isolates(wall_ms=1000, cpu_ms=50) as isolates:
        stub = isolates.load(COUNTER)
        await stub.get_entrypoint().fetch(GET)
        link = await isolates.pool.link_for("=" + "test/0")
        link.data_received(b"\x00\x00\x10\x00half")
        with pytest.raises(IsolateLost):
            await stub.get_entrypoint().fetch(GET)


async def test_what_is_too_large_to_be_sent_is_the_loss_of_one_isolate(isolates: Isolates) -> None:
    stub = isolates.load(COUNTER)
    await stub.get_entrypoint().fetch(GET)
    huge = COUNTER + "//" + "x" * (33 << 20)
    other, lost = await asyncio.gather(
        stub.get_entrypoint().fetch(GET),
        isolates.load(huge).get_entrypoint().fetch(GET),
        return_exceptions=True,
    )
    assert isinstance(lost, IsolateLost)
    assert isinstance(other, Response)
    assert (await stub.get_entrypoint().fetch(GET)).text() == "3"
    assert isolates.pool.lost == 0


async def test_the_process_is_given_no_environment_and_no_files(isolates: Isolates) -> None:
    (pid,) = isolates.pool.pids
    allowed = {"PYTHONPATH", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "LD_LIBRARY_PATH", "LC_CTYPE"}
    assert environment_of(pid) <= allowed
    assert sockets_of(pid) == 1


async def test_closing_ends_the_process_and_what_waits(settings: PoolSettings) -> None:
    pool = WorkerPool(settings)
    await pool.start()
    isolates = Isolates(pool)
    waiting = await wait_on(isolates)
    (pid,) = pool.pids
    await pool.close()
    with pytest.raises(IsolateLost):
        await waiting
    assert not exists(pid)
    assert pool.lost == 0


async def test_two_processes_share_the_work(open_isolates: Open) -> None:
    async with open_isolates(workers=2) as isolates:
        stubs = [isolates.load(COUNTER) for _ in range(16)]
        answers = await asyncio.gather(*(stub.get_entrypoint().fetch(GET) for stub in stubs))
        assert {answer.text() for answer in answers} == {"1"}
        assert isolates.pool.health()["workers"] == 2
        assert isolates.pool.health()["isolates"] == 16


async def test_a_runtime_that_does_not_evaluate_is_said_at_the_start(
    settings: PoolSettings, tmp_path: Path
) -> None:
    runtime = tmp_path / "runtime.js"
    runtime.write_text("throw new TypeError('half a runtime');")
    pool = WorkerPool(replace(settings, runtime=runtime, cache_dir=None))
    with pytest.raises(WorkerFailed, match="half a runtime"):
        await pool.start()
    await pool.close()


async def test_a_runtime_that_is_not_built_is_said_at_the_start(
    settings: PoolSettings, tmp_path: Path
) -> None:
    pool = WorkerPool(replace(settings, runtime=tmp_path / "missing.js"))
    with pytest.raises(WorkerFailed, match="not built"):
        await pool.start()
