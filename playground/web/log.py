"""Log entries as visitors see them."""

from __future__ import annotations

from typing import Any, Final

from playground.bridge.envelope import METADATA_KEY, PARAMS_KEY
from playground.engine.entries import Entry
from playground.engine.step_do import REDACTED
from playground.engine.view import entry_json

_CUT_ENVELOPE: Final = f'{{"{METADATA_KEY}":'
_CUT_PARAMS: Final = f'}},"{PARAMS_KEY}":'
"""Params that are too large to be shown come as the beginning of their JSON text, envelope and all."""


def entry_view(entry: Entry, *, watched: bool) -> dict[str, Any]:
    """The entry's JSON. Params are the tenant's own: the dispatcher's envelope around them is off.

    Who only watches (`watched`) sees which steps are pinned, and not to what: a step that is `sensitive` may
    be among them, and has not said so before it begins.
    """
    view = entry_json(entry)
    if entry.type == "debug_set" and watched:
        _redact(view)
    if entry.type not in ("workflow_queued", "workflow_restarted"):
        return view
    if watched and "debug" in view:
        _redact(view["debug"])
    params = view.get("params")
    if isinstance(params, dict) and METADATA_KEY in params:
        del view["params"]
        if PARAMS_KEY in params:
            view["params"] = params[PARAMS_KEY]
    elif isinstance(params, str) and params.startswith(_CUT_ENVELOPE):
        view["params"] = params.partition(_CUT_PARAMS)[2]
    return view


def _redact(setting: dict[str, Any]) -> None:
    if "pins" in setting:
        setting["pins"] = dict.fromkeys(setting["pins"], REDACTED)


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
