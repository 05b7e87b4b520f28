"""A live server under attack, with a neighbour beside it, and what all of its answers said."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import httpx
import pytest

from tests.live.attack import ANYTHING, Attack, step
from tests.live.elsewhere import give_way
from tests.live.neighbour import Neighbour, quantile, shown
from tests.live.server import LiveServer, Visitor

OURS: Final = ("Traceback", "site-packages", "/playground/", 'File "', ".py:", "__main__", "wasmtime")
"""What no answer and no line of the log may hold: signs of a stack trace or a path of the server."""

_ALONE_S: Final = 1.5
_ALONE_RUNS: Final = 40
_TIMES_SLOWER: Final = 2.0
_NOISE_MS: Final = 400.0
_LATE_MS: Final = 45_000
_AT_ONCE: Final = 2
_CLOCK_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attack ended: the error's name and message, or the output; `took_ms` of wall-clock time."""

    name: str | None
    message: str
    output: Any
    took_ms: float


class Tenant(Visitor):
    """A visitor whose answers are all kept."""

    def __init__(self, server: LiveServer, heard: list[str]) -> None:
        super().__init__(server)
        self._heard = heard

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer = super().request(method, path, **options)
        self._heard.append(answer.text)
        return answer


class Arena:
    """Open as a context manager: the server starts, and the neighbour works alone for a while first."""

    def __init__(self, data: Path, cpu_ms: int) -> None:
        self.cpu_ms = cpu_ms
        self.server = LiveServer(data, PLAYGROUND_CPU_MS=str(cpu_ms))
        self.heard: list[str] = []
        self.alone: list[float] = []
        self.overtimes: dict[str, float] = {}
        """How much longer than the limit attacks took that a limit ended, in ms of wall-clock time."""
        self._tenants: list[Tenant] = []
        self._waiting: dict[str, tuple[Attack, Tenant, str]] = {}
        self._threads = ThreadPoolExecutor(_AT_ONCE, initializer=give_way)
        self._tried: dict[str, Future[None]] = {}

    def __enter__(self) -> Self:
        self.server.start()
        self.pid = self.server.process.pid
        self.neighbour = Neighbour(self.server.port)
        self.neighbour.begin()
        self.neighbour.warm_up()
        self.alone = self.neighbour.measure(_ALONE_S, _ALONE_RUNS)
        self.neighbour.latencies.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        self.neighbour.close()
        for tenant in self._tenants:
            tenant.close()
        self.server.kill()

    def tenant(self) -> Tenant:
        """A visitor who has no session yet."""
        tenant = Tenant(self.server, self.heard)
        self._tenants.append(tenant)
        return tenant

    # -- one attack

    def expect(self, attacks: Iterable[Attack]) -> None:
        """Begin to try these, a few at a time and in this order; `meets` waits for each."""
        for attack in attacks:
            self._tried[str(attack)] = self._threads.submit(self._meets, attack)

    def meets(self, attack: Attack) -> None:
        """Let a tenant of its own try the attack, and hold its end to what was said of it."""
        tried = self._tried.pop(str(attack), None)
        if tried is not None:
            tried.result()
        else:
            self._meets(attack)

    def cpu_ms_of(self, attack: Attack) -> float:
        """CPU time of the worker processes while the attack is tried anew, and nothing else is done."""
        wait(self._tried.values())
        self.neighbour.stop()
        before = self.workers_cpu_ms()
        self._meets(attack)
        used = self.workers_cpu_ms() - before
        self.neighbour.begin()
        return used

    def _meets(self, attack: Attack) -> None:
        if attack.is_replayed:
            self._begins(attack)
            return
        tenant = self.tenant()
        began = time.perf_counter()
        answer = tenant.run(attack.source, attack.payload)
        if answer.status_code == 200:
            run = str(answer.json()["runId"])
            ending = self._ended(tenant, run, attack)
        else:
            error = answer.json()
            took = (time.perf_counter() - began) * 1000
            ending = Ending(error.get("name", error["code"]), error["error"], None, took)
        self._judge(attack, ending)
        assert self.server.alive, self.server.output

    def _begins(self, attack: Attack) -> None:
        """Take it to where it waits for the kill."""
        tenant = self.tenant()
        run = tenant.started(attack.source, attack.payload)
        status = tenant.wait_for(run, "waiting", "errored", "complete", timeout=60)
        while status["status"] == "waiting" and not self._waits_for_kill(tenant, run):
            status = tenant.wait_for(run, "waiting", "errored", "complete", timeout=60)
        assert status["status"] == "waiting", status
        self._waiting[str(attack)] = (attack, tenant, run)

    def _waits_for_kill(self, tenant: Tenant, run: str) -> bool:
        return any(entry["type"] == "wait_started" for entry in tenant.entries(run))

    def _ended(self, tenant: Tenant, run: str, attack: Attack) -> Ending:
        status = tenant.ended(run)
        entries = tenant.entries(run)
        check_gapless(entries)
        if attack.outcome.is_limit and attack.where is step:
            # what was lost with the worker, say because it was recycled meanwhile, is tried again
            tries = [entry["type"] for entry in entries if entry["type"].startswith("attempt_")]
            assert tries.count("attempt_failed") <= 1, ("a limit is not tried again", status)
            assert tries[-1] == "attempt_failed" or set(tries) == {"attempt_started"}, (tries, status)
        error = status["error"] or {"name": None, "message": ""}
        return Ending(error["name"], error["message"], status["output"], _last_stretch(entries))

    def _judge(self, attack: Attack, ending: Ending) -> None:
        wanted = attack.outcome
        if ending.name is None:
            assert wanted.works, ending
            assert wanted.output in (ANYTHING, ending.output), ending
            return
        assert ending.name in wanted.errors, ending
        assert not wanted.words or any(word in ending.message for word in wanted.words), ending
        if ending.name == "CpuLimitError":
            assert f"{self.cpu_ms} ms" in ending.message, ending
            self.overtimes[str(attack)] = ending.took_ms - self.cpu_ms
            assert ending.took_ms < self.cpu_ms + 100 + _LATE_MS, ending

    # -- all of them together

    def kill_and_replay(self, attacks: list[Attack]) -> None:
        """SIGKILL the server while all attacks wait that must work; hold them to the same after a replay."""
        for attack in attacks:
            if attack.is_replayed and str(attack) not in self._waiting:
                self._begins(attack)
        self.neighbour.stop()
        self.server.restart()
        self.pid = self.server.process.pid
        for _, tenant, run in self._waiting.values():
            assert tenant.send_event(run, "killed").status_code == 202
        wrong = {}
        for name, (attack, tenant, run) in self._waiting.items():
            status = tenant.wait_for(run, "errored", "complete", timeout=60)
            check_gapless(tenant.entries(run))
            both = {"before": attack.outcome.output, "now": attack.outcome.output}
            if status["output"] != both:
                wrong[name] = status
        self._waiting.clear()
        assert not wrong, wrong

    def compare(self) -> str:
        """The neighbour's latency alone, before and after, and beside the attacks, in words; asserts that it
        did not suffer.

        Its p99 is at most doubled, or below what noise alone makes of it: two cores are shared by the server,
        its worker processes, the neighbour and the attackers' clients, and on a machine with other work, such
        as one of CI, one run in a hundred takes some hundred ms also where nobody attacks.
        """
        beside = list(self.neighbour.latencies)
        self.alone += self.neighbour.measure(_ALONE_S, _ALONE_RUNS)  # as the server is now
        lines = ["the neighbour's three-step runs, ms:"]
        lines += [f"  {shown('alone', self.alone)}", f"  {shown('beside', beside)}"]
        assert not self.neighbour.failures, self.neighbour.failures
        if beside:
            ratio = quantile(beside, 0.99) / quantile(self.alone, 0.99)
            lines.append(f"  p99 beside is {ratio:.1f} times p99 alone")
            self._check_bounds(beside, "\n".join(lines))
        if late := sorted(self.overtimes.values()):
            lines.append(
                f"  beyond the limit of {self.cpu_ms} ms, on the wall: "
                f"median {late[len(late) // 2]:.0f} ms, at most {late[-1]:.0f} ms"
            )
        return "\n".join(lines)

    def _check_bounds(self, beside: list[float], shown: str) -> None:
        for share, noise_ms in ((0.5, _NOISE_MS / 4), (0.99, _NOISE_MS)):
            most = max(_TIMES_SLOWER * quantile(self.alone, share), noise_ms)
            assert quantile(beside, share) <= most, shown

    def check_untouched(self) -> None:
        """The same server process is well, answers, and has said nothing of itself to anybody."""
        assert self.server.alive, self.server.output
        assert self.server.process.pid == self.pid
        health = self.tenant().request("GET", "/healthz")
        assert (health.status_code, health.json()["status"]) == (200, "ok"), health.text
        for text in [*self.heard, self.server.output]:
            told = [sign for sign in OURS if sign in text]
            assert not told, (told, text[:4000])
        assert "\x1b" not in self.server.output, "an escape sequence of a tenant's is in the log"

    def workers_cpu_ms(self) -> float:
        """CPU time that all processes which the server started have used."""
        return sum(_cpu_ms(pid) for pid in self.workers)

    @property
    def workers(self) -> list[int]:
        """The worker processes, with the one that stands by."""
        pid = self.server.process.pid
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in text.split()]


def attacks_of(request: pytest.FixtureRequest) -> list[Attack]:
    """Those that the tests of this module are about, as far as they are run."""
    items = [item for item in request.session.items if getattr(item, "module", None) is request.module]
    found = [item.callspec.params.get("attack") for item in items if hasattr(item, "callspec")]
    return [attack for attack in found if attack is not None]


def check_gapless(entries: list[dict[str, Any]]) -> None:
    """Entries are numbered one after the other."""
    seqs = [entry["seq"] for entry in entries]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs))), seqs


def _last_stretch(entries: list[dict[str, Any]]) -> float:
    """Ms from the last attempt's start, or where there was none the run's, to the end."""
    began = [entry["time"] for entry in entries if entry["type"] in ("workflow_started", "attempt_started")]
    return float(entries[-1]["time"] - began[-1])


def _cpu_ms(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / _CLOCK_TICKS
