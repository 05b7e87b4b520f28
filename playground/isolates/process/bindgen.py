"""The JavaScript side of a WebAssembly module that was made with wasm-bindgen, as far as our one uses it.

Such a module works on JavaScript values by number: its imports make, read and drop them. Values are Python's
here: str, bool, float, dict and None for undefined. None of the imports raises, since wasmtime's Python
binding has one slot in the whole process for that; what they do not know is listed in `Values.unknown`, and
answered with 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, cast

import wasmtime

_RESERVED: Final[tuple[object, ...]] = (*[None] * 130, True, False)
_HASH: Final = re.compile(r"_[0-9a-f]{16}\Z")
_PREFIX: Final = re.compile(r"\A__wb(?:indgen|g)_")
_MASK: Final = 0xFFFFFFFF


class Bindgen:
    """The imports of `module`, defined once. They work on `values`, those of the instance that is running:
    one at a time.
    """

    def __init__(self, engine: wasmtime.Engine, module: wasmtime.Module) -> None:
        self.values: Values | None = None
        self._module = module
        self._linker = wasmtime.Linker(engine)
        for one in module.imports:
            assert isinstance(one.type, wasmtime.FuncType)
            assert one.name is not None
            function = self._import(_HASH.sub("", _PREFIX.sub("", one.name)), len(one.type.results) > 0)
            self._linker.define_func(one.module, one.name, one.type, function)

    def instantiate(self, store: wasmtime.Store, allocate: str) -> Values:
        """A new instance, which is the one that runs from now on. `allocate` is the name of its allocator.
        Raises `wasmtime.WasmtimeError`.
        """
        self.values = Values(store, self._linker.instantiate(store, self._module), allocate)
        return self.values

    def _import(self, name: str, has_result: bool) -> Callable[..., Any]:
        known = _KNOWN.get(name)

        def call(*arguments: Any) -> Any:
            result: Any = 0
            values = self.values
            if values is not None:
                try:
                    if known is None:
                        raise LookupError(name)
                    result = known(values, *arguments)
                except Exception:
                    values.unknown.append(name)
            return (result or 0) if has_result else None

        return call


class Values:
    """The values of one instance."""

    def __init__(self, store: wasmtime.Store, instance: wasmtime.Instance, allocate: str) -> None:
        self._store = store
        self._exports = instance.exports(store)
        self._memory = cast(wasmtime.Memory, self._exports["memory"])
        self._allocate = allocate
        self._values: dict[int, Any] = dict(enumerate(_RESERVED))
        self._last = len(_RESERVED)
        self.unknown: list[str] = []
        """Imports that were called and failed, or are not known here."""

    def call(self, name: str, *arguments: int) -> int:
        """Call an export. Raises `wasmtime.WasmtimeError`, `wasmtime.Trap`."""
        result = cast(wasmtime.Func, self._exports[name])(self._store, *arguments)
        return int(result) if result is not None else 0

    def add(self, value: object) -> int:
        """A new number for `value`."""
        self._last += 1
        self._values[self._last] = value
        return self._last

    def take(self, number: int) -> Any:
        """The value of a number, which is given up."""
        return self._values.pop(number, None) if number >= len(_RESERVED) else self._values.get(number)

    # -- memory

    def text(self, pointer: int, size: int) -> str:
        """A text of the instance's memory."""
        start = pointer & _MASK
        return bytes(self._memory.read(self._store, start, start + (size & _MASK))).decode("utf-8", "replace")

    def write(self, pointer: int, data: bytes) -> None:
        """Put bytes into the instance's memory."""
        self._memory.write(self._store, data, pointer & _MASK)

    def number(self, pointer: int) -> int:
        """The word at `pointer`."""
        start = pointer & _MASK
        return int.from_bytes(self._memory.read(self._store, start, start + 4), "little")

    def place(self, data: bytes) -> int:
        """Put bytes into memory that the instance frees; their address."""
        pointer = self.call(self._allocate, len(data), 1)
        self.write(pointer, data)
        return pointer

    # -- the imports

    def _clone(self, number: int) -> int:
        return self.add(self._values.get(number))

    def _in(self, key: int, of: int) -> bool:
        target = self._values.get(of)
        return isinstance(target, dict) and self._values.get(key) in target

    def _get(self, of: int, key: int) -> int:
        target = self._values.get(of)
        return self.add(target.get(self._values.get(key)) if isinstance(target, dict) else None)

    def _set(self, of: int, key: int, value: int) -> None:
        name, taken = self.take(key), self.take(value)
        target = self._values.get(of)
        if isinstance(target, dict):
            target[name] = taken

    def _string(self, result: int, number: int) -> None:
        value = self._values.get(number)
        data = value.encode() if isinstance(value, str) else b""
        pointer = self.place(data) if isinstance(value, str) else 0
        self.write(result, pointer.to_bytes(4, "little") + len(data).to_bytes(4, "little"))

    def _boolean(self, number: int) -> int:
        value = self._values.get(number)
        return int(value) if isinstance(value, bool) else 2

    def _is(self, number: int, kind: type) -> bool:
        return isinstance(self._values.get(number), kind)


_KNOWN: Final[dict[str, Callable[..., Any]]] = {
    "string_new": lambda values, pointer, size: values.add(values.text(pointer, size)),
    "number_new": lambda values, number: values.add(number),
    "error_new": lambda values, pointer, size: values.add({"message": values.text(pointer, size)}),
    "new": lambda values: values.add({}),
    "object_clone_ref": Values._clone,
    "object_drop_ref": lambda values, number: values.take(number) and None,
    "is_falsy": lambda values, number: not values._values.get(number),
    "is_undefined": lambda values, number: values._values.get(number) is None,
    "is_object": lambda values, number: values._is(number, dict),
    "is_string": lambda values, number: values._is(number, str),
    "in": Values._in,
    "getwithrefkey": Values._get,
    "set": Values._set,
    "string_get": Values._string,
    "boolean_get": Values._boolean,
    "jsval_loose_eq": lambda values, a, b: values._values.get(a) is values._values.get(b),
}
