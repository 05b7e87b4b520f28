"""The contender's side of a contest: clients in a closed loop, and the pipe over which they are asked for.

A contender's program opens its server and its clients and hands them to `answer`. Each line of its standard
input is a request `{"in_flight": 16, "seconds": 3}`, each line of its standard output one answer. The first
line says that it is ready, and the end of the input ends it. Whatever else it prints goes to standard error.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Final

from benchmarks.report import percentiles

Run = Callable[[int], Awaitable[None]]
"""Run the workflow once, with that number, and check its result; raises `WrongResult`."""

Client = Callable[[], AbstractAsyncContextManager[Run]]
"""Opens one client, which has one run in flight at a time."""

ADDED: Final = 2
"""What the three steps add to the number that a run is given."""


class WrongResult(Exception):
    """A run ended otherwise than it must."""


def expect(output: object, number: int) -> None:
    """Compare a run's output with what its number implies; `WrongResult`."""
    if output != number + ADDED or isinstance(output, bool):
        raise WrongResult(f"run {number} gave {output!r}, not {number + ADDED}")


def each_alone(run: Run) -> Client:
    """Clients that have nothing of their own."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Run]:
        yield run

    return opened


async def measure(client: Client, in_flight: int, seconds: float, numbers: Iterator[int]) -> dict[str, Any]:
    """Have so many clients run for so long; each ends the run that it is in. The first error ends all."""
    took: list[float] = []
    async with AsyncExitStack() as stack:
        runs = [await stack.enter_async_context(client()) for _ in range(in_flight)]
        began = time.perf_counter()
        until = began + seconds

        async def work(run: Run) -> None:
            before = time.perf_counter()
            while before < until:
                await run(next(numbers))
                after = time.perf_counter()
                took.append(after - before)
                before = after

        async with asyncio.TaskGroup() as group:
            for run in runs:
                group.create_task(work(run))
        elapsed = time.perf_counter() - began
    return {
        "in_flight": in_flight,
        "runs": len(took),
        "seconds": round(elapsed, 3),
        "runs_per_second": round(len(took) / elapsed, 2),
        "latency_ms": percentiles(took),
    }


async def answer(client: Client, about: dict[str, str]) -> None:
    """Say that the contender is ready, then measure whatever is asked for until the input ends."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    numbers = itertools.count(1)
    questions: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(questions.put_nowait, line)
        loop.call_soon_threadsafe(questions.put_nowait, "")

    threading.Thread(target=listen, daemon=True).start()
    print(json.dumps({"ready": about}), file=output, flush=True)
    while question := await questions.get():
        asked = json.loads(question)
        try:
            found = await measure(client, asked["in_flight"], asked["seconds"], numbers)
        except Exception as error:
            found = {"failed": _first(error)}
        print(json.dumps(found), file=output, flush=True)


def _first(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"[:500]
