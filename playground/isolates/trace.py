"""What one call of an entrypoint logged and threw, as handlers of tails are given it."""

from __future__ import annotations

from typing import Any


class Trace:
    """One call of an entrypoint, with the callbacks that belong to it."""

    def __init__(self, entrypoint: str | None, method: str, instance: str | None, begun: int) -> None:
        self.entrypoint = entrypoint
        self.method = method
        self.instance = instance
        self.begun = begun
        self.cpu_us = 0
        self.logs: list[dict[str, Any]] = []
        self.exceptions: list[dict[str, Any]] = []
        self.is_over = False

    def item(self, outcome: str, cpu_ms: float) -> dict[str, Any]:
        """The trace as handlers are given it; what it holds is theirs."""
        logs, self.logs = self.logs, []
        exceptions, self.exceptions = self.exceptions, []
        return {
            "entrypoint": self.entrypoint,
            "event": {"rpcMethod": self.method},
            "eventTimestamp": self.begun,
            "outcome": outcome,
            "logs": logs,
            "exceptions": exceptions,
            "cpuTime": cpu_ms,
        }
