"""What an operator may set, and where files are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from playground.engine.settings import MOST_STEPS

_PACKAGE = Path(__file__).resolve().parent


class SettingsError(Exception):
    """A setting has a value that cannot be used."""


def asset_dir(name: str) -> Path:
    """The folder `static` or `templates`: inside the installed package, else beside it in a checkout."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


@dataclass(frozen=True, slots=True)
class Settings:
    """The server's settings. Each can be given as `PLAYGROUND_<NAME>` in the environment.

    Sizes are in the unit that the name ends with; `data` holds the database and the cache of compiled
    templates.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = field(default_factory=lambda: Path("data"))
    cache: Path | None = None
    """Folder of compiled templates; inside `data` where it is not set."""
    workers: int = 1
    """Worker processes that run tenant code."""
    cpu_ms: int = 1000
    """CPU time that tenant code may use in one turn."""
    attempt_cpu_ms: int = 30_000
    """CPU time of one request, one execution of a run, or one attempt of a step."""
    tenant_cpu_ms: int = 60_000
    """CPU time of one visitor's code in a minute; beyond that, it is delayed."""
    calls_per_second: int = 5_000
    """Calls of the host that one visitor's code may make in a second; beyond that, they are delayed."""
    memory_mib: int = 64
    """Memory of one isolate."""
    recycle_isolates: int = 20_000
    """A worker process in which so many isolates were made is replaced; 0 keeps it."""
    recycle_mib: int = 4096
    """A worker process that has grown to so much memory is replaced; 0 keeps it."""
    step_limit: int = 10_000
    """Steps (`step.do`) of one instance; at most 25,000."""
    strict: int = 0
    """1: an instance whose replay goes another way than its history errors, 0: its log says so."""
    source_limit_kib: int = 1024
    """Largest source that a run may bring, all modules together."""
    body_limit_kib: int = 2048
    """Largest request body."""
    runs_per_minute: int = 60_000
    """Runs that one visitor may start in a minute."""
    allow_kill: int = 0
    """1: visitors may kill the server's process from the page, to see what survives that."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read `PLAYGROUND_*`; an unusable value raises `SettingsError` that names the variable."""
        values: dict[str, str | int | Path] = {}
        for setting in fields(cls):
            variable = f"PLAYGROUND_{setting.name.upper()}"
            text = environment.get(variable)
            if text is None:
                continue
            if setting.name in ("data", "cache"):
                values[setting.name] = Path(text)
            elif setting.name == "host":
                values[setting.name] = text
            elif text.isascii() and text.isdigit():
                values[setting.name] = int(text)
            else:
                raise SettingsError(f"{variable} must be a whole number, not {text!r}")
        settings = cls(**values)  # type: ignore[arg-type]
        if not 1 <= settings.step_limit <= MOST_STEPS:
            raise SettingsError(f"PLAYGROUND_STEP_LIMIT must be from 1 to {MOST_STEPS}")
        return settings

    def environment(self) -> dict[str, str]:
        """The settings as the variables that `from_environment` reads."""
        values = {setting.name: getattr(self, setting.name) for setting in fields(self)}
        return {
            f"PLAYGROUND_{name.upper()}": str(value) for name, value in values.items() if value is not None
        }
