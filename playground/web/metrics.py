"""Counters of the web, and their text form for Prometheus."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BOUNDS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What has happened since the server started."""

    def __init__(self) -> None:
        self._answers: Counter[tuple[str, str, int]] = Counter()
        self._buckets = [0] * (len(_BOUNDS_S) + 1)
        self._seconds = 0.0
        self._runs: Counter[str] = Counter()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer. `seconds` until its headers were sent, so that a stream counts by its start."""
        self._answers[method, route, status] += 1
        self._buckets[bisect_left(_BOUNDS_S, seconds)] += 1
        self._seconds += seconds

    def run(self, outcome: str) -> None:
        """Count one request to run: `started` or `failed`."""
        self._runs[outcome] += 1

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """Everything in the Prometheus text format 0.0.4; `gauges` maps names to (help, value)."""
        lines = _head("playground_http_answers_total", "counter", "Answers by route and status.")
        for (method, route, status), count in sorted(self._answers.items()):
            labels = f'method="{method}",route="{route}",status="{status}"'
            lines.append(f"playground_http_answers_total{{{labels}}} {count}")
        lines += _head("playground_http_seconds", "histogram", "Time until the headers of an answer.")
        total = 0
        for bound, count in zip((*map(str, _BOUNDS_S), "+Inf"), self._buckets, strict=True):
            total += count
            lines.append(f'playground_http_seconds_bucket{{le="{bound}"}} {total}')
        lines.append(f"playground_http_seconds_sum {self._seconds:.6f}")
        lines.append(f"playground_http_seconds_count {total}")
        lines += _head("playground_runs_total", "counter", "Requests to run that were taken, by outcome.")
        lines += [f'playground_runs_total{{outcome="{name}"}} {n}' for name, n in sorted(self._runs.items())]
        for name, (meaning, value) in gauges.items():
            lines += [*_head(name, "gauge", meaning), f"{name} {value:g}"]
        return "\n".join(lines) + "\n"


def _head(name: str, kind: str, meaning: str) -> list[str]:
    return [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]


class Measure:
    """The middleware that feeds `Metrics`. Routes go by their pattern, so that ids make no new series."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()

        async def send_measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = scope.get("playground.route", "other")
                method = scope["method"] if route != "other" else "any"
                self._metrics.answered(method, route, message["status"], time.perf_counter() - started)
            await send(message)

        await self._app(scope, receive, send_measured)
