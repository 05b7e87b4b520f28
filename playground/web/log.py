"""Log entries as visitors see them."""

from __future__ import annotations

from typing import Any, Final

from playground.bridge.envelope import METADATA_KEY, PARAMS_KEY
from playground.engine.entries import Entry
from playground.engine.view import entry_json

_CUT_ENVELOPE: Final = f'{{"{METADATA_KEY}":'
_CUT_PARAMS: Final = f'}},"{PARAMS_KEY}":'
"""Params that are too large to be shown come as the beginning of their JSON text, envelope and all."""


def entry_view(entry: Entry) -> dict[str, Any]:
    """The entry's JSON. Params are the tenant's own: the dispatcher's envelope around them is off."""
    view = entry_json(entry)
    if entry.type not in ("workflow_queued", "workflow_restarted"):
        return view
    params = view.get("params")
    if isinstance(params, dict) and METADATA_KEY in params:
        del view["params"]
        if PARAMS_KEY in params:
            view["params"] = params[PARAMS_KEY]
    elif isinstance(params, str) and params.startswith(_CUT_ENVELOPE):
        view["params"] = params.partition(_CUT_PARAMS)[2]
    return view


def console_line(entry: Entry) -> dict[str, Any]:
    """A `log` entry in the form of the reference playground, with its seq and (within a step) the step."""
    view = entry_json(entry)
    line = {
        "kind": view["kind"],
        "level": view["level"],
        "message": view["message"],
        "timestamp": entry.time,
        "seq": entry.seq,
    }
    if "step" in view:
        line["step"] = view["step"]
    return line
