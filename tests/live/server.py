"""A real server in a process of its own, for tests that kill it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Self

import httpx

from tests.compiled import CACHE

_START_TIMEOUT_S = 60.0


class LiveServer:
    """`python -m playground` (or another `program`) over a data folder that outlives the process.

    The port is kept over restarts, so that clients can reconnect. Use as a context manager.
    """

    def __init__(self, data: Path, *, program: str = "playground", **environment: str) -> None:
        self.data = data
        self._program = program
        self.port = 0
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None
        self._output: list[str] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self._process is not None, "the server was not started"
        return self._process

    @property
    def output(self) -> str:
        """What the server has printed so far, all starts together."""
        return "".join(self._output)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, **environment: str) -> None:
        """Start and wait until it answers. `environment` holds for this start only."""
        assert not self.alive, "the server runs already"
        command = [sys.executable, "-m", self._program, "--port", str(self.port), "--data", str(self.data)]
        cache = {"PLAYGROUND_CACHE": str(CACHE)}
        variables = {**os.environ, **cache, **self._environment, **environment}
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=variables
        )
        address = self._await_address()
        self.port = int(address.rsplit(":", 1)[1])

    def kill(self) -> None:
        """SIGKILL, as a power cut would; without effect on a dead server."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)
        if self._process.stdout is not None:
            self._reader.join(10)
            self._process.stdout.close()

    def await_death(self, timeout: float = 30.0) -> int:
        """Wait until the process has ended by itself; its return code (negative: the signal)."""
        code = self.process.wait(timeout)
        self.kill()
        return code

    def restart(self, **environment: str) -> None:
        self.kill()
        self.start(**environment)

    def client(self) -> Visitor:
        return Visitor(self)

    def _await_address(self) -> str:
        started = threading.Event()
        address: list[str] = []

        def read() -> None:
            assert self.process.stdout is not None
            for line in self.process.stdout:
                self._output.append(line)
                if line.startswith("Dynamic Workflows: ") and not address:
                    address.append(line.split()[2].strip())
                    started.set()
            started.set()

        self._reader = threading.Thread(target=read, daemon=True)
        self._reader.start()
        if not started.wait(_START_TIMEOUT_S) or not address:
            self.kill()
            raise AssertionError(f"the server did not start:\n{self.output}")
        return address[0]


class Visitor:
    """A browser's worth of HTTP: one cookie jar, and waiting for what a run does."""

    def __init__(self, server: LiveServer) -> None:
        self._server = server
        # Many threads open clients; none walks through the environment, into which pytest writes meanwhile.
        # Nothing here is encrypted, and reading the authorities' certificates takes a while each time.
        self._http = httpx.Client(timeout=30.0, trust_env=False, verify=False)

    def close(self) -> None:
        self._http.close()

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._http.request(method, self._server.url + path, **options)

    def run(self, source: str, payload: Any = None) -> httpx.Response:
        return self.request("POST", "/api/run", json={"source": source, "payload": payload})

    def started(self, source: str, payload: Any = None) -> str:
        """Start a run that must be accepted; its id."""
        answer = self.run(source, payload)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["runId"])

    def session(self) -> dict[str, Any]:
        """The visitor's own session, opened where there is none yet."""
        opened = self.request("POST", "/api/sessions", json={})
        assert opened.status_code in (200, 201), opened.text
        answer = self.request("GET", f"/api/sessions/{opened.json()['id']}")
        assert answer.status_code == 200, answer.text
        session: dict[str, Any] = answer.json()
        return session

    def status(self, run: str) -> dict[str, Any]:
        answer = self.request("GET", f"/api/status/{run}")
        assert answer.status_code == 200, answer.text
        status: dict[str, Any] = answer.json()["status"]
        return status

    def entries(self, run: str) -> list[dict[str, Any]]:
        answer = self.request("GET", f"/api/instances/{run}")
        assert answer.status_code == 200, answer.text
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries

    def send_event(self, run: str, type: str, payload: Any = None) -> httpx.Response:
        return self.request("POST", f"/api/instances/{run}/events", json={"type": type, "payload": payload})

    def wait_for(self, run: str, *statuses: str, timeout: float = 30.0) -> dict[str, Any]:
        """Poll until the run has one of the statuses."""
        deadline = time.monotonic() + timeout
        while (status := self.status(run))["status"] not in statuses:
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"still {status} after {timeout} s, not {statuses}:\n{self.entries(run)}"
                )
            time.sleep(0.02)
        return status

    def ended(self, run: str, timeout: float = 60.0) -> dict[str, Any]:
        """Read the run's stream until it ends, which costs the server less than being asked again and again;
        the last status.
        """
        answer = self.request("GET", f"/api/stream/{run}", timeout=timeout)
        assert answer.status_code == 200, answer.text
        return self.status(run)

    def wait_for_entry(self, run: str, type: str, timeout: float = 30.0) -> dict[str, Any]:
        """Poll until the run's log holds an entry of that type; the first such entry."""
        deadline = time.monotonic() + timeout
        while True:
            for entry in self.entries(run):
                if entry["type"] == type:
                    return entry
            if time.monotonic() > deadline:
                raise AssertionError(f"no {type} after {timeout} s:\n{self.entries(run)}")
            time.sleep(0.02)
