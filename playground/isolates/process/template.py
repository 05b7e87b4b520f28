"""The template: the guest booted once with the runtime in it, and compiled once, for every isolate to start
from.

Booting writes the guest's memory and stack pointer back into its module. What is frozen with it: the state
of `Math.random`, which the runtime seeds anew in each isolate.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import wasmtime

from playground.isolates.process.apart import in_child
from playground.isolates.process.binary import Binary
from playground.isolates.process.cache import CompiledCache, Unusable
from playground.isolates.process.config import fingerprint, new_engine
from playground.isolates.process.driver import DRIVER, Constants, add_driver
from playground.isolates.process.fence import Fence
from playground.isolates.process.guest import read_guest
from playground.isolates.process.imports import Imports
from playground.isolates.process.instance import JS_ERROR, OK, Died, Instance

BUFFER_BYTES: Final = 64 << 10
"""Messages up to this size are put into a buffer that is there already."""

_FORMAT: Final = 2  # of what is kept beside the compiled module, and of the driver
_BOOT_MEMORY: Final = 64 << 20

# `out` gathers what the runtime says, without touching anything that tenant code may have replaced.
_PRELUDE: Final = """
(() => {
  let said = "";
  globalThis.out = (text) => { said += said === "" ? text : "," + text; };
  return () => { const all = "[" + said + "]"; said = ""; return all; };
})()
"""
# what turns use; the fewer an instance has, the sooner it is made
_USED: Final = frozenset(
    {DRIVER, "memory", "qjs_alloc", "qjs_free", "new_string", "get_string", "get_prop", "last_exception"}
    | {"qjs_last_ptr", "qjs_last_len", "set_memory_limit"}
)
_EXPORTS: Final = """
JSON.stringify(
  Object.fromEntries(Object.entries(modules).map(([name, module]) => [name, Object.keys(module)])),
)
"""
_TAKE_TURN: Final = """
{ const turn = globalThis.turn; for (const name of ["turn", "out", "entropy"]) delete globalThis[name]; turn }
"""


class BootFailed(Exception):
    """The runtime did not evaluate in the guest; what it threw is in the message."""


@dataclass(frozen=True, slots=True)
class Handles:
    """What was made while booting, valid in every instance: handles, and addresses of buffers."""

    turn: int
    collect: int
    undefined: int
    slots: int
    buffer: int

    @property
    def driver(self) -> Constants:
        """The part that the driver's code holds."""
        return Constants(self.turn, self.collect, self.undefined, self.slots)


_HEADER: Final = struct.Struct("<5I")


class Template:
    """Makes instances of the booted guest. One per process."""

    def __init__(self, runtime: str, cache: Path | None = None) -> None:
        guest = read_guest()
        self.engine = new_engine()
        self.imports = Imports(self.engine)
        self.fence = Fence(self.engine)
        parts = (str(_FORMAT), _digest(guest), _digest(runtime.encode()), fingerprint())
        self.handles, self._module = CompiledCache(cache).get(
            "\n".join(parts), lambda: in_child(lambda: self._build(guest, runtime)), self._load
        )

    def instantiate(self, memory_bytes: int) -> Instance:
        """A new instance whose memory may grow to `memory_bytes`."""
        return Instance(self.imports, self._module, memory_bytes)

    def _load(self, kept: bytes) -> tuple[Handles, wasmtime.Module]:
        try:
            module = wasmtime.Module.deserialize(self.engine, kept[_HEADER.size :])
        except wasmtime.WasmtimeError as error:  # compiled for another kind of CPU
            raise Unusable from error
        return Handles(*_HEADER.unpack_from(kept)), module

    def _build(self, guest: bytes, runtime: str) -> bytes:
        module = wasmtime.Module(self.engine, guest)
        instance = Instance(self.imports, module, _BOOT_MEMORY)
        try:
            handles = boot(instance, runtime)
            memory, stack_pointer = instance.image()
        except Died as death:
            raise BootFailed(f"the runtime failed while booting: {death.message}") from None
        finally:
            instance.close()
        binary = Binary(guest)
        add_driver(binary, handles.driver)
        binary.set_memory(memory)
        binary.set_global("__stack_pointer", stack_pointer)
        binary.keep_exports(_USED)
        return _HEADER.pack(*astuple(handles)) + bytes(
            wasmtime.Module(self.engine, binary.encoded()).serialize()
        )


def boot(instance: Instance, runtime: str) -> Handles:
    """Evaluate the runtime in a fresh instance, and make what turns need."""
    slots = instance.allocate(bytes(16))
    buffer = instance.allocate(bytes(BUFFER_BYTES))
    collect = evaluate(instance, _PRELUDE, slots)
    _define_entropy(instance, slots)
    evaluate(instance, runtime, slots)
    turn = evaluate(instance, _TAKE_TURN, slots)
    _load_own_modules(instance, slots)
    instance.call("execute_pending_jobs")
    instance.call("run_gc")
    return Handles(turn, collect, instance.call("new_undefined"), slots, buffer)


def _define_entropy(instance: Instance, slots: int) -> None:
    """Give the runtime `entropy()`, the one function of the host's that answers at once."""
    name = b"entropy"
    pointer = instance.allocate(name)
    function = instance.call("new_function", pointer, len(name))
    instance.call("set_prop", instance.call("global_object"), pointer, len(name), function)


def _load_own_modules(instance: Instance, slots: int) -> None:
    """Evaluate the runtime's own modules, so that the guest knows them by name ever after."""
    exports = json.loads(text_of(instance, evaluate(instance, _EXPORTS, slots)))

    def source(name: str) -> str | None:
        if name not in exports:
            return None
        lines = [f"const own = modules[{json.dumps(name)}];"]
        return "\n".join(lines + [f"export const {export} = own.{export};" for export in exports[name]])

    instance.resolve, instance.module = (lambda _importer, specifier: specifier), source
    for name in exports:
        evaluate(instance, f"import({json.dumps(name)})", slots)
        instance.call("execute_pending_jobs")
    evaluate(instance, "delete globalThis.modules", slots)


def evaluate(instance: Instance, script: str, slots: int) -> int:
    """Run a script of ours; a handle of its value."""
    source = script.encode()
    pointer = instance.allocate(source)
    status = instance.call("eval_code", pointer, len(source), slots)
    instance.call("qjs_free", pointer, len(source))
    if status == OK:
        return instance.read_number(slots)
    if status == JS_ERROR:
        instance.call("last_exception", slots)
        thrown = instance.read_number(slots)
        raise BootFailed(f"the runtime threw while booting: {text_of(instance, thrown)}")
    raise BootFailed(f"the guest refused to evaluate the runtime (status {status})")


def text_of(instance: Instance, handle: int) -> str:
    """The text of a string, or of what a thrown error says of itself."""
    if instance.call("get_string", handle) != OK:
        return _error_text(instance, handle)
    data = instance.read(instance.call("qjs_last_ptr"), instance.call("qjs_last_len"))
    return data.decode("utf-8", "replace")


def _error_text(instance: Instance, error: int) -> str:
    parts = []
    out = instance.allocate(bytes(4))
    for field in (b"name", b"message", b"stack"):
        key = instance.allocate(field)
        found = instance.call("get_prop", error, key, len(field), out) == OK
        if found and instance.call("get_string", value := instance.read_number(out)) == OK:
            parts.append(text_of(instance, value).strip())
    return ": ".join(parts)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
