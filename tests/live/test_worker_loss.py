"""Worker processes that crash, hang, speak nonsense or wear out under a live server, while tenants work."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.live.server import LiveServer
from tests.live.workflows import workflow

RUN = workflow("""
    let sum = 0;
    for (let round = 0; round < 6; round++) {
      sum += await step.do(`add ${round}`, async () => {
        await new Promise((resolve) => setTimeout(resolve, 40));
        return event.payload;
      });
      await step.sleep(`nap ${round}`, 30);
    }
    return sum;
""")
WORKER = "isolates/process/__main__.py"


def workers_of(server: LiveServer) -> list[int]:
    """The ids of the server's worker processes, the one that stands by among them."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                command = (folder / "cmdline").read_text()
            except OSError:
                continue
            if parent == server.process.pid and WORKER in command:
                found.append(int(folder.name))
    return found


def health_of(server: LiveServer) -> dict[str, Any]:
    """What `/healthz` says."""
    client = server.client()
    try:
        answer = client.request("GET", "/healthz")
        assert answer.status_code == 200
        health: dict[str, Any] = answer.json()
        return health
    finally:
        client.close()


def until_lost(server: LiveServer, lost: int, timeout_s: float = 30) -> dict[str, Any]:
    """Wait until so many processes are lost, and all is well again."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        health = health_of(server)
        if health["isolates"]["lost"] >= lost and health["status"] == "ok":
            return health
        time.sleep(0.05)
    raise AssertionError(health_of(server))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    with LiveServer(tmp_path / "data") as server:
        yield server


@contextmanager
def tenants_at_work(server: LiveServer, tenants: int = 2) -> Iterator[None]:
    """Runs of several tenants that begin before, meanwhile and after; each must end well, and once."""
    stop = threading.Event()

    def work(number: int) -> int:
        visitor = server.client()
        runs = []
        try:
            while not stop.is_set():
                answer = visitor.run(RUN, number)
                if answer.status_code == 200:
                    runs.append((answer.json()["runId"], number * 6))
                else:  # it was being started in the very process: nothing was begun, and that is said
                    assert answer.json()["code"] == "isolate_lost", answer.text
                time.sleep(0.1)
            for run, expected in runs:
                status = visitor.wait_for(run, "complete", "errored", timeout=60)
                assert status["status"] == "complete", (status, server.output)
                assert status["output"] == expected
                done = [entry["type"] for entry in visitor.entries(run)].count("step_completed")
                assert done <= 12
        finally:
            visitor.close()
        return len(runs)

    with ThreadPoolExecutor(tenants) as pool:
        working = [pool.submit(work, number + 1) for number in range(tenants)]
        try:
            time.sleep(0.5)
            yield
            time.sleep(0.5)
        finally:
            stop.set()
        assert all(one.result(120) for one in working)
    assert "Traceback" not in server.output, server.output


@pytest.mark.parametrize("how", [signal.SIGKILL, pytest.param(signal.SIGABRT, marks=pytest.mark.slow)])
def test_a_crash_under_load_fails_no_run(server: LiveServer, how: signal.Signals) -> None:
    with tenants_at_work(server):
        for times in range(1, 4):
            workers = workers_of(server)
            assert workers
            for pid in workers:
                os.kill(pid, how)
            until_lost(server, times)


@pytest.mark.slow
def test_a_stopped_process_under_load_fails_no_run(server: LiveServer) -> None:
    with tenants_at_work(server):
        for pid in workers_of(server):
            os.kill(pid, signal.SIGSTOP)
        until_lost(server, 1, timeout_s=60)


def test_recycling_under_load_fails_no_run(tmp_path: Path) -> None:
    with LiveServer(tmp_path / "data", PLAYGROUND_RECYCLE_MIB="1") as server:
        # the smallest process has grown beyond that: each is replaced as soon as it is looked at
        with tenants_at_work(server):
            end = time.monotonic() + 30
            while health_of(server)["isolates"]["recycled"] < 1 and time.monotonic() < end:
                time.sleep(0.1)
        health = health_of(server)["isolates"]
        assert health["recycled"] >= 1
        assert health["lost"] == 0


def test_the_layers_are_shown_at_start_and_on_healthz(server: LiveServer) -> None:
    health = health_of(server)
    (line,) = [line for line in server.output.splitlines() if line.startswith("Isolates: ")]
    for layer in health["isolates"]["layers"]:
        assert layer in line
    assert ("not here: " in line) == bool(health["isolates"]["missing"])
    assert health["status"] == "ok"
    assert health["isolates"]["workers"] == 1


def test_the_processes_end_with_a_server_that_is_killed(server: LiveServer) -> None:
    workers = workers_of(server)
    assert workers
    server.kill()
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < end:
        time.sleep(0.02)
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
