"""What the web needs of the rest of the house, handed in by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from playground.core.clock import Clock
from playground.engine.debug_entries import DebugSet
from playground.engine.engine import Engine, RunnerFactory
from playground.engine.version_entries import Lineage
from playground.storage.sessions import Sessions
from playground.storage.shares import Shares
from playground.storage.versions import ModuleJson, Versions


class StartAnswer(Protocol):
    """What a tenant's `fetch` answered: the HTTP status and the body's text."""

    @property
    def status(self) -> int: ...
    @property
    def text(self) -> str: ...


class Dispatcher(Protocol):
    """Where runs are started."""

    async def start(
        self,
        tenant: str,
        version: str,
        run_id: str,
        payload: Any,
        debug: DebugSet | None = None,
        lineage: Lineage | None = None,
    ) -> StartAnswer:
        """Call the `fetch` of a stored version with `{id: run_id, payload}`. What it creates is debugged as
        `debug` says; `lineage` is where the run comes from.

        Raises `LoadError`, `LimitExceeded`, `NoSuchEntrypoint`, and as `RemoteError` what the handler throws.
        """
        ...

    def rehearsal(
        self, tenant: str, main: str, modules: Mapping[str, ModuleJson]
    ) -> AbstractAsyncContextManager[RunnerFactory]:
        """What runs that code, with nothing that reaches outside; for as long as the context is open."""
        ...

    async def crash(self, tenant: str, version: str) -> bool:
        """Throw away the isolate of a version; answers whether there was one."""
        ...


class IsolatesHealth(Protocol):
    """How the processes are doing that run tenant code."""

    @property
    def degraded(self) -> bool:
        """Whether one is missing, or they die again and again."""
        ...

    def health(self) -> dict[str, Any]:
        """What an operator is shown: layers of protection and numbers."""
        ...


class StorageHealth(Protocol):
    """How the database is doing."""

    @property
    def broken(self) -> str | None:
        """Why nothing is written any more until the server is started again; None while all is well."""
        ...


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Limits and places. Sizes in bytes, times as the names say."""

    static: Path
    """Folder that is served under `/static`."""
    templates: Path
    """Folder of the page's templates."""
    version: str = "0"
    """The product's version, shown by `/healthz` and the page."""
    workflow: str = "dynamic-workflow"
    """The name under which the tenants' workflow is registered with the engine."""
    body_limit: int = 2048 * 1024
    source_limit: int = 1024 * 1024
    stored_code_limit: int = 256 * 1024 * 1024
    """What all versions of a session's code may take together."""
    body_timeout_s: float = 30.0
    start_timeout_s: float = 30.0
    """How long a tenant's `fetch` may take to start a run."""
    runs_per_minute: int = 60_000
    """Runs that one session may start."""
    run_burst: int = 2_000
    """Of these, how many at once."""
    changes_per_minute: int = 6_000
    """Everything else that one session may change: drafts, events, shares."""
    sessions_per_minute: int = 600
    """Sessions that one address may open, and share links that it may try."""
    streams_per_visitor: int = 200
    """Event streams that one visitor may have open at the same time."""
    heartbeat_s: float = 15.0
    """The silence after which a stream sends a comment."""
    allowed_hosts: tuple[str, ...] | None = None
    """The host names that the server answers to; None for any."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a route may reach."""

    engine: Engine
    dispatcher: Dispatcher
    sessions: Sessions
    versions: Versions
    shares: Shares
    clock: Clock
    settings: WebSettings
    isolates: IsolatesHealth | None = None
    storage: StorageHealth | None = None
    kill_server: Callable[[], None] | None = None
    """Kills the process that serves, where visitors may have that done."""
