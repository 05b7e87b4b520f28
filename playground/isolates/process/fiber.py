"""A call into the guest that runs in slices, on a stack of its own.

wasmtime's C interface has calls that give way when the engine's epoch moves, and go on when they are asked
again (there: asynchronous functions). Its Python package binds them without wrapping them, so this does.
While a call is suspended, other stores may run in the same thread; nothing in the guest is run on the
thread's own stack, and as the guest imports nothing, no Python code is ever run on a fiber's.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final

import wasmtime
from wasmtime import _bindings as c_api
from wasmtime import _ffi

_I32: Final = ctypes.c_uint8(0)


class Fiber:
    """Calls of one exported function, `i32 -> i32`, of one store; one at a time."""

    def __init__(self, store: wasmtime.Store, function: wasmtime.Func) -> None:
        self._context = store._context()
        self._function = ctypes.byref(function._func)
        self._arguments = (c_api.wasmtime_val_t * 1)()
        self._results = (c_api.wasmtime_val_t * 1)()
        self._arguments[0].kind = _I32
        self._trap = ctypes.POINTER(c_api.wasm_trap_t)()
        self._error = ctypes.POINTER(c_api.wasmtime_error_t)()
        self._future: Any = None

    def start(self, argument: int) -> None:
        """Begin a call. It runs when it is polled."""
        self._arguments[0].of.i32 = argument
        self._future = c_api.wasmtime_func_call_async(
            self._context,
            self._function,
            self._arguments,
            1,
            self._results,
            1,
            ctypes.byref(self._trap),
            ctypes.byref(self._error),
        )

    def poll(self) -> bool:
        """Run on, until the call ends (True) or the epoch moves. Raises `Trap` and `WasmtimeError`."""
        c_api.wasmtime_context_set_epoch_deadline(self._context, 1)
        _give_way(self._context, 1)
        if not c_api.wasmtime_call_future_poll(self._future):
            return False
        self.drop()
        if bool(self._error):
            raise wasmtime.WasmtimeError._from_ptr(self._error)
        if bool(self._trap):
            raise wasmtime.Trap._from_ptr(self._trap)
        return True

    def drop(self) -> None:
        """Give up the call, if there is one. If it had begun, the store must not be used again."""
        if self._future is not None:
            future, self._future = self._future, None
            c_api.wasmtime_call_future_delete(future)

    @property
    def result(self) -> int:
        """What the ended call answered."""
        return int(self._results[0].of.i32)


# It answers nothing, although its declaration speaks of an error.
_give_way = _ffi.dll.wasmtime_context_epoch_deadline_async_yield_and_update
_give_way.restype = None
_give_way.argtypes = [ctypes.POINTER(c_api.wasmtime_context_t), ctypes.c_uint64]
