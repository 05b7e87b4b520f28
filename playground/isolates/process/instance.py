"""One instance of the guest: a turn at a time, in slices, and the words that guest and host leave for each
other.

Every number that comes out of the guest is taken as hostile: masked to 32 bits and checked against the
memory's size.
"""

from __future__ import annotations

import ctypes
import os
import struct
import time
from dataclasses import dataclass
from typing import Final, Literal, cast

import wasmtime

from playground.isolates.process.fiber import Fiber

DONE: Final = 0
THREW: Final = 1
SAID_TOO_MUCH: Final = 3

_MASK: Final = 0xFFFFFFFF
_MOST_RANDOM: Final = 1 << 16
_NOW: Final = struct.Struct("<d")
_PAIR: Final = struct.Struct("<II")
_POOL_BYTES: Final = 1024

Death = Literal["CPU_LIMIT", "MEMORY_LIMIT", "TRAP"]


class Died(Exception):
    """The instance was stopped, or stopped itself. Its store must not be entered again.

    The message is empty where it is about the limit itself, which others know.
    """

    def __init__(self, code: Death, message: str = "") -> None:
        super().__init__(message)
        self.code: Death = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Exchange:
    """Where guest and host leave things for each other: addresses of the fields that guest.h describes."""

    address: int

    @property
    def now(self) -> int:
        return self.address

    @property
    def into(self) -> int:
        """Where messages go, and how much fits there."""
        return self.address + 8

    @property
    def out(self) -> int:
        """What a turn said: address and size."""
        return self.address + 16

    @property
    def random(self) -> int:
        """Where random bytes are wanted, and how many."""
        return self.address + 24

    @property
    def heap(self) -> int:
        return self.address + 32

    @property
    def heap_limit(self) -> int:
        return self.address + 36

    @property
    def pool_left(self) -> int:
        """How much of the pool of random bytes is left; the pool follows."""
        return self.address + 40


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
        self._fibers: dict[str, Fiber] = {}
        self._running: Fiber | None = None
        self.exchange = Exchange(self._address() if exchange is None else exchange)

    def begin(self, name: str, argument: int = 0) -> None:
        """Start a call of an export. It runs in `slice`."""
        fiber = self._fibers.get(name)
        if fiber is None:
            fiber = self._fibers[name] = Fiber(self.store, cast(wasmtime.Func, self._exports[name]))
        fiber.start(argument)
        self._running = fiber

    def slice(self) -> bool:
        """Run on until the call ends (True), or the engine's epoch moves."""
        fiber = self._running
        assert fiber is not None, "nothing was begun"
        self._write(self.exchange.now, _NOW.pack(time.time_ns() / 1e6))
        try:
            ended = fiber.poll()
        except wasmtime.Trap as trap:
            raise self._death(trap.trap_code) from None
        except wasmtime.WasmtimeError as error:
            raise Died("TRAP", str(error).partition("\n")[0][:200]) from None
        if not ended:
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
        self.store.close()

    @property
    def memory_bytes(self) -> int:
        """The memory's size now. It never shrinks."""
        return int(self._memory.data_len(self.store))

    @property
    def heap_bytes(self) -> int:
        """What of it JavaScript uses."""
        return int.from_bytes(self.read(self.exchange.heap, 4), "little")

    def image(self) -> tuple[bytes, int]:
        """The whole memory, and the stack pointer."""
        stack_pointer = cast(wasmtime.Global, self._exports["__stack_pointer"])
        return bytes(self._memory.read(self.store)), int(stack_pointer.value(self.store))

    def limit_heap(self, size: int) -> None:
        """Let JavaScript use at most `size` bytes from the next turn on."""
        self._write(self.exchange.heap_limit, size.to_bytes(4, "little"))

    def fill_pool(self) -> None:
        """Fill up the random bytes that the guest may take without waiting for them. Not while it runs."""
        field = self.exchange.pool_left
        if int.from_bytes(self.read(field, 4), "little") < _POOL_BYTES // 2:
            self._write(field, _POOL_BYTES.to_bytes(4, "little") + os.urandom(_POOL_BYTES))

    # -- what is left for each other

    def room(self) -> int:
        """How large a message may be before `reserve` is needed."""
        return self._pair(self.exchange.into)[1]

    def put(self, message: bytes) -> None:
        """Leave a message, for which there is room."""
        self._write(self._pair(self.exchange.into)[0], message)

    def said(self, most: int) -> bytes:
        """What the last call said. `Died` where it is more than `most` bytes."""
        address, size = self._pair(self.exchange.out)
        if size > most:
            raise Died("MEMORY_LIMIT", "the isolate said more in one turn than it may")
        return self.read(address, size)

    def read(self, address: int, size: int) -> bytes:
        """Bytes of the memory; `Died` where they are out of bounds."""
        return ctypes.string_at(self._place(address, size), size) if size else b""

    def _write(self, address: int, data: bytes) -> None:
        ctypes.memmove(self._place(address, len(data)), data, len(data))

    def _pair(self, address: int) -> tuple[int, int]:
        return cast(tuple[int, int], _PAIR.unpack(self.read(address, _PAIR.size)))

    def _place(self, address: int, size: int) -> int:
        start = address & _MASK
        if size < 0 or start + size > self.memory_bytes:
            raise Died("TRAP", "the guest pointed outside its memory")
        base = ctypes.cast(self._memory.data_ptr(self.store), ctypes.c_void_p).value
        assert base is not None
        return base + start

    def _address(self) -> int:
        """What the guest's own `exchange()` answers."""
        cast(wasmtime.Func, self._exports["_initialize"])(self.store)  # before anything else
        fiber = Fiber(self.store, cast(wasmtime.Func, self._exports["exchange"]))
        fiber.start(0)
        while not fiber.poll():
            pass
        return fiber.result

    def _serve_randomness(self) -> None:
        address, size = self._pair(self.exchange.random)
        if not size:
            return
        if size > _MOST_RANDOM:
            raise Died("TRAP", "the guest wants more randomness than it may")
        self._write(address, os.urandom(size))
        self._write(self.exchange.random + 4, bytes(4))
        self.fill_pool()

    def _death(self, code: wasmtime.TrapCode | None) -> Died:
        if code == wasmtime.TrapCode.STACK_OVERFLOW:
            return Died("MEMORY_LIMIT", "stack overflow: calls are nested too deeply")
        if self.memory_bytes > self._memory_limit // 2 and code == wasmtime.TrapCode.UNREACHABLE:
            # the guest's way to say that an allocation failed which it cannot do without
            return Died("MEMORY_LIMIT")
        return Died("TRAP", f"the isolate failed ({code.name.lower() if code is not None else 'no code'})")
