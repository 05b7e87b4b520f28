"""The one wasmtime configuration of a worker process."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

import wasmtime

STACK_BYTES: Final = 2 << 20
"""Native stack of one turn; what recurses deeper traps. (The most that wasmtime takes without an
asynchronous stack.)
"""

_SETTINGS: Final[dict[str, bool | int]] = {
    "epoch_interruption": True,
    "max_wasm_stack": STACK_BYTES,
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
    """An engine with every proposal off that the guest does not need, stopped from outside by epochs."""
    config = wasmtime.Config()
    for name, value in _SETTINGS.items():
        setattr(config, name, value)
    return wasmtime.Engine(config)


def fingerprint() -> str:
    """What a compiled module depends on besides its own bytes."""
    settings = ",".join(f"{name}={value}" for name, value in sorted(_SETTINGS.items()))
    return f"wasmtime {version('wasmtime')}; {settings}"
