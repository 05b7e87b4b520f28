"""One instance of the guest, and the calls of its C interface that are used here.

Numbers named `handle` are the guest's own names for JavaScript values. Every pointer that comes out of the
guest is taken as hostile: masked to 32 bits and checked against the memory's size.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from typing import Final, Literal, cast

import wasmtime

from playground.isolates.process.imports import Imports

OK: Final = 0
JS_ERROR: Final = 1
_NO_VALUE: Final = -1
_MASK: Final = 0xFFFFFFFF

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
    """The guest in a store of its own. Calls raise `Died`, nothing else.

    `resolve(importer, specifier)` and `module(name)` serve its imports; None means that there is no such
    module.
    """

    def __init__(self, imports: Imports, module: wasmtime.Module, memory_bytes: int) -> None:
        self._imports = imports
        self._memory_bytes = memory_bytes
        self.store = wasmtime.Store(imports.engine)
        self.store.set_limits(memory_size=memory_bytes, instances=1, memories=1, tables=1)
        self.store.set_epoch_deadline(1)
        self.resolve: Callable[[str, str], str | None] = _no_module
        self.module: Callable[[str], str | None] = _no_source
        try:
            self._exports = imports.linker.instantiate(self.store, module).exports(self.store)
        except wasmtime.WasmtimeError:
            self.store.close()
            raise Died("TRAP", "the system has no memory for another isolate") from None
        self._memory = cast(wasmtime.Memory, self._exports["memory"])
        self._functions: dict[str, wasmtime.Func] = {}

    def call(self, name: str, *arguments: int) -> int:
        """Call an export; its result, or 0 where it has none."""
        function = self._functions.get(name)
        if function is None:
            function = self._functions[name] = cast(wasmtime.Func, self._exports[name])
        imports = self._imports
        before, imports.running = imports.running, self
        try:
            result = function(self.store, *arguments)
        except wasmtime.Trap as trap:
            raise self._death(trap.trap_code) from None
        except wasmtime.WasmtimeError as error:
            raise Died("TRAP", str(error).partition("\n")[0][:200]) from None
        finally:
            imports.running = before
        return int(result) if result is not None else 0

    def close(self) -> None:
        """Give the memory back to the system."""
        self.store.close()

    @property
    def memory_bytes(self) -> int:
        """The memory's size now. It never shrinks."""
        return int(self._memory.data_len(self.store))

    def image(self) -> tuple[bytes, int]:
        """The whole memory, and the stack pointer."""
        stack_pointer = cast(wasmtime.Global, self._exports["__stack_pointer"])
        return bytes(self._memory.read(self.store)), int(stack_pointer.value(self.store))

    # -- memory

    def read(self, pointer: int, length: int) -> bytes:
        """Bytes of the memory; `Died` where they are out of bounds."""
        start, size = pointer & _MASK, length & _MASK
        if start + size > self.memory_bytes:
            raise Died("TRAP", "the guest pointed outside its memory")
        return bytes(self._memory.read(self.store, start, start + size)) if size else b""

    def read_number(self, pointer: int) -> int:
        """The unsigned 32-bit number at `pointer`."""
        return int.from_bytes(self.read(pointer, 4), "little")

    def write(self, pointer: int, data: bytes) -> bool:
        """Write into the memory; False where that is out of bounds."""
        start = pointer & _MASK
        if start + len(data) > self.memory_bytes:
            return False
        if data:
            self._memory.write(self.store, data, start)
        return True

    def allocate(self, data: bytes) -> int:
        """Put `data` into memory that belongs to the host until it is freed."""
        pointer = self.call("qjs_alloc", len(data))
        if (not pointer and data) or not self.write(pointer, data):
            raise Died("MEMORY_LIMIT")
        return pointer

    def entropy(self) -> int:
        """A handle of 64 random bytes as hex."""
        try:
            text = os.urandom(64).hex().encode()
            pointer = self.allocate(text)
            handle = self.call("new_string", pointer, len(text))
            self.call("qjs_free", pointer, len(text))
        except Exception:
            return _NO_VALUE
        return handle

    # -- imports of modules

    def normalize(self, base: tuple[int, int], specifier: tuple[int, int], size_out: int) -> int:
        try:
            return self._give(self.resolve(self._text(base), self._text(specifier)), size_out)
        except Exception:
            return 0

    def source(self, name: tuple[int, int], size_out: int) -> int:
        try:
            return self._give(self.module(self._text(name)), size_out)
        except Exception:
            return 0

    def _text(self, place: tuple[int, int]) -> str:
        return self.read(*place).decode("utf-8", "replace")

    def _give(self, text: str | None, size_out: int) -> int:
        if text is None:
            return 0
        data = text.encode("utf-8", "replace") or b"\n"  # nothing has no address
        pointer = self.allocate(data)
        return pointer if self.write(size_out, struct.pack("<I", len(data))) else 0

    def _death(self, code: wasmtime.TrapCode | None) -> Died:
        if code == wasmtime.TrapCode.INTERRUPT:
            return Died("CPU_LIMIT")
        if code == wasmtime.TrapCode.STACK_OVERFLOW:
            return Died("MEMORY_LIMIT", "stack overflow: calls are nested too deeply")
        if self.memory_bytes > self._memory_bytes // 2 and code == wasmtime.TrapCode.UNREACHABLE:
            # the guest's way to say that an allocation failed which it cannot do without
            return Died("MEMORY_LIMIT")
        return Died("TRAP", f"the isolate failed ({code.name.lower() if code is not None else 'no code'})")


def _no_module(_importer: str, _specifier: str) -> str | None:
    return None


def _no_source(_name: str) -> str | None:
    return None
