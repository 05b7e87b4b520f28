"""The template: the guest booted once with the runtime in it, and compiled once, for every isolate to start
from.

Booting writes the guest's memory and stack pointer back into its module.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import wasmtime

from playground.isolates.process.apart import in_child
from playground.isolates.process.binary import Binary
from playground.isolates.process.cache import CompiledCache, Unusable
from playground.isolates.process.config import fingerprint, new_engine
from playground.isolates.process.guest import read_guest
from playground.isolates.process.instance import DONE, Died, Instance

_FORMAT: Final = 3  # of what is kept beside the compiled module
_BOOT_MEMORY: Final = 64 << 20
_MOST_SAID: Final = 1 << 16
# what turns use; the fewer an instance has, the sooner it is made
_USED: Final = frozenset({"memory", "reserve", "turn"})


class BootFailed(Exception):
    """The runtime did not evaluate in the guest; what it threw is in the message."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of every instance: the address of the exchange, the heap's size as it starts."""

    exchange: int
    heap_bytes: int


_HEADER: Final = struct.Struct("<2I")


class Template:
    """Makes instances of the booted guest. One per process.

    `compiling` is called where `cache` does not have it.
    """

    def __init__(
        self, runtime: str, cache: Path | None = None, compiling: Callable[[], None] = lambda: None
    ) -> None:
        guest = read_guest()
        self.engine = new_engine()
        self._linker = wasmtime.Linker(self.engine)
        parts = (str(_FORMAT), _digest(guest), _digest(runtime.encode()), fingerprint())
        self.facts, module = CompiledCache(cache, compiling).get(
            "\n".join(parts), lambda: in_child(lambda: self._build(guest, runtime)), self._load
        )
        self._made = self._linker.instantiate_pre(module)

    def instantiate(self, memory_bytes: int) -> Instance:
        """A new instance whose memory may grow to `memory_bytes`."""
        return Instance(self.engine, self._made, memory_bytes, self.facts.exchange)

    def _load(self, kept: bytes) -> tuple[Facts, wasmtime.Module]:
        try:
            module = wasmtime.Module.deserialize(self.engine, kept[_HEADER.size :])
        except wasmtime.WasmtimeError as error:  # compiled for another kind of CPU
            raise Unusable from error
        return Facts(*_HEADER.unpack_from(kept)), module

    def _build(self, guest: bytes, runtime: str) -> bytes:
        made = self._linker.instantiate_pre(wasmtime.Module(self.engine, guest))
        instance = Instance(self.engine, made, _BOOT_MEMORY)
        try:
            boot(instance, runtime)
            facts = Facts(instance.exchange_address, instance.heap_bytes)
            memory, stack_pointer = instance.image()
        except Died as death:
            raise BootFailed(f"the runtime failed while booting: {death.message}") from None
        finally:
            instance.close()
        binary = Binary(guest)
        binary.set_memory(memory)
        binary.set_global("__stack_pointer", stack_pointer)
        binary.keep_exports(_USED)
        return _HEADER.pack(*astuple(facts)) + bytes(
            wasmtime.Module(self.engine, binary.encoded()).serialize()
        )


def boot(instance: Instance, runtime: str) -> None:
    """Evaluate the runtime in a fresh instance, and make it ready to be copied."""
    source = runtime.encode()
    if instance.run("reserve", len(source)) != DONE:
        raise BootFailed("the guest has no memory for the runtime")
    instance.put(source)
    if instance.run("boot", len(source)) != DONE:
        thrown = instance.said(_MOST_SAID).decode("utf-8", "replace")
        raise BootFailed(f"the runtime threw while booting: {thrown}")
    if instance.run("settle") != DONE:
        raise BootFailed("the guest has no memory for a turn")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
