"""Isolates by id: one load however many ask, kept while they are used."""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType

from playground.core.clock import Clock, sleep_for
from playground.core.errors import IsolateCrashed, TenantBusy
from playground.core.values import Value
from playground.isolates.code import Limits, LogLine, Tail, WorkerCode
from playground.isolates.entrypoint import Entrypoint
from playground.isolates.exports import Exports
from playground.isolates.pool import WorkerPool
from playground.isolates.session import IsolateSession
from playground.isolates.traffic import Traffic
from playground.isolates.version import version_of

__all__ = ["Limits", "Loader", "LogLine", "Tail", "WorkerCode", "WorkerStub"]

CodeFactory = Callable[[], Awaitable[WorkerCode]]


class WorkerStub:
    """A tenant's code, loaded or not. Cheap; get a new one whenever one is needed."""

    def __init__(self, loader: Loader, id: str, factory: CodeFactory) -> None:
        self._loader = loader
        self._id = id
        self._factory = factory

    def get_entrypoint(
        self,
        name: str | None = None,
        *,
        props: Mapping[str, Value] | None = None,
        limits: Limits | None = None,
    ) -> Entrypoint:
        """The export `name` of the main module; None is the default export. Whether it is there shows when
        it is called.

        `props` are its `ctx.props`: values and stubs that only who holds this entrypoint decides about.
        `limits` hold where they are tighter than the code's own; memory is the isolate's, and cannot be
        limited here.
        """
        if limits is not None and limits.memory_mib is not None:
            raise ValueError("an entrypoint has no memory limit of its own: set it in WorkerCode.limits")
        return Entrypoint(self, name, props=props, limits=limits)

    def crash(self) -> bool:
        """Throw its isolate away, whatever is under way there; all that is gets `IsolateCrashed`. Answers
        whether there was one. It is loaded again when it is needed again.
        """
        return self._loader.crash(self._id)

    def discard(self) -> None:
        """Throw its isolate away, and forget the code: for code that is not loaded again."""
        self._loader.discard(self._id)

    def session(self, *, patient: bool = True) -> Lease:
        """The live isolate, which is not evicted meanwhile. Loads it where it is not there.

        Who is not patient waits for a tenant that used too much CPU time no longer than
        `PoolSettings.patience_ms`, and gets `TenantBusy`.
        """
        return Lease(self._loader, self._id, self._factory, patient=patient)


class Lease:
    """The use of an isolate, from when the context is entered to when it is left."""

    __slots__ = ("_factory", "_id", "_kept", "_loader", "_patient")

    def __init__(self, loader: Loader, id: str, factory: CodeFactory, *, patient: bool) -> None:
        self._loader = loader
        self._id = id
        self._factory = factory
        self._patient = patient
        self._kept: _Kept | None = None

    async def __aenter__(self) -> IsolateSession:
        loader = self._loader
        while True:
            kept = loader.take(self._id, self._factory)
            try:
                session = kept.session if kept.loading is None else await asyncio.shield(kept.loading)
                assert session is not None
            except BaseException as error:
                loader.give_back(self._id, kept)
                if not isinstance(error, TenantBusy) or not self._patient:
                    raise
                wait_ms = error.wait_ms
            else:
                self._kept = kept
                return session
            await loader.wait(wait_ms)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._kept is not None
        self._loader.give_back(self._id, self._kept)


class _Kept:
    """An isolate that is loaded or being loaded, and how many use it."""

    def __init__(self) -> None:
        self.session: IsolateSession | None = None
        self.loading: asyncio.Task[IsolateSession] | None = None
        self.leases = 0
        self.idle_since = 0
        self.weight = 0
        """Its own bytes, as they were when it was used last."""


