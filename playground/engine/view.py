"""The log as the world sees it. Pure; the twin of the page's `store.js`."""

from __future__ import annotations

from typing import Any

import msgspec

from playground.engine.entries import Entry

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry as the API shows it: `{"seq", "time", "type", "instance", …}` with the fields of its fact."""
    return {
        "seq": entry.seq,
        "time": entry.time,
        "type": entry.type,
        "instance": entry.instance,
        **_decode(entry.data),
    }
