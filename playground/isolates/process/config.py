"""The one wasmtime configuration of a worker process."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

import wasmtime
from wasmtime import _bindings as c_api

STACK_BYTES: Final = 32 << 20
"""Address space of a turn's stack. The guest's own limit for JavaScript comes first, so what traps here is
code of the engine that does not look; no page of it is used before it is needed.
"""

_SETTINGS: Final[dict[str, bool | int]] = {
    "epoch_interruption": True,
    "max_wasm_stack": STACK_BYTES - (256 << 10),
    "native_unwind_info": False,
    # what the guest does not use
    "wasm_threads": False,
    "wasm_gc": False,
    "wasm_function_references": False,
    "wasm_memory64": False,
    "wasm_multi_memory": False,
    "wasm_component_model": False,
    "wasm_exceptions": False,
    "wasm_tail_call": False,
    "wasm_relaxed_simd": False,
    "wasm_stack_switching": False,
    "wasm_wide_arithmetic": False,
}


def new_engine() -> wasmtime.Engine:
    """An engine with every proposal off that the guest does not need. Calls give way when its epoch moves,
    and memories grow where they are.
    """
    config = wasmtime.Config()
    c_api.wasmtime_config_async_stack_size_set(config.ptr(), STACK_BYTES)
    c_api.wasmtime_config_memory_may_move_set(config.ptr(), False)
    for name, value in _SETTINGS.items():
        setattr(config, name, value)
    return wasmtime.Engine(config)


def fingerprint() -> str:
    """What a compiled module depends on besides its own bytes."""
    settings = ",".join(f"{name}={value}" for name, value in sorted(_SETTINGS.items()))
    return f"wasmtime {version('wasmtime')}; stack={STACK_BYTES}; {settings}"
