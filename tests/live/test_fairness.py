"""A hundred tenants that spin against a live server, and one beside them that does its work."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.live.neighbour import Neighbour, quantile, shown
from tests.live.server import LiveServer, Visitor
from tests.live.spinning import LATE
from tests.live.workflows import workflow

ROOT = Path(__file__).resolve().parents[2]
SPINNERS = 100
RUNS = 100
CPU_MS = 100
TIMES_SLOWER = 2
NOISE_MS = {0.5: 150.0, 0.99: 800.0}
"""What a busy machine may do to a median and to a p99, whoever is to blame."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    data: Path = tmp_path_factory.mktemp("fairness")
    with LiveServer(data, PLAYGROUND_CPU_MS=str(CPU_MS)) as server:
        yield server


def attempts(visitor: Visitor, run: str) -> list[object]:
    return [entry for entry in visitor.entries(run) if entry["type"] == "attempt_started"]


def test_a_hundred_tenants_that_spin_hardly_slow_down_another(server: LiveServer) -> None:
    """Who measures and who attacks are processes of their own. Twice as long is the most, also while all
    hundred come in the same moment, each for the first time.
    """
    with closing(Neighbour(server.port)) as neighbour:
        neighbour.begin()
        neighbour.warm_up()
        alone = neighbour.measure(0, RUNS)
        command = [sys.executable, "-m", "tests.live.spinning", str(server.port), str(SPINNERS)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as spinners:
            beside = neighbour.measure(0, RUNS)
            told, _ = spinners.communicate(timeout=120)
        assert not neighbour.failures, neighbour.failures
    text = f"beside a hundred that spin, ms:\n  {shown('alone', alone)}\n  {shown('beside', beside)}"
    print(text)
    names = told.split()
    assert len(names) == SPINNERS
    assert set(names) <= {"CpuLimitError", LATE}
    assert names.count("CpuLimitError") > SPINNERS / 2
    for share, noise_ms in NOISE_MS.items():
        assert quantile(beside, share) < max(TIMES_SLOWER * quantile(alone, share), noise_ms), text
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
