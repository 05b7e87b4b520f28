"""What an isolate is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class LogLine:
    """A console line, or (kind "exception") an error that nobody caught. `time` is epoch ms."""

    kind: str
    level: str
    message: str
    time: int


Tail = Callable[[LogLine], None]
"""Is given the lines that belong to no run. Must not raise."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What tenant code may use. None means the pool's setting."""

    cpu_ms: int | None = None
    """CPU time of one turn."""
    memory_mib: int | None = None
    """Memory of the isolate."""


@dataclass(frozen=True, slots=True)
class WorkerCode:
    """A tenant's modules, and what they are given.

    `env` holds values and `RpcTarget`s, which tenant code sees as stubs. `global_outbound` says where its
    requests to the network go: nowhere, so None is all that is accepted. `tail` is given its lines outside
    runs.
    """

    main_module: str
    modules: Mapping[str, str]
    env: Mapping[str, Any] = field(default_factory=dict)
    global_outbound: None = None
    tail: Tail | None = None
    limits: Limits = Limits()
