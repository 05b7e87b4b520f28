"""One instance of the guest: a turn at a time, in slices, and bytes in and out of its memory.

Every number that comes out of the guest is taken as hostile, and checked against the memory's size.
"""

from __future__ import annotations

import ctypes
import os
from typing import Final, Literal, cast

import wasmtime

from playground.core.clock import SystemClock
from playground.isolates.process.exchange import MOST_RANDOM_BYTES, POOL_BYTES, Exchange
from playground.isolates.process.fiber import Fiber

DONE: Final = 0
THREW: Final = 1
SAID_TOO_MUCH: Final = 3

_clock: Final = SystemClock()

Death = Literal["CPU_LIMIT", "MEMORY_LIMIT", "TRAP"]


class Died(Exception):
    """The instance was stopped, or stopped itself. Its store must not be entered again.

    The message is empty where it is about the limit itself, which others know.
    """

    def __init__(self, code: Death, message: str = "") -> None:
        super().__init__(message)
        self.code: Death = code
        self.message = message


class Instance:
    """The guest in a store of its own. What enters it raises `Died`, nothing else."""

    def __init__(
        self,
        engine: wasmtime.Engine,
        made: wasmtime.InstancePre,
        memory_bytes: int,
        exchange: int | None = None,
    ) -> None:
        """`exchange` is where a booted guest has its exchange; None boots the C library of a new one."""
        self._memory_limit = memory_bytes
        self.store = wasmtime.Store(engine)
        self.store.set_limits(memory_size=memory_bytes, instances=1, memories=1, tables=1)
        self.store.set_epoch_deadline(1)
        try:
            exports = made.instantiate(self.store).exports(self.store)
        except wasmtime.WasmtimeError:
            self.store.close()
            raise Died("TRAP", "the system has no memory for another isolate") from None
        self._exports = exports
        self._memory = cast(wasmtime.Memory, exports["memory"])
        # memories do not move, as `config.py` says
        self._base = cast(int, ctypes.cast(self._memory.data_ptr(self.store), ctypes.c_void_p).value)
        self._size = self.memory_bytes
        self._fibers: dict[str, Fiber] = {}
        self._running: Fiber | None = None
        self.exchange_address = self._first_call("exchange") if exchange is None else exchange
        self._exchange = Exchange.from_address(self._place(self.exchange_address, ctypes.sizeof(Exchange)))

    # -- calls

    def begin(self, name: str, argument: int = 0) -> None:
        """Start a call of an export. It runs in `slice`."""
        fiber = self._fibers.get(name)
        if fiber is None:
            fiber = self._fibers[name] = self._fiber(name)
        fiber.start(argument)
        self._running = fiber

    def slice(self) -> bool:
        """Run on until the call ends (True), or the engine's epoch moves."""
        fiber = self._running
        assert fiber is not None, "nothing was begun"
        self._exchange.now_ms = _clock.now()
        try:
            ended = fiber.poll()
        except wasmtime.Trap as trap:
            raise self._death(trap.trap_code) from None
        except wasmtime.WasmtimeError as error:
            raise Died("TRAP", str(error).partition("\n")[0][:200]) from None
        if not ended and self._exchange.random_size:
            self._serve_randomness()
        return ended

    @property
    def result(self) -> int:
        """What the call that ended last answered."""
        assert self._running is not None
        return self._running.result

    def run(self, name: str, argument: int = 0) -> int:
        """A whole call, for as long as it takes."""
        self.begin(name, argument)
        while not self.slice():
            pass
        return self.result

    def close(self) -> None:
        """Give the memory back to the system, also amid a call."""
        if self._running is not None:
            self._running.drop()
        self.__dict__.pop("_exchange", None)  # it lies in the memory
        self.store.close()

    # -- memory

    @property
    def memory_bytes(self) -> int:
        """The memory's size now. It never shrinks."""
        return int(self._memory.data_len(self.store))

    @property
    def heap_bytes(self) -> int:
        """What of it JavaScript uses."""
        return self._exchange.heap

    def limit_heap(self, size: int) -> None:
        """Let JavaScript use at most `size` bytes from the next turn on."""
        self._exchange.heap_limit = size

    def image(self) -> tuple[bytes, int]:
        """The whole memory, and the stack pointer."""
        stack_pointer = cast(wasmtime.Global, self._exports["__stack_pointer"])
        return bytes(self._memory.read(self.store)), int(stack_pointer.value(self.store))

    def room(self) -> int:
        """How large a message may be before `reserve` is needed."""
        return self._exchange.into_size

    def put(self, message: bytes) -> None:
        """Leave a message, for which there is room. What was said before is forgotten."""
        self._exchange.out_size = self._exchange.failed = 0
        ctypes.memmove(self._place(self._exchange.into, len(message)), message, len(message))

    def said(self, most: int, taken: int = 0) -> bytes:
        """What the last call said, also amid it, but for the first `taken` bytes. `Died` where it is more
        than `most` bytes.
        """
        size = self._exchange.out_size
        if size > most:
            raise Died("MEMORY_LIMIT", "the isolate said more in one turn than it may")
        return self.read(self._exchange.out + taken, size - taken) if size > taken else b""

    @property
    def failed(self) -> bool:
        """Whether what the last call said is why it failed."""
        return self._exchange.failed != 0

    @property
    def owner(self) -> int:
        """Whose work is done, as the guest says."""
        return self._exchange.owner

    def read(self, address: int, size: int) -> bytes:
        """Bytes of the memory; `Died` where they are out of bounds."""
        return ctypes.string_at(self._place(address, size), size) if size else b""

    def fill_pool(self) -> None:
        """Fill up the random bytes that the guest may take without waiting for them. Not while it runs."""
        exchange = self._exchange
        if exchange.pool_left < POOL_BYTES // 2:
            ctypes.memmove(exchange.pool, os.urandom(POOL_BYTES), POOL_BYTES)
            exchange.pool_left = POOL_BYTES

    def _place(self, address: int, size: int) -> int:
        """Where the bytes from `address` on are in this process."""
        if address < 0 or size < 0 or address + size > self._size:
            self._size = self.memory_bytes
            if address < 0 or size < 0 or address + size > self._size:
                raise Died("TRAP", "the guest pointed outside its memory")
        return self._base + address

    def _serve_randomness(self) -> None:
        size = self._exchange.random_size
        if size > MOST_RANDOM_BYTES:
            raise Died("TRAP", "the guest wants more randomness than it may")
        ctypes.memmove(self._place(self._exchange.random, size), os.urandom(size), size)
        self._exchange.random_size = 0
        self.fill_pool()

    # -- the rest

    def _fiber(self, name: str) -> Fiber:
        return Fiber(self.store, cast(wasmtime.Func, self._exports[name]))

    def _first_call(self, name: str) -> int:
        """Run the C library's constructors, and then an export, in a guest that has not been booted."""
        cast(wasmtime.Func, self._exports["_initialize"])(self.store)
        fiber = self._fiber(name)
        fiber.start(0)
        while not fiber.poll():
            pass
        return fiber.result

    def _death(self, code: wasmtime.TrapCode | None) -> Died:
        if code == wasmtime.TrapCode.STACK_OVERFLOW:
            return Died("MEMORY_LIMIT", "stack overflow: calls are nested too deeply")
        if self.memory_bytes > self._memory_limit // 2 and code == wasmtime.TrapCode.UNREACHABLE:
            # the guest's way to say that an allocation failed which it cannot do without
            return Died("MEMORY_LIMIT")
        return Died("TRAP", f"the isolate failed ({code.name.lower() if code is not None else 'no code'})")
