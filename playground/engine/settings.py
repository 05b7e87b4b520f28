"""What an operator may set about the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playground.core.durations import DAY

ENGINE_VERSION: Final = 1
"""The rules of replay; stored with every instance, so that later rules do not apply to earlier logs, and that
an earlier server leaves later logs alone.
"""


MOST_STEPS: Final = 25_000
"""The largest limit of steps that may be set."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Limits and times. Sizes in bytes, times in ms."""

    value_limit: int = 1024 * 1024
    """Largest encoded value: a step's result, an event's payload, params, an output."""
    stream_limit: int = 256 * 1024 * 1024
    """Longest stream of one step."""
    instance_limit: int = 1024 * 1024 * 1024
    """Most that one instance stores: its params, the values in its log, and its streams."""
    step_limit: int = 10_000
    """`do` calls of one instance; at most 25,000."""
    strict: bool = False
    """Whether an instance whose replay asks for other steps than its history holds errors with
    `NonDeterminismError`; else its log says so, and it goes on. A workflow may be registered with another
    value.
    """
    hibernate_after_ms: int = 50
    """How long an execution that only waits stays in memory, where its runner says when it is busy
    (`hold`).
    """
    hibernate_after_idle_ms: int = 1_000
    """The same for runners that never said so (Python ones, whose own awaits the engine cannot see)."""
    horizon_ms: int = 600_000
    """How far ahead the deadlines of sleeping instances are held in memory; later ones stay in storage."""
    preview_limit: int = 2_048
    """Largest preview of a value in the log, in characters."""
    log_limit: int = 8_192
    """Longest log line, in characters."""
    log_lines: int = 10_000
    """Log lines of one execution; what comes after them is dropped, and the last one says so."""
    success_retention_ms: int = 30 * DAY
    """How long a complete instance is kept after its end, where it does not say so itself."""
    error_retention_ms: int = 30 * DAY
    """The same for one that failed or was terminated."""
    storage_retry_ms: int = 1_000
    """How long to wait before an instance whose commit failed is tried again; doubles up to 30 s."""

    def __post_init__(self) -> None:
        if not 1 <= self.step_limit <= MOST_STEPS:
            raise ValueError(f"step_limit must be from 1 to {MOST_STEPS}, not {self.step_limit}")


def newer_rules(version: int) -> str:
    """What is said of an instance that was created under later rules of replay."""
    return (
        f"its rules of replay are version {version}, this server knows those up to {ENGINE_VERSION}; "
        "it goes on with a server at least as new as the one that created it"
    )
