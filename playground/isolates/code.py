"""What an isolate is made from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from playground.isolates.log_line import LogLine, Tail, TailSink
from playground.isolates.module import ModuleSource
from playground.isolates.outbound import Fetcher

__all__ = ["Limits", "LogLine", "Tail", "WorkerCode", "most_sub_requests"]

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_FLAG: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,99}\Z", re.ASCII)
_MOST_FLAGS: Final = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """What tenant code may use. None means the pool's setting."""

    cpu_ms: int | None = None
    """CPU time of one turn."""
    memory_mib: int | None = None
    """Memory of the isolate."""
    sub_requests: int | None = None
    """How often one call may ask for something outside: `fetch()`, a method of a stub."""

    def __post_init__(self) -> None:
        for name, least in (("cpu_ms", 1), ("memory_mib", 1), ("sub_requests", 0)):
            value = getattr(self, name)
            if value is not None and (type(value) is not int or value < least):
                raise ValueError(f"{name} is a whole number from {least}, not {value!r}")


@dataclass(frozen=True, slots=True)
class WorkerCode:
    """A tenant's modules (see `module.py` for their kinds), and what they are given.

    `env` holds values and what becomes stubs: `RpcTarget`s, functions, `Fetcher`s, `Entrypoint`s of other
    isolates; at most 1 MiB when encoded. `global_outbound` takes every `fetch()` of the tenant; None refuses
    them all. `tails` are told what the tenant logs and what its calls come to.

    `compatibility_date` (`YYYY-MM-DD`) and `compatibility_flags` are accepted and checked for their form:
    this runtime has one behaviour for all dates. Raises `ValueError` where they are none.
    """

    main_module: str
    modules: Mapping[str, ModuleSource]
    env: Mapping[str, Any] = field(default_factory=dict)
    global_outbound: Fetcher | None = None
    tails: Sequence[TailSink] = ()
    limits: Limits = Limits()
    tenant: str | None = None
    """Whose code it is: all isolates of a tenant share its CPU time. None stands by itself."""
    compatibility_date: str | None = None
    compatibility_flags: Sequence[str] = ()

    def __post_init__(self) -> None:
        given = self.compatibility_date
        if given is not None and not _is_date(given):
            raise ValueError(f"compatibility_date is a date like 2026-01-31, not {given!r}")
        flags = self.compatibility_flags
        if isinstance(flags, str) or len(flags) > _MOST_FLAGS or not all(map(_is_flag, flags)):
            raise ValueError(f"compatibility_flags are names in a_z0_9, at most {_MOST_FLAGS}, not {flags!r}")


def most_sub_requests(limits: Iterable[Limits | None], default: int) -> int:
    """What the tightest of these limits says."""
    given = [one.sub_requests for one in limits if one is not None and one.sub_requests is not None]
    return min(given, default=default)


def _is_date(text: object) -> bool:
    if not isinstance(text, str) or _DATE.match(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_flag(text: object) -> bool:
    return isinstance(text, str) and _FLAG.match(text) is not None
