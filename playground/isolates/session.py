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
from playground.core.codec import BadEncoding, NotAValue, decode, encode
from playground.core.errors import (
    ErrorRecord,
    IsolateLost,
    LimitExceeded,
    LoadError,
    NoSuchEntrypoint,
    RemoteError,
    TenantError,
)
from playground.core.ports import StepKey
from playground.core.rpc import RpcTarget
from playground.core.values import Encoded, Value
from playground.isolates.code import LogLine, Tail, WorkerCode
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
from playground.isolates.guest_step import METHODS, GuestStep
from playground.isolates.guest_timers import GuestTimers
from playground.isolates.link import WorkerLink
from playground.isolates.log_budget import cut
from playground.isolates.remote_function import RemoteFunction
from playground.isolates.run import Run
from playground.isolates.settings import PoolSettings
from playground.isolates.stubs import Stubs
from playground.isolates.wire import Dead, Failed, Load, Loaded, Out, Turn

_log = logging.getLogger(__name__)

_ENDED_KEPT: Final = 256
_INTERNAL: Final = ErrorRecord("Error", "internal error")


class IsolateSession:
    """An isolate in a worker process, from its loading to its end.

    Everything in it belongs to one tenant.
    """

    def __init__(
        self,
        link: WorkerLink,
        code: WorkerCode,
        clock: Clock,
        settings: PoolSettings,
    ) -> None:
        self._link = link
        self._code = code
        self._clock = clock
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
        self._asks: dict[asyncio.Task[None], bool] = {}
        self._number = link.attach(self)
        self.alive = True
        self.memory_bytes = 0

    # -- what the server does with it

    async def load(self) -> None:
        """Evaluate the modules. Raises `LoadError`, `LimitExceeded`, `IsolateLost`."""
        env = encode(dict(self._code.env), hook=self._stubs.node).data.decode("utf-8", "surrogatepass")
        modules = dict(self._code.modules)
        self._link.send(Load(self._number, modules, self._code.main_module, env, self._cpu_ms, self._memory))
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
        step: int | None = None
        if run is not None:
            step = self._stubs.add(GuestStep(run.journaled))
            arguments = [*arguments, _StepStub(step)]
        text = self._encoded(list(arguments))
        self._turn(context, "call", id=context.id, entry=entrypoint, method=method, args=text)
        try:
            return await context.result
        except asyncio.CancelledError:
            self._abort(context)
            raise
        finally:
            if step is not None and run is not None and not self.alive:
                self._stubs.drop([step])

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
        where = {"kind": step.kind, "name": step.name, "count": step.count} if step is not None else None
        text = self._encoded(arguments)
        self._turn(context, "invoke", id=context.id, fn=function, args=text, step=where, attempt=attempt)
        return await context.result

    def close(self) -> None:
        """Throw the isolate away."""
        self._end(None, None, "the isolate was evicted")

    @property
    def busy(self) -> bool:
        """Whether anybody waits for something of it."""
        return any(not context.result.done() for context in self._calls.values())

    # -- what the link tells (a `Listener`)

    def received(self, message: Loaded | Failed | Out | Dead) -> None:
        """The worker process said something about the isolate."""
        if not self.alive:
            return
        try:
            match message:
                case Loaded():
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
                self._log(message)
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
        if owner is None:
            return None
        return self._calls.get(owner) or self._done.get(owner)

    def _finished(self, context: CallContext) -> None:
        if self._calls.pop(context.id, None) is None:
            return
        self._done[context.id] = context
        if len(self._done) > _ENDED_KEPT:
            self._done.popitem(last=False)
        self._settle_log(context)

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
        return encode(values, hook=self._node).data.decode("utf-8", "surrogatepass")

    def _node(self, value: Any) -> dict[str, Any] | None:
        if isinstance(value, _StepStub):
            return {"$stub": {"id": value.number, "methods": list(METHODS), "props": {}}}
        if isinstance(value, RemoteFunction):
            return {"$fn": value.number}
        return self._stubs.node(value)

    # -- what tenant code asks

    def _ask(self, ask: Ask) -> None:
        context = self._context(ask.owner)
        if ask.owner is not None and context is None:
            return  # of a run that was forgotten
        run = context.run if context is not None else None
        try:
            target = self._stubs.get(ask.target)
        except TenantError as error:
            target = error
        of_step = isinstance(target, GuestStep)
        surroundings = context.context.copy() if context is not None else None
        if run is not None:
            run.hold()
        task = self._loop.create_task(self._serve(ask, target, context, of_step), context=surroundings)
        self._asks[task] = of_step
        task.add_done_callback(self._asks.pop)
        if run is not None and of_step:
            # the task's first stretch runs before this does; then the engine knows of the step
            self._loop.call_soon(run.release)

    async def _serve(self, ask: Ask, target: Any, context: CallContext | None, of_step: bool) -> None:
        try:
            ok = await self._perform(ask, target, context)
        except Exception as error:
            record = self._shown(error)
            self._turn(context, "answer", id=ask.id, error=_text(encode(record)))
        else:
            self._turn(context, "answer", id=ask.id, ok=_text(ok))
        finally:
            if context is not None and context.run is not None and not of_step:
                context.run.release()

    async def _perform(self, ask: Ask, target: Any, context: CallContext | None) -> Encoded:
        if isinstance(target, TenantError):
            raise target

        def revive(tag: str, content: Any) -> Any:
            if tag == "$fn" and isinstance(content, int):
                return RemoteFunction(self, content, context)
            if tag == "$stub" and isinstance(content, dict):
                return self._stubs.get(content.get("id", 0))
            raise TenantError("this cannot be sent to the host")

        arguments = decode(_wire(ask.args), hook=revive)
        if not isinstance(arguments, list):
            raise BadEncoding("arguments are a list")
        if isinstance(target, GuestStep):
            return await target.perform(ask.method, arguments)
        return encode(await _call_target(target, ask.method, arguments), hook=self._node)

    def _shown(self, error: Exception) -> ErrorRecord:
        """What tenant code may see of an error."""
        if isinstance(error, TenantError):
            try:
                encode(error.record())
            except NotAValue:
                return ErrorRecord(error.name, error.message)
            return error.record()
        if isinstance(error, BadEncoding):
            return ErrorRecord("TypeError", f"the arguments cannot be read: {error.message}")
        if not isinstance(error, IsolateLost):
            _log.error("a host method failed", exc_info=error)
        return _INTERNAL

    # -- console

    def _log(self, line: Log) -> None:
        context = self._context(line.owner)
        text = cut(line.message) if context is None else context.budget.admit(line.message)
        if text is not None:
            self._write(context, line.kind, line.level, text, int(line.time))

    def _settle_log(self, context: CallContext) -> None:
        dropped = context.budget.settle()
        if dropped is not None:
            self._write(context, "log", "warn", dropped, self._clock.now())

    def _write(self, context: CallContext | None, kind: str, level: str, text: str, time: int) -> None:
        if context is not None and context.run is not None:
            context.run.log(kind, level, text, context.step, context.attempt)
            return
        tail = (context.tail if context is not None else None) or self._code.tail
        if tail is not None:
            tail(LogLine(kind, level, text, time))

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
            error = LoadError(
                failed.message,
                name=failed.name,
                module=failed.module,
                line=failed.line,
                column=failed.column,
                stack=failed.stack,
            )
        if not self._loaded.done():
            self._loaded.set_exception(error)
        self._end(None, None, "the isolate could not be loaded")

    def _died(self, dead: Dead) -> None:
        culprit = self._turns.get(dead.turn)
        error: Exception = IsolateLost(f"the isolate died: {dead.message}")
        if dead.code in ("CPU_LIMIT", "MEMORY_LIMIT"):
            error = LimitExceeded("CPU_LIMIT" if dead.code == "CPU_LIMIT" else "MEMORY_LIMIT", dead.message)
            self._write(culprit, "exception", "error", dead.message, self._clock.now())
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
            self._settle_log(context)
            context.fail(error if error is not None and context is culprit else IsolateLost(reason))
        for task, of_step in list(self._asks.items()):
            if not of_step:  # those of steps are the engine's to end
                task.cancel()

    def _check_alive(self) -> None:
        if not self.alive:
            raise IsolateLost("the isolate is gone")


class _StepStub:
    """Stands for `step` among the arguments of `run`."""

    def __init__(self, number: int) -> None:
        self.number = number


async def _call_target(target: Any, method: str, arguments: list[Value]) -> Any:
    if not isinstance(target, RpcTarget):
        raise TenantError("the stub is not connected any more")
    if method.startswith("get:"):
        attribute = target.rpc_properties.get(method[4:])
        if attribute is None:
            raise TenantError(f"the RPC receiver has no property {method[4:100]!r}")
        return getattr(target, attribute)
    attribute = target.rpc_methods.get(method)
    if attribute is None:
        raise TenantError(f"the RPC receiver does not implement the method {method[:100]!r}")
    return await getattr(target, attribute)(*arguments)


def _no_reference(tag: str, content: Any) -> Any:
    raise BadEncoding(f"{tag} cannot be part of an error")


def _wire(text: str) -> Encoded:
    return Encoded(text.encode("utf-8", "surrogatepass"))


def _text(value: Encoded) -> str:
    return value.data.decode("utf-8", "surrogatepass")
