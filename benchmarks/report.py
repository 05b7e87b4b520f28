"""What a benchmark found, as numbers, as JSON and as lines for a reader."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
LINES_OF_ERRORS = 10


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Give the nearest-rank percentiles of durations in seconds, as ms; empty when there are none."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    ranks = {name: math.ceil(len(ordered) * share) for name, share in QUANTILES.items()}
    return {name: round(ordered[rank - 1] * 1000, 2) for name, rank in ranks.items()}


@dataclass(slots=True)
class Report:
    """The counts and durations (s) of one benchmark.

    A run is `correct` when its output was the expected one, `wrong` when it ended in any other way; all else
    (a refused POST, a broken connection, a time-out) is an error, counted by its text. `stage` says of what.
    """

    runs: int
    stage: str = "measured"
    correct: int = 0
    seconds: float = 0.0
    requests: int = 0
    post: list[float] = field(default_factory=list)
    complete: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def unfinished(self) -> int:
        return self.runs - self.correct - self.wrong.total() - self.errors.total()

    @property
    def passed(self) -> bool:
        """Whether every run gave the right result."""
        return self.correct == self.runs

    @property
    def rate(self) -> float:
        """Correct runs per second."""
        return self.correct / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "stage": self.stage,
            "runs": self.runs,
            "correct": self.correct,
            "wrong": dict(self.wrong),
            "errors": dict(self.errors),
            "unfinished": self.unfinished,
            "seconds": round(self.seconds, 3),
            "runs_per_second": round(self.rate, 1),
            "requests": self.requests,
            "post_ms": percentiles(self.post),
            "complete_ms": percentiles(self.complete),
            "whole_ms": percentiles(self.whole),
        }

    def as_text(self) -> str:
        took = f"in {self.seconds:.2f} s: {self.rate:.1f} runs/s ({self.requests} requests)"
        lines = [
            f"{self.correct} of {self.runs} runs {self.stage} were correct {took}",
            _row("POST answered", percentiles(self.post)),
            _row("accepted → complete", percentiles(self.complete)),
            _row("POST sent → complete", percentiles(self.whole)),
        ]
        for title, counts in (("wrong", self.wrong), ("error", self.errors)):
            lines += [f"{title} ×{n}: {text}" for text, n in counts.most_common(LINES_OF_ERRORS)]
        if self.unfinished:
            lines.append(f"not finished in time: {self.unfinished}")
        return "\n".join(lines)


def _row(title: str, values: Mapping[str, float]) -> str:
    cells = "  ".join(f"{name} {value:8.1f}" for name, value in values.items())
    return f"{title:<22} {cells or '–'}{'  ms' if cells else ''}"
