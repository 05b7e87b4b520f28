"""Worker processes that are lost, worn, or good for nothing: others take their place."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from playground.core.errors import IsolateLost
from playground.isolates import link, pool
from playground.isolates.pool import PoolSettings, WorkerPool
from playground.isolates.request import Response
from tests.integration.isolates.conftest import Isolates, Open
from tests.integration.isolates.test_process import COUNTER, GET, exists, wait_on

ENDLESS_FRAME = "os.write(there, b'\\xff\\xff\\xff\\xff')"
HALF_A_FRAME = "os.write(there, b'\\x10\\0\\0\\0half')"
NOT_READY = "os.write(there, b'\\x03\\0\\0\\0\\x91\\x91\\xc0')"
ENDLESS_WORDS = "os.write(2, b'x' * 9999999)"
TWICE_READY = "os.write(there, b'\\x08\\0\\0\\0\\x91\\x91\\xa5ready' * 2)"


@pytest.fixture(autouse=True)
def _stands_by_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "STANDBY_AFTER_S", 0)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another process brings about."""
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


async def count(isolates: Isolates) -> str:
    """What a fresh isolate counts."""
    return (await isolates.load(COUNTER).get_entrypoint().fetch(GET)).text()


def pretend(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Start another program from now on in place of a worker process. `there` is its line to the server."""
    path = folder / "pretender.py"
    path.write_text(f"import os, sys, time\nthere = int(sys.argv[1])\n{script}\n")
    monkeypatch.setattr(link, "_MAIN", path)


async def test_one_that_stands_by_takes_the_place_of_a_lost_one_at_once(open_isolates: Open) -> None:
    async with open_isolates(standby=True) as isolates:
        pool = isolates.pool
        await until(lambda: pool.standby_pid is not None)
        first, standby = pool.pids[0], pool.standby_pid
        os.kill(first, signal.SIGKILL)
        await until(lambda: pool.lost == 1)
        assert pool.pids == [standby]
        assert not pool.degraded
        assert await count(isolates) == "1"
        await until(lambda: pool.standby_pid not in (None, standby))


async def test_the_loss_of_one_that_stands_by_is_nobodys(open_isolates: Open) -> None:
    async with open_isolates(standby=True) as isolates:
        pool = isolates.pool
        waiting = await wait_on(isolates)
        await until(lambda: pool.standby_pid is not None)
        standby = pool.standby_pid
        assert standby is not None
        os.kill(standby, signal.SIGKILL)
        await until(lambda: pool.standby_pid not in (None, standby))
        assert not waiting.done()
        waiting.cancel()


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGABRT, signal.SIGTERM, signal.SIGKILL])
async def test_however_it_ends_it_is_replaced(
    isolates: Isolates, caplog: pytest.LogCaptureFixture, how: signal.Signals
) -> None:
    stub = isolates.load(COUNTER)
    await stub.get_entrypoint().fetch(GET)
    (pid,) = isolates.pool.pids
    os.kill(pid, how)
    if how == signal.SIGSEGV:  # the first one, which no fault caused, wasmtime hands on to the next
        async with asyncio.timeout(30):
            while not isolates.pool.lost:
                await asyncio.sleep(0.05)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, how)
    await until(lambda: isolates.pool.lost == 1)
    assert (await stub.get_entrypoint().fetch(GET)).text() == "1"
    if how != signal.SIGKILL:
        await until(lambda: how.name in caplog.text)


async def test_a_stopped_process_is_found_out_though_nobody_asks_anything_of_it(open_isolates: Open) -> None:
    async with open_isolates(wall_ms=400, cpu_ms=50) as isolates:
        pool = isolates.pool
        pool.settings = replace(pool.settings, wall_ms=10_000)  # for the next one
        os.kill(pool.pids[0], signal.SIGSTOP)
        await until(lambda: pool.lost == 1)
        assert await count(isolates) == "1"


async def test_half_a_frame_that_trickles_is_no_sign_of_life(open_isolates: Open) -> None:
    async with open_isolates(wall_ms=400, cpu_ms=50) as isolates:
        worker = await isolates.pool.link_for("any")
        os.kill(worker.pid, signal.SIGSTOP)
        worker.data_received(b"\x00\x00\x10\x00")
        async with asyncio.timeout(10):
            while worker.alive:
                worker.data_received(b"x")
                await asyncio.sleep(0.02)
        assert isolates.pool.lost == 1


@pytest.mark.parametrize(
    "noise",
    [
        b"\x08\x00\x00\x00\x91\x92\xa4pong\x63",  # an echo of what was never called
        b"\x0e\x00\x00\x00\x91\x96\xa3out\x02\x01\xa2[]\x00\x00\xc0",  # an answer for another isolate
        b"\x08\x00\x00\x00\x91\x91\xa5ready",  # ready again
    ],
)
async def test_an_answer_that_nobody_waits_for_costs_the_process_its_life(
    isolates: Isolates, noise: bytes
) -> None:
    waiting = await wait_on(isolates)
    worker = await isolates.pool.link_for("any")
    worker.data_received(noise)
    with pytest.raises(IsolateLost):
        await waiting
    assert isolates.pool.lost == 1


async def test_an_answer_that_comes_twice_costs_the_process_its_life(isolates: Isolates) -> None:
    worker = await isolates.pool.link_for("any")
    answers: list[bytes] = []
    hear = worker.data_received

    def listen(data: bytes) -> None:
        answers.append(data)
        hear(data)

    worker.data_received = listen  # type: ignore[method-assign]
    await count(isolates)
    worker.data_received = hear  # type: ignore[method-assign]
    worker.data_received(b"".join(answers))
    assert not worker.alive


async def test_processes_that_die_again_and_again_are_waited_for_and_said(
    open_isolates: Open,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    async with open_isolates() as isolates:
        pool = isolates.pool
        with monkeypatch.context() as patched:
            pretend(patched, tmp_path, "sys.exit('no luck\\x1b[31m')")
            os.kill(pool.pids[0], signal.SIGKILL)
            await until(lambda: "died young in a row; the next starts in 0.1 s" in caplog.text)
            assert pool.degraded
            assert pool.health()["workers"] == 0
            asked = asyncio.create_task(count(isolates))
        assert await asked == "1", "it waited"
        assert "could not be started again" in caplog.text
        assert "said: no luck [31m" in caplog.text
        assert pool.pids


async def test_closing_does_not_wait_for_the_next_try(
    open_isolates: Open, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with open_isolates() as isolates:
        pretend(monkeypatch, tmp_path, "sys.exit(3)")
        os.kill(isolates.pool.pids[0], signal.SIGKILL)
        await until(lambda: "the next starts in" in caplog.text)
        asked = asyncio.create_task(count(isolates))
        await asyncio.sleep(0)
    with pytest.raises((IsolateLost, asyncio.CancelledError)):
        await asked


@pytest.mark.parametrize("noise", [ENDLESS_FRAME, HALF_A_FRAME, NOT_READY, TWICE_READY, ENDLESS_WORDS])
async def test_a_standby_that_is_no_worker_hurts_nobody(
    open_isolates: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, noise: str
) -> None:
    async with open_isolates() as isolates:
        pool = isolates.pool
        pool.settings = replace(pool.settings, standby=True)
        pretend(monkeypatch, tmp_path, f"{noise}\ntime.sleep(1)")
        pool._start_s = 0.5
        first = pool.pids
        pool.tend()
        await until(lambda: pool._backoff.failures > 1)
        assert await count(isolates) == "1"
        assert pool.pids == first


COMPILING = "os.write(there, b'\\x0c\\0\\0\\0\\x91\\x91\\xa9compiling')"
READY = "os.write(there, b'\\x08\\0\\0\\0\\x91\\x91\\xa5ready')"


async def test_one_that_has_to_compile_is_given_the_time(
    open_isolates: Open, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    caplog.set_level("INFO", "playground.isolates.compiling")
    async with open_isolates() as isolates:
        pool = isolates.pool
        pretend(monkeypatch, tmp_path, f"{COMPILING}\ntime.sleep(2.5)\n{READY}\nos.read(there, 1)")
        pool._start_s = 2
        pool.settings = replace(pool.settings, standby=True)
        pool._fill()
        await until(lambda: pool.standby_pid is not None)
        assert pool._backoff.failures == 0
        begun, done = (record.message for record in caplog.records)
        assert begun == "Compiling the isolates' runtime for this machine (seconds, this once) ..."
        assert re.fullmatch(r"\.\.\. compiled in \d+ s", done)


async def test_where_starts_take_too_long_the_next_may_take_longer(
    open_isolates: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with open_isolates() as isolates:
        pool = isolates.pool
        pretend(monkeypatch, tmp_path, f"time.sleep(0.7)\n{READY}\nos.read(there, 1)")
        pool._start_s = 0.2
        pool.settings = replace(pool.settings, standby=True)
        pool._fill()
        await until(lambda: pool.standby_pid is not None)
        assert pool._start_s >= 5.0, "and then as long as ever"


async def test_a_worn_process_is_replaced_and_nobody_notices(open_isolates: Open) -> None:
    begun, may_finish = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        begun.set()
        await may_finish.wait()

    async with open_isolates(standby=True, recycle_isolates=5) as isolates:
        pool = isolates.pool
        old = pool.pids[0]
        await until(lambda: pool.standby_pid is not None)
        source = "await env.wait(); return new Response('finished');"
        slow = isolates.load(f"export default {{ async fetch(request, env) {{ {source} }} }};", wait=wait)
        running = asyncio.create_task(slow.get_entrypoint().fetch(GET))
        await begun.wait()
        answers = [await count(isolates) for _ in range(8)]
        assert answers == ["1"] * 8
        assert pool.recycled == 1
        assert pool.pids != [old]
        assert exists(old), "what runs there goes on"
        may_finish.set()
        assert (await slow.get_entrypoint().fetch(GET)).text() == "finished", "in the new one"
        assert (await running).text() == "finished"
        await until(lambda: not exists(old))
        assert pool.lost == 0


async def test_a_process_that_has_grown_is_replaced_without_one_that_stands_by(open_isolates: Open) -> None:
    async with open_isolates(standby=False) as isolates:
        pool = isolates.pool
        stub = isolates.load(COUNTER)
        await stub.get_entrypoint().fetch(GET)
        (old,) = pool.pids
        pool.settings = replace(pool.settings, recycle_mib=1)
        pool.tend()
        await until(lambda: pool.recycled == 1)
        pool.settings = replace(pool.settings, recycle_mib=4096)
        assert pool.pids != [old]
        await until(lambda: not exists(old))
        assert (await stub.get_entrypoint().fetch(GET)).text() == "1", "it started from the top"
        assert pool.lost == 0


async def test_what_runs_too_long_in_a_worn_process_is_lost_with_it(open_isolates: Open) -> None:
    async with open_isolates(standby=True, recycle_isolates=1, drain_ms=100) as isolates:
        pool = isolates.pool
        await until(lambda: pool.standby_pid is not None)
        (old,) = pool.pids
        waiting = await wait_on(isolates)
        await count(isolates)
        with pytest.raises(IsolateLost):
            await waiting
        await until(lambda: not exists(old))
        assert pool.lost == 0


async def test_under_load_recycling_fails_nobody(open_isolates: Open) -> None:
    async with open_isolates(standby=True, recycle_isolates=10, workers=2) as isolates:
        stubs = [isolates.load(COUNTER) for _ in range(4)]

        async def visit(number: int) -> Response:
            stub = isolates.load(COUNTER) if number % 3 == 0 else stubs[number % 4]
            response: Response = await stub.get_entrypoint().fetch(GET)
            return response

        for _ in range(12):
            answers = await asyncio.gather(*(visit(number) for number in range(12)))
            assert all(answer.status == 200 for answer in answers)
        await until(lambda: isolates.pool.recycled > 0)
        assert isolates.pool.lost == 0


async def test_a_key_keeps_its_place_and_a_loss_is_that_of_one_place(open_isolates: Open) -> None:
    async with open_isolates(workers=2) as isolates:
        pool = isolates.pool
        names = [f"test/{number}" for number in range(12)]
        places = [pool.place_of(f"={name}") for name in names]
        assert set(places) == {0, 1}
        stubs = [isolates.load(COUNTER) for _ in names]
        await asyncio.gather(*(stub.get_entrypoint().fetch(GET) for stub in stubs))
        lost, kept = pool.pids
        os.kill(lost, signal.SIGKILL)
        await until(lambda: pool.lost == 1)
        answers = await asyncio.gather(*(stub.get_entrypoint().fetch(GET) for stub in stubs))
        assert [answer.text() for answer in answers] == ["1" if place == 0 else "2" for place in places]
        assert pool.pids[1] == kept
        assert [pool.place_of(f"={name}") for name in names] == places


@pytest.mark.slow
async def test_two_servers_may_start_at_once_with_nothing_compiled(
    settings: PoolSettings, tmp_path: Path
) -> None:
    pools = [WorkerPool(replace(settings, cache_dir=tmp_path / "cache")) for _ in range(2)]
    await asyncio.gather(*(pool.start() for pool in pools))
    try:
        for pool in pools:
            assert await count(Isolates(pool)) == "1"
        assert len([name for name in os.listdir(tmp_path / "cache") if name.startswith(".")]) == 0
    finally:
        await asyncio.gather(*(pool.close() for pool in pools))
