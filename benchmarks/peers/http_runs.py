"""Whole runs over HTTP, as `benchmarks.runs` has them: code posted, end waited for, result compared."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.peers.driver import Client, Run, WrongResult
from benchmarks.report import Report
from benchmarks.runs import Options, Pace, Worker
from benchmarks.workload import Workload


def http_client(port: int, *, same_source: bool) -> Client:
    """Clients of a server on this machine that answers `POST /api/run` and `GET /api/status/{id}`."""
    workload = Workload(same_source=same_source)
    options = Options("127.0.0.1", port)
    pace = Pace()

    @asynccontextmanager
    async def opened() -> AsyncIterator[Run]:
        report = Report(0)
        worker = Worker(options, pace, report)

        async def run(number: int) -> None:
            before = report.correct
            await worker.run(workload.job())
            if report.correct == before:
                raise WrongResult(f"run {number}: {next(iter([*report.wrong, *report.errors]))}")

        try:
            yield run
        finally:
            await worker.close()

    return opened
