"""What an operator may set of the isolates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_RUNTIME = Path(__file__).resolve().parent / "guest" / "build" / "runtime.js"


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How many worker processes there are, and what isolates in them may use."""

    workers: int = 1
    cpu_ms: int = 1000
    """CPU time of one turn."""
    memory_mib: int = 64
    """Memory of one isolate."""
    cache_dir: Path | None = None
    """Where the compiled template is kept; None compiles it at every start."""
    wall_ms: int = 10_000
    """A worker process that answers nothing for so long, beyond the CPU time of a turn, is killed."""
    isolates: int = 256
    """Isolates that are kept, busy or not; beyond that, the one that was used least recently goes."""
    idle_ms: int = 60_000
    """How long an isolate with nothing to do is kept."""
    runtime: Path = _RUNTIME
    """The bundle that is evaluated in every isolate before the tenant's code."""
