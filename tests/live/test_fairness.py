"""A hundred tenants that spin against a live server, and one beside them that does its work."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.live.server import LiveServer, Visitor
from tests.live.workflows import workflow

SPINNERS = 100
STARTERS = 16
RUNS = 100
CPU_MS = 100
TIMES_SLOWER = 6
AT_LEAST_MS = 150.0
"""What a busy machine may do to a median, whoever is to blame."""

WORK = workflow("""
    const sum = await step.do('add', async () => event.payload.a + event.payload.b);
    return { sum };
""")
SPIN = workflow("await step.do('spin', async () => { for (;;) {} });")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    data: Path = tmp_path_factory.mktemp("fairness")
    with LiveServer(data, PLAYGROUND_CPU_MS=str(CPU_MS)) as server:
        yield server


def timed_run(visitor: Visitor) -> float:
    """ms from the request until the run is seen to be complete."""
    began = time.perf_counter()
    run = visitor.started(WORK, {"a": 1, "b": 2})
    while (status := visitor.status(run))["status"] not in ("complete", "errored"):
        assert time.perf_counter() - began < 30, status
    assert status["output"] == {"sum": 3}
    return (time.perf_counter() - began) * 1000


def attempts(visitor: Visitor, run: str) -> list[object]:
    return [entry for entry in visitor.entries(run) if entry["type"] == "attempt_started"]


def shown(name: str, found: list[float]) -> str:
    p99 = sorted(found)[int(len(found) * 0.99)]
    return f"{name}: p50 {statistics.median(found):.1f} ms, p99 {p99:.1f} ms of {len(found)} runs"


def test_a_hundred_tenants_that_spin_hardly_slow_down_another(server: LiveServer) -> None:
    with ExitStack() as visitors, ThreadPoolExecutor(STARTERS) as threads:
        tenant, *attackers = (visitors.enter_context(closing(server.client())) for _ in range(SPINNERS + 1))
        timed_run(tenant)
        alone = [timed_run(tenant) for _ in range(RUNS)]
        starting = [threads.submit(attacker.started, SPIN) for attacker in attackers]
        beside = [timed_run(tenant) for _ in range(RUNS)]
        print(shown("alone", alone), shown("beside a hundred that spin", beside), sep="; ")
        assert statistics.median(beside) < max(AT_LEAST_MS, TIMES_SLOWER * statistics.median(alone))
        for attacker, run in zip(attackers, starting, strict=True):
            status = attacker.wait_for(run.result(), "errored", "complete", timeout=60)
            assert status["error"]["name"] == "CpuLimitError"
    assert "Traceback" not in server.output, server.output


def test_the_culprit_fails_and_an_innocent_run_of_the_same_isolate_ends_as_if_alone(
    server: LiveServer,
) -> None:
    """One source, so one isolate: its death is the culprit's failure and the other's replay."""
    with closing(server.client()) as tenant:
        one_fails_and_one_does_not(tenant)


def one_fails_and_one_does_not(tenant: Visitor) -> None:
    source = workflow("""
        if (event.payload === 'spin') await step.do('spin', async () => { for (;;) {} });
        const first = await step.do('first', async () => 'kept');
        const { payload } = await step.waitForEvent('wait', { type: 'go' });
        const slow = await step.do('slow', async () => {
          await new Promise((resolve) => setTimeout(resolve, 600));
          return payload;
        });
        return { first, slow };
    """)
    innocent = tenant.started(source, "innocent")
    tenant.wait_for_entry(innocent, "wait_started")
    tenant.send_event(innocent, "go", 42)
    while len(attempts(tenant, innocent)) < 2:
        time.sleep(0.01)
    culprit = tenant.started(source, "spin")
    status = tenant.wait_for(culprit, "errored", "complete")
    assert status["error"]["name"] == "CpuLimitError"
    assert len([one for one in tenant.entries(culprit) if one["type"] == "attempt_failed"]) == 1
    output = tenant.wait_for(innocent, "complete", "errored")["output"]
    assert output == {"first": "kept", "slow": 42}
    committed = [one for one in tenant.entries(innocent) if one["type"] == "step_completed"]
    assert len(committed) == 2, "the first step was not done again"
