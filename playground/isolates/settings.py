"""What an operator may set of the isolates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_RUNTIME = Path(__file__).resolve().parent / "guest" / "build" / "runtime.js"
_STACK_MIB = 4
_OWN_MIB = 1024


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How many worker processes there are, and what isolates in them may use."""

    workers: int = 1
    cpu_ms: int = 1000
    """CPU time of one turn."""
    attempt_cpu_ms: int = 30_000
    """CPU time of one call: a request, one execution of a run, one attempt of a step. 0 is no limit."""
    tenant_cpu_ms: int = 60_000
    """CPU time of one tenant in a minute; beyond that, its turns are delayed. 0 is no limit."""
    calls_per_second: int = 5_000
    """Calls of host objects (`step.do`, `env.WORKFLOWS.get`) that one tenant may make; beyond that, they are
    delayed. 0 is no limit.
    """
    patience_ms: int = 5_000
    """How long a request waits for a tenant that is delayed."""
    memory_mib: int = 64
    """Memory of one isolate."""
    sub_requests: int = 1000
    """How often one call, or one attempt of a step, may ask for something outside (`fetch`, a method of a
    binding).
    """
    cache_dir: Path | None = None
    """Where the compiled template is kept; None compiles it at every start."""
    wall_ms: int = 10_000
    """A worker process that answers nothing for so long, beyond the CPU time of a turn, is killed."""
    isolates: int = 256
    """Isolates that are kept, busy or not; beyond that, the one that was used least recently goes."""
    isolates_mib: int = 2048
    """What the isolates that are kept may take together, beyond what they share; beyond that, those go that
    were used least recently.
    """
    idle_ms: int = 60_000
    """How long an isolate with nothing to do is kept."""
    standby: bool = True
    """Whether a process more is kept ready, for when one is lost or recycled."""
    recycle_isolates: int = 20_000
    """A worker process in which so many isolates were made is replaced; 0 keeps it."""
    recycle_mib: int = 4096
    """A worker process that has grown to so much memory is replaced; 0 keeps it."""
    drain_ms: int = 30_000
    """How long what runs in a process that is replaced may go on there."""
    runtime: Path = _RUNTIME
    """The bundle that is evaluated in every isolate before the tenant's code."""

    @property
    def data_bytes(self) -> int:
        """The most memory of its own that one worker process may have: room for all isolates at their
        largest, and for itself.
        """
        return (self.isolates * (self.memory_mib + _STACK_MIB) + _OWN_MIB) << 20
