"""Measure how many workflow runs a server takes from its HTTP API to the checked result.

    python benchmarks/runs.py http://127.0.0.1:8000 -n 300 -c 16

Each run posts its own code (a workflow of three steps), waits for its end and compares its output with what
the payload implies. It works against every server that answers POST /api/run and GET /api/status, and with
--stream GET /api/stream. The exit code is 1 when any run did not give the right result.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.connection import Connection, ProtocolError
from benchmarks.report import Report
from benchmarks.workload import Job, Workload

MOST_RUNS = 100_000
MOST_CONNECTIONS = 256
LONGEST_S = 3600.0
FINISHED = frozenset({"complete", "errored", "terminated"})
SHORTEST_PAUSE_S = 0.001
LONGEST_PAUSE_S = 0.05
LONGEST_FIRST_PAUSE_S = 0.25


class RunError(Exception):
    """A run could not be started or followed to its end."""


class WrongResultError(Exception):
    """A run ended otherwise than it must."""


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure; times in seconds."""

    host: str
    port: int
    runs: int = 300
    concurrency: int = 16
    warmup: int = 0
    same_source: bool = False
    stream: bool = False
    timeout_s: float = 300.0
    run_timeout_s: float = 60.0


class Pace:
    """How long to wait before asking for a status, learnt from how long runs have taken.

    The first question comes after half of the usual time, the next ones each after a seventh of it: about
    five questions per run, and a duration that is seen at most a seventh too long.
    """

    def __init__(self) -> None:
        self._usual_s = 0.02

    def pauses(self) -> tuple[float, float]:
        """Give the first pause and every next one, in seconds."""
        first = min(max(self._usual_s / 2, SHORTEST_PAUSE_S), LONGEST_FIRST_PAUSE_S)
        return first, min(max(self._usual_s / 7, SHORTEST_PAUSE_S), LONGEST_PAUSE_S)

    def learn(self, took_s: float) -> None:
        self._usual_s += (took_s - self._usual_s) / 8


