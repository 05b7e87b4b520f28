"""A tenant that does its work, run after run, while others attack."""

from __future__ import annotations

import http.client
import json
import math
import threading
import time
from collections.abc import Sequence
from typing import Any, Final

from tests.live.workflows import workflow

THREE_STEPS: Final = workflow("""
    const one = await step.do('one', async () => event.payload.n + 1);
    const two = await step.do('two', async () => one + 1);
    return await step.do('three', async () => two + 1);
""")
_PAUSE_S: Final = 0.02
_TIMEOUT_S: Final = 60.0


def quantile(values: Sequence[float], share: float) -> float:
    """The nearest-rank quantile; NaN of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else math.nan


class Neighbour:
    """Three-step runs one after the other, in a thread of its own, each checked.

    `latencies` are those of the runs so far (POST sent → `done` read), in ms; `failures` says what went
    otherwise than it must.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
        self._cookie = ""
        self._runs = 0
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.latencies: list[float] = []
        self.failures: list[str] = []

    def begin(self) -> None:
        """Start working, after `stop` again."""
        self._stopped.clear()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the run that is under way, and rest."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(_TIMEOUT_S)
            self._thread = None

    def close(self) -> None:
        """Leave."""
        self.stop()
        self._connection.close()

    def _work(self) -> None:
        while not self._stopped.is_set():
            began = time.perf_counter()
            try:
                self._run()
            except (OSError, http.client.HTTPException, AssertionError) as error:
                self.failures.append(f"{type(error).__name__}: {error}")
                self._connection.close()
            self.latencies.append((time.perf_counter() - began) * 1000)
            self._stopped.wait(_PAUSE_S)

    def _run(self) -> None:
        self._runs += 1
        n = self._runs
        body = json.dumps({"source": THREE_STEPS, "payload": {"n": n}})
        answer = self._ask("POST", "/api/run", body)
        text = answer.read().decode()
        assert answer.status == 200, text
        self._cookie = self._cookie or str(answer.getheader("set-cookie")).partition(";")[0]
        stream = self._ask("GET", f"/api/stream/{json.loads(text)['runId']}")
        status = _last_status(stream.read().decode())
        assert status == {"status": "complete", "output": n + 3, "error": None}, status

    def _ask(self, method: str, path: str, body: str | None = None) -> http.client.HTTPResponse:
        headers = {"Cookie": self._cookie} if self._cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self._connection.request(method, path, body, headers)
        return self._connection.getresponse()


def _last_status(stream: str) -> Any:
    """The `status` of a run's whole stream that came last."""
    events = [block.split("\n") for block in stream.split("\n\n")]
    found = [lines for lines in events if "event: status" in lines]
    assert found, stream
    data = next(line for line in found[-1] if line.startswith("data: "))
    return json.loads(data.removeprefix("data: "))
