"""One isolate, seen from the server: what was asked of it, what it asks, and what becomes of all that when
it dies.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

from playground.core.clock import Clock
from playground.core.codec import BadEncoding, decode, encode
from playground.core.errors import (
    ErrorRecord,
    IsolateLost,
    LimitExceeded,
    NoSuchEntrypoint,
    RemoteError,
)
from playground.core.ports import StepKey
from playground.core.values import Encoded, Value
from playground.isolates.asks import Asks
from playground.isolates.code import Tail, WorkerCode
from playground.isolates.console import Console
from playground.isolates.context import CallContext
from playground.isolates.guest_messages import (
    Ask,
    BadMessage,
    DropStubs,
    GuestMessage,
    Log,
    Result,
    Timer,
    Untimer,
    decode_messages,
    encode_message,
)
from playground.isolates.guest_step import GuestStep
from playground.isolates.guest_timers import GuestTimers
from playground.isolates.link import WorkerLink
from playground.isolates.load_failure import TenantModules
from playground.isolates.run import Run
from playground.isolates.settings import PoolSettings
from playground.isolates.stubs import Stubs
from playground.isolates.wire import Dead, Failed, Load, Loaded, Out, Turn

_log = logging.getLogger(__name__)

_ENDED_KEPT: Final = 256


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
    ) -> None:
        self._modules = TenantModules(code.modules, code.main_module)
        self._link = link
        self._code = code
        self._cpu_ms = code.limits.cpu_ms or settings.cpu_ms
        self._memory = (code.limits.memory_mib or settings.memory_mib) << 20
        self._loop = asyncio.get_running_loop()
        self._loaded: asyncio.Future[list[str]] = self._loop.create_future()
        self._exports: frozenset[str] = frozenset()
        self._calls: dict[int, CallContext] = {}
        self._done: OrderedDict[int, CallContext] = OrderedDict()
        self._turns: dict[int, CallContext | None] = {}
        self._last_id = 0
        self._last_turn = 0
        self._stubs = Stubs()
        self._timers = GuestTimers(clock, self._timer_fired)
        self._asks = Asks(self._stubs, self, self._answer)
        self._console = Console(code.tail, clock)
        self._number = link.attach(self)
        self.alive = True
        self.memory_bytes = 0
        self._heap_bytes = 0

    # -- what the server does with it

    async def load(self) -> None:
        """Evaluate the modules. Raises `LoadError`, `LimitExceeded`, `IsolateLost`."""
        env = encode(dict(self._code.env), hook=self._stubs.node).data.decode("utf-8", "surrogatepass")
        self._stubs.seal()
        modules, main = self._modules.wire(), self._modules.main
        self._link.send(Load(self._number, modules, main, env, self._cpu_ms, self._memory))
        try:
            self._exports = frozenset(await self._loaded)
        except BaseException:
            self.close()
            raise

    async def call(
        self,
        entrypoint: str | None,
        method: str,
        arguments: Sequence[Value],
        *,
        run: Run | None = None,
        tail: Tail | None = None,
    ) -> Encoded:
        """Call a method of an export. Raises `NoSuchEntrypoint`, `RemoteError`, `LimitExceeded`,
        `IsolateLost`.
        """
        self._check_alive()
        if (entrypoint or "default") not in self._exports:
            raise NoSuchEntrypoint(entrypoint or "default")
        context = self._new_context(CallContext(self._next_id(), run=run, tail=tail))
        if run is not None:
            arguments = [*arguments, GuestStep(run.journaled)]
        text = self._encoded(list(arguments))
        replayed = {"run": run.seed, **context.clock} if run is not None else {}
        self._turn(context, "call", id=context.id, entry=entrypoint, method=method, args=text, **replayed)
        try:
            return await context.result
        except asyncio.CancelledError:
            self._abort(context)
            raise

    async def invoke(
        self,
        function: int,
        arguments: list[Value],
        parent: CallContext | None,
        step: StepKey | None,
        attempt: int | None,
    ) -> Encoded:
        """Call a function that tenant code handed out."""
        self._check_alive()
        run = parent.run if parent is not None else None
        tail = parent.tail if parent is not None else None
        context = CallContext(
            self._next_id(), run=run, tail=tail, step=step, attempt=attempt, is_invocation=True
        )
        self._new_context(context)
        where: dict[str, Any] = {}
        if step is not None:
            key = {"kind": step.kind, "name": step.name, "count": step.count}
            where = {"step": key, "attempt": attempt}
        text = self._encoded(arguments)
        self._turn(context, "invoke", id=context.id, fn=function, args=text, **where)
        return await context.result

    def close(self) -> None:
        """Throw the isolate away."""
        self._end(None, None, "the isolate was evicted")

    @property
    def busy(self) -> bool:
        """Whether anybody waits for something of it."""
        return any(not context.result.done() for context in self._calls.values())

    @property
    def worn(self) -> bool:
        """Whether its memory, which never shrinks, has grown to half of what it may have."""
        return self.memory_bytes > self._memory // 2

    # -- what the link tells (a `Listener`)

    def received(self, message: Loaded | Failed | Out | Dead) -> None:
        """The worker process said something about the isolate."""
        if not self.alive:
            return
        try:
            match message:
                case Loaded():
                    self._heap_bytes = message.heap_bytes
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
        except BadMessage as error:
            _log.error("an isolate said what the runtime never says (%s); it is thrown away", error)
            self._end(None, None, "the isolate failed")

    def lost(self, reason: str) -> None:
        """The worker process is gone."""
        self._end(None, None, f"the isolate is lost: {reason}")

    # -- turns

    def _turn(self, context: CallContext | None, kind: str, **fields: Any) -> None:
        if not self.alive:
            return
        self._last_turn += 1
        self._turns[self._last_turn] = context
        if context is not None and context.run is not None:
            context.run.hold()
        self._link.send(Turn(self._number, self._last_turn, encode_message(kind, **fields)))

    def _turn_ended(self, out: Out) -> None:
        if out.turn not in self._turns:
            raise BadMessage("an answer to a turn that was not asked for")
        context = self._turns.pop(out.turn)
        self.memory_bytes = out.memory_bytes
        grown, self._heap_bytes = out.heap_bytes - self._heap_bytes, out.heap_bytes
        if context is not None:
            context.used(out.cpu_us, grown)
        try:
            self._said(out.messages)
        finally:
            if context is not None and context.run is not None:
                context.run.release()

    def _said(self, messages: str) -> None:
        if messages == "[]":
            return
        for message in decode_messages(messages):
            self._handle(message)

    def _handle(self, message: GuestMessage) -> None:
        match message:
            case Result():
                self._result(message)
            case Ask():
                self._ask(message)
            case Log():
                self._console.line(self._context(message.owner), message)
            case Timer():
                context = self._context(message.owner)
                self._timers.set(message.id, message.ms, context)
            case Untimer():
                self._timers.clear(message.id)
            case DropStubs():
                self._stubs.drop(message.stubs)

    def _timer_fired(self, timer: int, context: CallContext | None) -> None:
        self._turn(context, "timer", id=timer)

    # -- calls and their contexts

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _new_context(self, context: CallContext) -> CallContext:
        self._calls[context.id] = context
        return context

    def _context(self, owner: int | None) -> CallContext | None:
        return (self._calls.get(owner) or self._done.get(owner)) if owner else None

    def _finished(self, context: CallContext) -> None:
        if self._calls.pop(context.id, None) is None:
            return
        self._done[context.id] = context
        if len(self._done) > _ENDED_KEPT:
            self._done.popitem(last=False)
        self._console.settle(context)

    def _result(self, message: Result) -> None:
        context = self._calls.get(message.id)
        if context is None:
            return
        self._finished(context)
        if message.error is not None:
            context.fail(RemoteError(self._error_record(message.error)))
        else:
            context.succeed(_wire(message.ok if message.ok is not None else 't{"$undefined":0}'))

    def _abort(self, context: CallContext) -> None:
        if context.run is not None:
            context.run.forget()
            self._timers.clear_run(context.run)
            for other in [found for found in self._calls.values() if found.run is context.run]:
                del self._calls[other.id]
        self._calls.pop(context.id, None)
        self._turn(None, "abort", id=context.id)

    def _error_record(self, text: str) -> ErrorRecord:
        try:
            value = decode(_wire(text), hook=_no_reference)
        except BadEncoding:
            return ErrorRecord("Error", "the error cannot be read")
        return value if isinstance(value, ErrorRecord) else ErrorRecord("Error", str(value))

    def _encoded(self, values: list[Value]) -> str:
        return encode(values, hook=self._stubs.node).data.decode("utf-8", "surrogatepass")

    # -- what tenant code asks

    def _ask(self, ask: Ask) -> None:
        context = self._context(ask.owner)
        if context is not None or not ask.owner:  # else it is of a run that was forgotten
            self._asks.begin(ask, context)

    def _answer(
        self, ask: Ask, context: CallContext | None, value: Encoded | None, error: Encoded | None
    ) -> None:
        fields: dict[str, Any] = {} if context is None else dict(context.clock)
        if error is not None:
            fields["error"] = _text(error)
        elif value is not None:
            fields["ok"] = _text(value)
        self._turn(context, "answer", id=ask.id, **fields)

    # -- the end

    def _not_loaded(self, failed: Failed) -> None:
        error: Exception
        if failed.code in ("CPU_LIMIT", "MEMORY_LIMIT"):
            error = LimitExceeded(
                "CPU_LIMIT" if failed.code == "CPU_LIMIT" else "MEMORY_LIMIT", failed.message
            )
        elif failed.code is not None:
            error = IsolateLost(failed.message)
        else:
            error = self._modules.error(failed)
        if not self._loaded.done():
            self._loaded.set_exception(error)
        self._end(None, None, "the isolate could not be loaded")

    def _died(self, dead: Dead) -> None:
        culprit = self._turns.get(dead.turn)
        if culprit is not None:
            culprit.used(dead.cpu_us, 0)
        error: Exception = IsolateLost(f"the isolate died: {dead.message}")
        if dead.code in ("CPU_LIMIT", "MEMORY_LIMIT"):
            error = LimitExceeded("CPU_LIMIT" if dead.code == "CPU_LIMIT" else "MEMORY_LIMIT", dead.message)
            self._console.death(culprit, dead.message)
        self._end(culprit, error, "the isolate died")

    def _end(self, culprit: CallContext | None, error: Exception | None, reason: str) -> None:
        """Tell all that wait: the culprit what it did, everybody else that the isolate is lost. Callbacks
        before runs.
        """
        if not self.alive:
            return
        self.alive = False
        self._link.detach(self._number)
        self._timers.close()
        if not self._loaded.done():
            self._loaded.set_exception(IsolateLost(reason))
        waiting = sorted(self._calls.values(), key=lambda context: not context.is_invocation)
        self._calls.clear()
        for context in waiting:
            self._console.settle(context)
            context.fail(error if error is not None and context is culprit else IsolateLost(reason))
            if context.run is not None:
                context.run.forget()
        self._asks.close()

    def _check_alive(self) -> None:
        if not self.alive:
            raise IsolateLost("the isolate is gone")


def _no_reference(tag: str, content: Any) -> Any:
    raise BadEncoding(f"{tag} cannot be part of an error")


def _wire(text: str) -> Encoded:
    return Encoded(text.encode("utf-8", "surrogatepass"))


def _text(value: Encoded) -> str:
    return value.data.decode("utf-8", "surrogatepass")
