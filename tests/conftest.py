"""What every test runs under: an event loop that nothing may block, and whom it shares the machine with."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import scratch

# Calls that wait, by the name under which CPython audits them; time.sleep joins them below. On a thread whose
# event loop runs they hold up everybody else, so they raise there, and fail the test also when the code under
# test swallows the error.
BLOCKING_EVENTS = frozenset(
    {"sqlite3.connect", "socket.getaddrinfo", "socket.gethostbyname", "os.system", "os.posix_spawn"}
)
# CPU time, not time on the wall: a busy machine slows a test down, but does not fail it.
LONGEST_CALLBACK_S = 0.75

_offences: list[str] = []


class BlockingCallError(AssertionError):
    """The event loop was blocked."""


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in BLOCKING_EVENTS:
        _refuse_on_a_loop(event, arguments)


def _refuse_on_a_loop(call: str, arguments: tuple[Any, ...]) -> None:
    if asyncio._get_running_loop() is not None:
        _offences.append(f"{call}{arguments!r} on the event loop's thread")
        raise BlockingCallError(_offences[-1])


def _guarded(sleep: Callable[[float], None]) -> Any:
    def guarded_sleep(seconds: float) -> None:
        _refuse_on_a_loop("time.sleep", (seconds,))
        sleep(seconds)

    return guarded_sleep


def _timed(run: Any) -> Any:
    def timed_run(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        run(handle)
        took = time.thread_time() - began
        if took > LONGEST_CALLBACK_S and threading.current_thread() is threading.main_thread():
            _offences.append(f"{took:.2f} s of CPU time in one go on the event loop: {handle!r}")

    return timed_run


sys.addaudithook(_audit)
time.sleep = _guarded(time.sleep)
setattr(asyncio.Handle, "_run", _timed(asyncio.Handle._run))  # noqa: B010 - not ours, so mypy objects


@pytest.fixture(autouse=True)
def _unblocked_loop() -> Iterator[None]:
    """Fail a test that blocked the event loop."""
    _offences.clear()
    yield
    offences = list(_offences)
    _offences.clear()
    if offences:
        raise BlockingCallError("; ".join(offences))


_SCRATCH = pytest.StashKey[Path]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Have tests write into memory; what processes of this run share is in the folder of the first."""
    if config.option.basetemp is not None and not hasattr(config, "workerinput"):
        return  # somebody wants to look at what they write
    if (folder := scratch.make()) is not None:
        config.stash[_SCRATCH] = folder
        tempfile.tempdir = str(folder)
        config.option.basetemp = config.option.basetemp or folder / "pytest"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    folder = session.config.stash.get(_SCRATCH, None)
    if folder is not None and exitstatus == 0:
        shutil.rmtree(folder, ignore_errors=True)


# Tests of a file with servers follow one another; those of `live` all do, as they measure beside attacks.
WITH_SERVERS = frozenset({"crash", "integration", "live"})
# What tests measure is printed at the end, whether they passed or not, and in whichever process they ran.
MEASURING = ("tests/browser/", "tests/integration/isolates/test_fairness.py", "tests/live/")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        parts = item.path.relative_to(Path(__file__).parent).parts
        room, name = parts[0], parts[-1]
        if room in WITH_SERVERS:
            item.add_marker(pytest.mark.xdist_group("live" if room == "live" or "fairness" in name else name))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    told = {
        report.nodeid.partition("@")[0]: report.capstdout.strip()
        for report in terminalreporter.stats.get("passed", [])
        if report.nodeid.startswith(MEASURING) and report.capstdout.strip()
    }
    if told:
        terminalreporter.section("measured")
    for test, text in told.items():
        terminalreporter.write_line(f"{test}\n  " + text.replace("\n", "\n  "))
