"""What the guest imports: a clock, randomness and modules; everything else answers "not supported".

wasmtime's Python binding has one slot in the whole process for exceptions of host functions, so none of
these raises. They are defined once, and serve the instance that is running: a worker process runs one at a
time.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable
from typing import Final, Protocol

import wasmtime

from playground.core.clock import SystemClock

_WASI: Final = "wasi_snapshot_preview1"
_OK: Final = 0
_FAULT: Final = 21
_NOT_SUPPORTED: Final = 58
_REAL_TIME: Final = 0
_MOST_RANDOM: Final = 65536
_NO_VALUE: Final = -1


class Running(Protocol):
    """What the imports need of the instance that is running. None of these raises."""

    def write(self, pointer: int, data: bytes) -> bool:
        """Write into the memory; False where that is out of bounds."""
        ...

    def normalize(self, base: tuple[int, int], specifier: tuple[int, int], size_out: int) -> int:
        """Where the canonical name of a module was put, or 0."""
        ...

    def source(self, name: tuple[int, int], size_out: int) -> int:
        """Where the source of a module was put, or 0."""
        ...

    def entropy(self) -> int:
        """A handle of a text that nobody can guess."""
        ...


class Imports:
    """The imports of every instance of an engine. `running` is the one whose turn it is."""

    def __init__(self, engine: wasmtime.Engine) -> None:
        self.running: Running | None = None
        self.engine = engine
        self.linker = wasmtime.Linker(engine)
        self._clock = SystemClock()
        self._define("env", "host_interrupt", 0, self._interrupt)
        self._define("env", "host_call", 5, self._host_call)
        self._define("env", "host_module_normalize", 5, self._normalize)
        self._define("env", "host_module_load", 3, self._load)
        self._define(_WASI, "random_get", 2, self._random)
        self._define(_WASI, "environ_sizes_get", 2, self._environ_sizes)
        self._define(_WASI, "environ_get", 2, self._environ)
        self._define(_WASI, "fd_close", 1, self._not_supported)
        self._define(_WASI, "fd_fdstat_get", 2, self._not_supported)
        self._define(_WASI, "fd_write", 4, self._not_supported)
        i32, i64 = wasmtime.ValType.i32(), wasmtime.ValType.i64()
        self._add(_WASI, "fd_seek", [i32, i64, i32, i32], [i32], self._not_supported)
        self._add(_WASI, "clock_time_get", [i32, i64, i32], [i32], self._time)
        self._add(_WASI, "proc_exit", [i32], [], self._exit)

    def _define(self, module: str, name: str, parameters: int, function: Callable[..., int]) -> None:
        i32 = wasmtime.ValType.i32()
        self._add(module, name, [i32] * parameters, [i32], function)

    def _add(
        self,
        module: str,
        name: str,
        parameters: list[wasmtime.ValType],
        results: list[wasmtime.ValType],
        function: Callable[..., int | None],
    ) -> None:
        self.linker.define_func(module, name, wasmtime.FuncType(parameters, results), function)

    def _interrupt(self) -> int:
        return 0  # the fence stops turns, and stops them sooner

    def _host_call(self, *_: int) -> int:
        # the only function that the runtime makes is `entropy`
        return self.running.entropy() if self.running is not None else _NO_VALUE

    def _normalize(
        self, base: int, base_size: int, specifier: int, specifier_size: int, size_out: int
    ) -> int:
        running = self.running
        return running.normalize((base, base_size), (specifier, specifier_size), size_out) if running else 0

    def _load(self, name: int, name_size: int, size_out: int) -> int:
        running = self.running
        return running.source((name, name_size), size_out) if running else 0

    def _random(self, pointer: int, length: int) -> int:
        if not 0 <= length <= _MOST_RANDOM:
            return _FAULT
        return self._put(pointer, os.urandom(length))

    def _time(self, clock: int, _precision: int, pointer: int) -> int:
        now = self._clock.now() * 1_000_000 if clock == _REAL_TIME else time.monotonic_ns()
        return self._put(pointer, struct.pack("<Q", now))

    def _environ_sizes(self, count: int, size: int) -> int:
        return self._put(count, bytes(4)) or self._put(size, bytes(4))

    def _environ(self, *_: int) -> int:
        return _OK

    def _not_supported(self, *_: int) -> int:
        return _NOT_SUPPORTED

    def _exit(self, _code: int) -> None:
        return None  # the guest goes on to an unreachable instruction, and traps

    def _put(self, pointer: int, data: bytes) -> int:
        return _OK if self.running is not None and self.running.write(pointer, data) else _FAULT
