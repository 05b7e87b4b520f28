"""One isolate, seen from the server: what was asked of it, what it asks, and what becomes of all that when
it dies.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from playground.core.clock import Clock, sleep_for
from playground.core.codec import decode
from playground.core.errors import (
    IsolateLost,
    LimitExceeded,
    NoSuchEntrypoint,
    TenantBusy,
)
from playground.core.ports import StepKey
from playground.core.values import Encoded, Value
from playground.isolates.asks import Answer, Asks
from playground.isolates.calls import Calls
from playground.isolates.code import Limits, Tail, WorkerCode, most_sub_requests
from playground.isolates.console import Console
from playground.isolates.context import CallContext
from playground.isolates.ends import death_of, limit_of, too_much_cpu
from playground.isolates.footprint import Footprint
from playground.isolates.guest_messages import (
    Ask,
    BadMessage,
    Cancel,
    DropStubs,
    GuestMessage,
    Log,
    Result,
    Timer,
    Untimer,
    decode_messages,
)
from playground.isolates.guest_step import GuestStep
from playground.isolates.guest_timers import GuestTimers
from playground.isolates.intake import Inlet
from playground.isolates.link import WorkerLink
from playground.isolates.load_failure import TenantModules
from playground.isolates.outbound import NoOutbound
from playground.isolates.outlet import Outlet
from playground.isolates.references import References, text_of
from playground.isolates.run import Run
from playground.isolates.settings import PoolSettings
from playground.isolates.steps_ahead import StepsAhead
from playground.isolates.stubs import receiver_of
from playground.isolates.tails import Tails
from playground.isolates.traffic import Traffic
from playground.isolates.turns import Turns
from playground.isolates.wire import Dead, Failed, Load, Loaded, Out

_log = logging.getLogger(__name__)


class IsolateSession:
    """An isolate in a worker process, from its loading to its end. Making one raises `LoadError` where the
    modules are none.

    Everything in it belongs to one tenant.
    """

    def __init__(
        self,
        link: WorkerLink,
        code: WorkerCode,
        clock: Clock,
        settings: PoolSettings,
        traffic: Traffic | None = None,
        exports: object = None,
    ) -> None:
        self._modules = TenantModules(code.modules, code.main_module)
        self._link = link
        self._code = code
        self._settings = settings
        self._clock = clock
        self._cpu_ms = code.limits.cpu_ms or settings.cpu_ms
        self._memory = (code.limits.memory_mib or settings.memory_mib) << 20
        self._loop = asyncio.get_running_loop()
        self._loaded: asyncio.Future[list[str]] = self._loop.create_future()
        self._exports: frozenset[str] = frozenset()
        self._references = References(self, lambda numbers: self._turn(None, "release", fns=numbers))
        self._timers = GuestTimers(clock, lambda timer, context: self._turn(context, "timer", id=timer))
        outbound = receiver_of(code.global_outbound) or NoOutbound()
        self._asks = Asks(self._references, outbound, receiver_of(exports), self._answer)
        self._tails = Tails(code.tails, clock)
        self._console = Console(self._tails, clock)
        self._calls = Calls(self._console.settle)
        self._ahead = StepsAhead(self, self._calls, self._references.stubs, self._go_on)
        traffic = traffic or Traffic(settings, clock)
        self._meter = traffic.meters.of(code.tenant)
        self._inlet = Inlet(self, traffic.intake, self._meter, clock)
        self._outlet = Outlet(link, self._meter, lambda: self._inlet.is_full, clock)
        self._number = link.attach(self._inlet)
        self._turns = Turns(self._number, self._outlet)
        self.alive = True
        self.footprint = Footprint()

    # -- what the server does with it

    async def load(self) -> None:
        """Evaluate the modules. Raises `LoadError`, `LimitExceeded`, `IsolateLost`."""
        env = self._references.env(self._code.env)
        modules, main, tenant = self._modules.wire(), self._modules.main, self._code.tenant or ""
        self._outlet.send(Load(self._number, modules, main, env, self._cpu_ms, self._memory, tenant))
        try:
            self._exports = frozenset(await self._loaded)
        except BaseException:
            self.close()
            raise

    async def call(
        self,
        entrypoint: str | None,
        method: str,
        arguments: Sequence[Value] | Encoded,
        *,
        run: Run | None = None,
        tail: Tail | None = None,
        props: Value = None,
        limits: Limits | None = None,
        traced: bool = True,
    ) -> Encoded:
        """Call a method of an export, whose `ctx.props` are `props`; tails are told if it is `traced`.
        Raises `NoSuchEntrypoint`, `NotAValue`, `RemoteError`, `LimitExceeded`, `IsolateLost`."""
        self._check_alive()
        if (entrypoint or "default") not in self._exports:
            raise NoSuchEntrypoint(entrypoint or "default")
        if run is None:
            await self._admit()
        context = self._calls.begin(run=run, tail=tail, limits=limits)
        if traced and self._tails:
            context.trace = self._tails.begin(entrypoint, method, run.instance if run else None, context)
        fields: dict[str, Any] = {}
        if run is not None:
            fields = {"run": run.seed, **context.clock, **self._ahead.begin(run)}
            if run.engine is None and not isinstance(arguments, Encoded):
                arguments = [*arguments, GuestStep(run.journaled)]
        try:
            if isinstance(arguments, Encoded):
                text = text_of(arguments)
            else:
                text = await self._references.text(list(arguments))
            if props is not None:
                fields["props"] = await self._references.text(props)
            self._turn(context, "call", id=context.id, entry=entrypoint, method=method, args=text, **fields)
            return await context.result
        except asyncio.CancelledError:
            self._abort(context)
            raise
        except BaseException:
            self._calls.end(context)  # arguments may be no values
            raise
        finally:
            if run is not None:
                self._ahead.end(run)

    async def invoke(
        self,
        function: int,
        method: str | None,
        arguments: list[Value],
        parent: CallContext | None,
        step: StepKey | None = None,
        attempt: int | None = None,
    ) -> Encoded:
        """Call a function that tenant code handed out, or a method of a target."""
        self._check_alive()
        about: dict[str, Any] = {} if parent is None else parent.inherited
        context = self._calls.begin(step=step, attempt=attempt, is_invocation=True, **about)
        fields = context.step_fields if method is None else {"method": method}
        try:
            text = await self._references.text(arguments)
            self._turn(context, "invoke", id=context.id, fn=function, args=text, **fields)
            return await context.result
        except BaseException:
            self._calls.end(context)
            raise

    def revive(self, value: Encoded, context: CallContext | None = None) -> Value:
        """The value that a call gave, with proxies for the functions and targets in it."""
        return decode(value, hook=self._references.revival(context))

    def dispose(self, number: int) -> None:
        """Let the isolate forget a function or target."""
        self._references.handles.dispose(number)

    @property
    def references(self) -> tuple[int, int]:
        """How many functions and targets of the isolate are held here, and how many stubs there."""
        return self._references.counts

    def close(self, lost: type[IsolateLost] = IsolateLost) -> None:
        """Throw the isolate away. All that wait for it are told so as `lost`."""
        self._end(None, None, "the isolate was evicted", lost)

    @property
    def busy(self) -> bool:
        """Whether anybody waits for something of it."""
        return self._calls.any_awaited

    @property
    def worn(self) -> bool:
        """Whether its memory, which never shrinks, has grown to half of what it may have, or its process is
        about to go.
        """
        return self.leaving or self.footprint.memory_bytes > self._memory // 2

    @property
    def leaving(self) -> bool:
        """Whether its process is replaced by another, which new work should go to."""
        return self._link.draining

    # -- what the link tells (a `Listener`)

    def received(self, message: Loaded | Failed | Out | Dead) -> None:
        """The worker process said something about the isolate."""
        self._meter.used_cpu(message.cpu_us)
        if not self.alive:
            return
        try:
            match message:
                case Loaded():
                    self.footprint.loaded(message.heap_bytes)
                    self._said(message.messages)
                    if not self._loaded.done():
                        self._loaded.set_result(message.exports)
                case Failed():
                    self._said(message.messages)
                    self._not_loaded(message)
                case Out():
                    self._turn_ended(message)
                case Dead():
                    self._died(message)
        except Exception as error:  # whatever it is, it ends one isolate, not the link of all
            self._nonsense(error)

    def said(self, messages: str) -> None:
        """A part of what the isolate said in a turn whose end is not told yet."""
        if not self.alive:
            return
        try:
            self._said(messages)
        except Exception as error:  # whatever it is, it ends one isolate, not the link of all
            self._nonsense(error)

    def lost(self, reason: str) -> None:
        """The worker process is gone."""
        self._end(None, None, f"the isolate is lost: {reason}")

    # -- turns

    def _turn(self, context: CallContext | None, kind: str, **fields: Any) -> None:
        if self.alive:
            self._turns.begin(context, kind, **fields)

    def _turn_ended(self, out: Out) -> None:
        context = self._turns.end(out.turn)
        grown = self.footprint.turned(out.memory_bytes, out.heap_bytes)
        if context is not None:
            context.used(out.cpu_us, grown)
        try:
            self._said(out.messages, out.cpu_us, context)
            self._spend(context)
        finally:
            if context is not None and context.run is not None:
                context.run.release()

    def _spend(self, context: CallContext | None) -> None:
        """End the call that a turn was for, where it has used too much."""
        most_us = self._settings.attempt_cpu_ms * 1000
        if context is None or context.exhausted or not 0 < most_us < context.cpu_us:
            return
        context.exhausted = True  # it is told nothing more, so what is left of it in the isolate stands still
        if context.result.done():
            return
        error = too_much_cpu(self._settings.attempt_cpu_ms)
        self._console.death(context, error.message)
        self._calls.fail(context, error)

    def _nonsense(self, error: Exception) -> None:
        ours = error if not isinstance(error, BadMessage) else None
        _log.error("what an isolate said is not understood (%r); it is thrown away", error, exc_info=ours)
        self._end(None, None, "the isolate failed")

    def _said(self, messages: str, cpu_us: int | None = None, turn: CallContext | None = None) -> None:
        if messages == "[]":
            return
        self._meter.said(heard := decode_messages(messages))
        for message in self._ahead.hear(heard, cpu_us, turn):
            self._handle(message)

    def _handle(self, message: GuestMessage) -> None:
        match message:
            case Result():
                self._ahead.tell(message.id, partial(self._calls.told, message, self._modules.placed))
            case Ask():
                self._ask(message)
            case Log():
                self._console.line(self._calls.of(message.owner), message)
            case Timer():
                self._meter.called()
                self._timers.set(message.id, message.ms, self._calls.of(message.owner))
            case Untimer():
                self._timers.clear(message.id)
            case DropStubs():
                self._references.stubs.drop(message.stubs)
            case Cancel():
                self._ahead.cancel(message.id)
                self._asks.cancel(message.id)

    def _go_on(self, context: CallContext) -> None:
        self._meter.called()
        self._turn(context, "go", id=context.id)

    def _abort(self, context: CallContext) -> None:
        self._calls.forget(context)
        if context.run is not None:
            context.run.forget()
            self._timers.clear_run(context.run)
        self._turn(None, "abort", id=context.id)

    # -- what tenant code asks

    def _ask(self, ask: Ask) -> None:
        context = self._calls.of(ask.owner)
        self._meter.called()
        if context is not None and context.exhausted:
            return
        if context is not None or not ask.owner:  # else it is of a run that was forgotten
            given = [self._code.limits, *([context.limits] if context is not None else [])]
            most = most_sub_requests(given, self._settings.sub_requests)
            self._ahead.ask(ask, context, partial(self._asks.begin, ask, context, most))

    def _answer(self, answer: Answer) -> None:
        self._turn(answer.context, "answer", id=answer.ask.id, **answer.fields)

    def _not_loaded(self, failed: Failed) -> None:
        error: Exception | None = limit_of(failed)
        if error is None:
            error = IsolateLost(failed.message) if failed.code is not None else self._modules.error(failed)
        if not self._loaded.done():
            self._loaded.set_exception(error)
        self._end(None, None, "the isolate could not be loaded")

    def _died(self, dead: Dead) -> None:
        culprit = self._turns.context_of(dead.turn)
        if dead.owner < 0:  # a callback that was begun in a turn of its run
            culprit = self._calls.under_way(dead.owner) or culprit
        if culprit is not None:
            culprit.used(dead.cpu_us, 0)
        error = death_of(dead)
        if isinstance(error, LimitExceeded):
            self._console.death(culprit, error.message)
        self._end(culprit, error, "the isolate died")

    def _end(
        self, culprit: CallContext | None, error: Exception | None, reason: str, lost: Any = IsolateLost
    ) -> None:
        """Tell all that wait: the culprit what it did, everybody else that the isolate is lost. Callbacks
        before runs.
        """
        if not self.alive:
            return
        self.alive = False
        self._inlet.close()
        self._outlet.close()
        self._link.detach(self._number)
        self._timers.close()
        if not self._loaded.done():
            self._loaded.set_exception(IsolateLost(reason))
            self._loaded.exception()  # nobody may have come to wait for it
        for context in self._calls.take():
            self._console.settle(context)
            if context is culprit and isinstance(error, LimitExceeded):
                self._ahead.died(context, error)
            context.fail(error if error is not None and context is culprit else lost(reason))
            if context.run is not None:
                context.run.forget()
        self._asks.close()
        self._references.close()

    async def _admit(self) -> None:
        """Wait until the tenant may have a turn; a run waits as long as it takes, others not."""
        wait_ms = self._meter.turn_wait_ms
        if wait_ms > self._settings.patience_ms:
            raise TenantBusy(wait_ms)
        if wait_ms:
            await sleep_for(self._clock, wait_ms)
            self._check_alive()

    def _check_alive(self) -> None:
        if not self.alive:
            raise IsolateLost("the isolate is gone")