class Loader:
    """Loads tenants' code into isolates of `pool`, and keeps them for the next call.

    An isolate that nobody uses goes after `PoolSettings.idle_ms`, when its memory has grown large, or when
    there are more than `PoolSettings.isolates` or they take more than `PoolSettings.isolates_mib`, least
    recently used first; the factory is asked again when it is needed again.
    """

    def __init__(self, pool: WorkerPool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._traffic = Traffic(pool.settings, clock)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._replaced: dict[_Kept, str] = {}
        """Those that another took the place of, for as long as they are used."""
        self._weight = 0
        self._anonymous = itertools.count(1)
        self._reaper: asyncio.Task[None] | None = None
        self.loads = 0
        """How often code was loaded."""
        pool.on_close(self.close)
        pool.on_drain(self._drain)

    def load(self, code: WorkerCode) -> WorkerStub:
        """The code in an isolate of its own, for this stub alone."""
        return self.get(None, code)

    def get(self, id: str | None, code: WorkerCode | CodeFactory) -> WorkerStub:
        """The code with this id. None is an isolate of its own, for this stub alone.

        A factory is asked for the code when it must be loaded, once however many wait for it, and must
        always give the same code for the same id: put into the id what it may differ in (see `version_of`).
        Code that is given as it is shares an isolate only with code of the same id and version.
        """
        if isinstance(code, WorkerCode):
            version = version_of(code) if id is not None else ""
            return WorkerStub(self, self._name(id, version), _always(code))
        return WorkerStub(self, self._name(id, ""), code)

    def _name(self, id: str | None, version: str) -> str:
        return f"\0{next(self._anonymous)}" if id is None else f"{version}={id}"

    @property
    def isolates(self) -> int:
        """How many isolates are kept."""
        return len(self._kept)

    async def close(self) -> None:
        """Evict every isolate."""
        if self._reaper is not None:
            self._reaper.cancel()
        for id in list(self._kept):
            self._evict(id)

    def crash(self, id: str) -> bool:
        """Throw away the isolate with this id, and those that it took the place of; answers whether there
        was one.
        """
        found = [kept for kept, one in self._replaced.items() if one == id]
        found += [kept] if (kept := self._kept.get(id)) is not None else []
        alive = [kept.session for kept in found if kept.session is not None and kept.session.alive]
        for session in alive:
            session.close(IsolateCrashed)
        return bool(alive)

    def discard(self, id: str) -> None:
        """Throw away the isolate with this id, if there is one."""
        if id in self._kept:
            self._evict(id)

    def take(self, id: str, factory: CodeFactory) -> _Kept:
        """Use the isolate with this id, which may have to be loaded first. To be given back."""
        kept = self._kept.get(id)
        if kept is None or (kept.loading is None and (_is_gone(kept) or _is_leaving(kept))):
            if kept is not None:
                self._weigh(kept, 0)
                if kept.leases:
                    self._replaced[kept] = id
            kept = self._kept[id] = _Kept()
            kept.loading = asyncio.get_running_loop().create_task(self._load(kept, id, factory))
            kept.loading.add_done_callback(_retrieve)
        kept.leases += 1
        self._kept.move_to_end(id)
        return kept

    def give_back(self, id: str, kept: _Kept) -> None:
        """It is not used any more."""
        kept.leases -= 1
        kept.idle_since = self._clock.now()
        if not kept.leases:
            self._replaced.pop(kept, None)
        if self._kept.get(id) is kept:
            self._weigh(kept, _own_bytes(kept))
        if not kept.leases and _is_worn(kept):
            self._let_go(id, kept)
        self._shrink()

    async def wait(self, milliseconds: int) -> None:
        """Wait for a tenant's turn."""
        await sleep_for(self._clock, milliseconds)

    async def _load(self, kept: _Kept, id: str, factory: CodeFactory) -> IsolateSession:
        self.loads += 1
        try:
            code = await factory()
            wait_ms = self._traffic.meters.of(code.tenant).turn_wait_ms
            if wait_ms > self._pool.settings.patience_ms:
                raise TenantBusy(wait_ms)
            link = await self._pool.link_for(id)
            exports = Exports(WorkerStub(self, id, factory))
            session = IsolateSession(link, code, self._clock, self._pool.settings, self._traffic, exports)
            await session.load()
        except BaseException:
            if self._kept.get(id) is kept:
                del self._kept[id]
            raise
        kept.session = session
        kept.loading = None
        return session

    def _shrink(self) -> None:
        while self._is_over():
            idle = next((id for id, kept in self._kept.items() if _is_idle(kept)), None)
            if idle is None:
                break
            self._evict(idle)
        if self._kept and (self._reaper is None or self._reaper.done()):
            self._reaper = asyncio.get_running_loop().create_task(self._reap())

    def _is_over(self) -> bool:
        """Whether more is kept than may be."""
        settings = self._pool.settings
        return len(self._kept) > settings.isolates or self._weight > settings.isolates_mib << 20

    def _weigh(self, kept: _Kept, weight: int) -> None:
        self._weight += weight - kept.weight
        kept.weight = weight

    async def _reap(self) -> None:
        """Evict what has been idle for long, until nothing is kept."""
        idle_ms = self._pool.settings.idle_ms
        while self._kept:
            await self._clock.sleep_until(self._clock.now() + idle_ms)
            now = self._clock.now()
            for id, kept in list(self._kept.items()):
                over = _is_gone(kept) or _is_leaving(kept) or now - kept.idle_since >= idle_ms
                if _is_idle(kept) and over:
                    self._evict(id)

    def _drain(self) -> None:
        """Let go of what has nothing to do in a process that is replaced."""
        for id, kept in list(self._kept.items()):
            if _is_leaving(kept) and _is_idle(kept):
                self._evict(id)

    def _let_go(self, id: str, kept: _Kept) -> None:
        if self._kept.get(id) is kept:
            self._evict(id)
        elif kept.session is not None:  # another took its place meanwhile
            kept.session.close()

    def _evict(self, id: str) -> None:
        kept = self._kept.pop(id)
        self._weigh(kept, 0)
        if kept.loading is not None:
            kept.loading.cancel()
        if kept.session is not None:
            kept.session.close()


def _always(code: WorkerCode) -> CodeFactory:
    async def factory() -> WorkerCode:
        return code

    return factory


def _own_bytes(kept: _Kept) -> int:
    return kept.session.footprint.own_bytes if kept.session is not None else 0


def _is_idle(kept: _Kept) -> bool:
    return kept.leases == 0 and kept.loading is None and (_is_gone(kept) or not _is_busy(kept))


def _is_worn(kept: _Kept) -> bool:
    return _is_idle(kept) and kept.session is not None and kept.session.worn


def _is_gone(kept: _Kept) -> bool:
    return kept.session is None or not kept.session.alive


def _is_leaving(kept: _Kept) -> bool:
    return kept.session is not None and kept.session.leaving


def _is_busy(kept: _Kept) -> bool:
    return kept.session is not None and kept.session.busy


def _retrieve(task: asyncio.Task[IsolateSession]) -> None:
    if not task.cancelled():
        task.exception()
