"""A run as a file: one JSON document that holds its code, its input and its log, with values.

`docs/run-files.md` describes it. Entries are those of the API, so that a page shows a file with the fold
that it shows runs with; what replay needs beyond that stands beside them under names that no fact has:
`$value` (the stored value in wire form, see `core/codec.py`), `$stream` (base64), or `$omitted`, why there
is neither.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from playground.core.ports import StepKey
from playground.core.values import Encoded
from playground.engine import entries as facts
from playground.engine.excerpt import Told
from playground.engine.forking import Past
from playground.engine.retry import StepConfig

FORMAT: Final = "playground-run"
FORMAT_VERSION: Final = 1
MOST_FILE_BYTES: Final = 24 * 1024 * 1024
"""The longest file that is read; the longest that is written is about that."""
MOST_VALUES: Final = 8 * 1024 * 1024
"""So many bytes of values go into one file; those that come later are left out."""
_SENSITIVE: Final = "sensitive"
_LARGE: Final = "too large"

_write = msgspec.json.Encoder().encode


def run_file(past: Past, head: Mapping[str, Any], shown: Callable[[Told], dict[str, Any]]) -> Iterator[bytes]:
    """The file, piece by piece. `head` are its first keys (what is known of the run and its code), `shown`
    is an entry as the API shows it.
    """
    about = {"format": FORMAT, "formatVersion": FORMAT_VERSION, **head}
    yield _write(about)[:-1] + b',"entries":[\n'
    budget = _Budget(past)
    for place, told in enumerate(past.log):
        entry = {**shown(told), **budget.value(told)}
        yield (b",\n" if place else b"") + _write(entry)
    yield b"\n]}\n"


def value_json(value: Encoded) -> Any:
    """A value's wire form as JSON: text, or base64 of what is no UTF-8 (halves of surrogate pairs)."""
    try:
        return value.data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value.data).decode()}


class _Budget:
    """Which values go into the file: in order, until there is no room; never those of sensitive steps."""

    def __init__(self, past: Past) -> None:
        self._left = MOST_VALUES
        self._sensitive: set[StepKey] = set()

    def value(self, told: Told) -> dict[str, Any]:
        fact = told.fact
        if isinstance(fact, facts.StepStarted) and StepConfig.from_json(fact.config).sensitive:
            self._sensitive.add(fact.step)
        if told.value is None and told.chunks is None:
            return {}
        if isinstance(fact, facts.StepCompleted) and fact.step in self._sensitive:
            return {"$omitted": _SENSITIVE}
        size = len(told.value or b"") + sum(map(len, told.chunks or ()))
        if size > self._left:
            return {"$omitted": _LARGE}
        self._left -= size
        if told.chunks is not None:
            return {"$stream": base64.b64encode(b"".join(told.chunks)).decode()}
        assert told.value is not None
        return {"$value": value_json(Encoded(told.value))}