class Worker:
    """One visitor with its own connection and cookies, who has one run in flight at a time."""

    def __init__(self, options: Options, pace: Pace, report: Report) -> None:
        self._options = options
        self._pace = pace
        self._report = report
        self._connection = Connection(options.host, options.port)

    async def close(self) -> None:
        await self._connection.close()

    async def run(self, job: Job) -> None:
        """Take one job from its POST to its checked result and note it in the report; it never raises."""
        report = self._report
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self._options.run_timeout_s):
                run_id, finished = await self._post(job)
                accepted = time.perf_counter()
                report.post.append(accepted - began)
                status = await self._end(run_id, finished=finished)
                ended = time.perf_counter()
                self._pace.learn(ended - accepted)
                report.complete.append(ended - accepted)
                report.whole.append(ended - began)
                check(status, job)
        except WrongResultError as error:
            report.wrong[str(error)] += 1
        except TimeoutError:
            report.errors[f"no end within {self._options.run_timeout_s:g} s"] += 1
        except (RunError, ProtocolError, OSError, EOFError) as error:
            report.errors[f"{type(error).__name__}: {error}"] += 1
        else:
            report.correct += 1

    async def _post(self, job: Job) -> tuple[str, bool]:
        answer = await self._ask("POST", "/api/run", job.body)
        run_id, status = answer.get("runId"), answer.get("status")
        if not isinstance(run_id, str) or not run_id:
            raise RunError(f"POST /api/run gave no runId: {json.dumps(answer)[:200]}")
        return run_id, isinstance(status, dict) and status.get("status") in FINISHED

    async def _end(self, run_id: str, *, finished: bool) -> dict[str, Any]:
        if finished:
            return await self._status(run_id)
        if self._options.stream:
            await self._listen(run_id)
            return await self._status(run_id)
        pause, next_pause = self._pace.pauses()
        while True:
            await asyncio.sleep(pause)
            status = await self._status(run_id)
            if status.get("status") in FINISHED:
                return status
            pause = next_pause

    async def _listen(self, run_id: str) -> None:
        stream = Connection(self._options.host, self._options.port, self._connection.cookies)
        self._report.requests += 1
        async with aclosing(stream.events(f"/api/stream/{quote(run_id, safe='')}")) as events:
            async for event in events:
                if event.name == "done":
                    return
        raise RunError("the stream ended without the event done")

    async def _status(self, run_id: str) -> dict[str, Any]:
        status = (await self._ask("GET", f"/api/status/{quote(run_id, safe='')}")).get("status")
        if not isinstance(status, dict):
            raise RunError("GET /api/status gave no status")
        return status

    async def _ask(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        self._report.requests += 1
        response = await self._connection.request(method, path, body)
        route = "/".join(path.split("/")[:3])
        if response.status != 200:
            raise RunError(
                f"{method} {route} answered {response.status}: {response.body[:200].decode(errors='replace')}"
            )
        try:
            answer = json.loads(response.body)
        except ValueError:
            raise RunError(f"{method} {route} answered no JSON") from None
        if not isinstance(answer, dict):
            raise RunError(f"{method} {route} answered no JSON object")
        return answer


def check(status: dict[str, Any], job: Job) -> None:
    """Compare a final status with what the job must give; WrongResultError."""
    if status.get("status") != "complete":
        found = json.dumps({key: status.get(key) for key in ("status", "error")})
        raise WrongResultError(f"the run did not complete: {found[:200]}")
    output = status.get("output")
    if not isinstance(output, dict) or output.keys() != job.output.keys():
        raise WrongResultError(f"the output has another shape: {json.dumps(output)[:200]}")
    if differing := [key for key, value in job.output.items() if output[key] != value]:
        raise WrongResultError(f"the output differs in {', '.join(differing)}")


async def measure(options: Options) -> Report:
    """Send the runs to warm up and, when all were right, those to measure, for `timeout_s` at the most."""
    workload = Workload(same_source=options.same_source)
    pace = Pace()
    report = Report(options.warmup, "to warm up")
    try:
        async with asyncio.timeout(options.timeout_s):
            await _send(options, workload, pace, report)
            if report.passed:
                report = Report(options.runs)
                await _send(options, workload, pace, report)
    except TimeoutError:
        return report  # what is missing is counted as unfinished
    return report


async def _send(options: Options, workload: Workload, pace: Pace, report: Report) -> None:
    jobs = [workload.job() for _ in range(report.runs)]
    jobs.reverse()
    workers = [Worker(options, pace, report) for _ in range(min(options.concurrency, report.runs))]

    async def work(worker: Worker) -> None:
        try:
            while jobs:
                await worker.run(jobs.pop())
        finally:
            await worker.close()

    began = time.perf_counter()
    try:
        async with asyncio.TaskGroup() as group:
            for worker in workers:
                group.create_task(work(worker))
    finally:
        report.seconds = time.perf_counter() - began


def loopback(base: str) -> tuple[str, int]:
    """Read `http://host:port`; argparse.ArgumentTypeError for any host but this machine."""
    try:
        parts = urlsplit(base if "//" in base else f"http://{base}")
        port = parts.port
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{base!r} is no address: {error}") from None
    if parts.scheme != "http" or not parts.hostname or parts.path not in {"", "/"} or parts.query:
        raise argparse.ArgumentTypeError(f"expected http://127.0.0.1:<port>, not {base!r}")
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise argparse.ArgumentTypeError(
            f"{host} is not this machine: load is for one's own server, at 127.0.0.1, ::1 or localhost"
        )
    return host, port or 80


def parse(arguments: Sequence[str] | None = None) -> tuple[Options, bool]:
    """Read the command line into options and whether to print JSON; ends the process (2) when it is wrong."""
    parser = argparse.ArgumentParser(prog="benchmarks/runs.py", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "base", type=loopback, metavar="BASE", help="the server, such as http://127.0.0.1:8000"
    )
    parser.add_argument("-n", "--runs", type=int, default=300, help="runs to measure (default: 300)")
    parser.add_argument("-c", "--concurrency", type=int, default=16, help="runs in flight (default: 16)")
    parser.add_argument(
        "--warmup", type=int, help="runs before the clock starts (default: as many as are in flight)"
    )
    parser.add_argument("--same-source", action="store_true", help="send the same code with every run")
    parser.add_argument(
        "--stream", action="store_true", help="wait by /api/stream's done, not by /api/status"
    )
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds for everything (default: 300)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    warmup: int = min(given.concurrency, given.runs) if given.warmup is None else given.warmup
    if not 1 <= given.runs <= MOST_RUNS or not 0 <= warmup <= MOST_RUNS:
        parser.error(f"runs must be 1 to {MOST_RUNS}, warm-up runs 0 to {MOST_RUNS}")
    if not 1 <= given.concurrency <= MOST_CONNECTIONS:
        parser.error(f"runs in flight must be 1 to {MOST_CONNECTIONS}")
    if not 0 < given.timeout <= LONGEST_S:
        parser.error(f"the time must be more than 0 and at most {LONGEST_S:g} seconds")
    host, port = given.base
    options = Options(
        host=host,
        port=port,
        runs=given.runs,
        concurrency=given.concurrency,
        warmup=warmup,
        same_source=given.same_source,
        stream=given.stream,
        timeout_s=given.timeout,
        run_timeout_s=min(60.0, given.timeout),
    )
    return options, given.json


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code says whether every run gave the right result."""
    options, as_json = parse(arguments)
    load_before = os.getloadavg()[0]
    report = asyncio.run(measure(options))
    load_after = os.getloadavg()[0]
    conditions = {
        "concurrency": options.concurrency,
        "code": "the same for every run" if options.same_source else "new for every run",
        "waits_by": "stream" if options.stream else "status",
        "cpus": os.cpu_count(),
        "load": [round(load_before, 2), round(load_after, 2)],
    }
    if as_json:
        print(json.dumps(report.as_json() | conditions, ensure_ascii=False))
    else:
        print(report.as_text())
        print("; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in conditions.items()))
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(main())
