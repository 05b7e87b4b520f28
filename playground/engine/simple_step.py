"""The entries of a step that succeeded at once, which is what most steps do: written together, as text.

They say what the facts of `entries.py` would. A fact for each, and an encoding of each, take several times as
long, and on a busy server that is a good part of what a run costs.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import UNSET

from playground.core.ports import StepKey
from playground.engine import entries as facts
from playground.engine.retry import DEFAULT_CONFIG, StepConfig
from playground.storage.rows import NewEntry

_encode: Final = msgspec.json.Encoder().encode
_DEFAULT: Final = _encode(DEFAULT_CONFIG.as_json()).decode()
_STARTED: Final = facts.StepStarted.type
_ATTEMPT_STARTED: Final = facts.AttemptStarted.type
_ATTEMPT_COMPLETED: Final = facts.AttemptCompleted.type
_COMPLETED: Final = facts.StepCompleted.type


def simple_step(
    key: StepKey, config: StepConfig, begun: int, ended: int, cpu_ms: float | None, value: bytes, shown: Any
) -> list[NewEntry]:
    """The step `key` and its first attempt began at `begun` and ended at `ended` (epoch ms) with `value`, of
    which the log shows `shown`.
    """
    step = _encode(key).decode()
    resolved = _DEFAULT if config is DEFAULT_CONFIG else _encode(config.as_json()).decode()
    cost = "" if cpu_ms is None else f',"cpuMs":{cpu_ms!r}'
    output = "" if shown is UNSET else f',"output":{_encode(shown).decode()}'
    return [
        NewEntry(begun, _STARTED, f'{{"step":{step},"config":{resolved}}}'),
        NewEntry(begun, _ATTEMPT_STARTED, f'{{"step":{step},"attempt":1}}'),
        NewEntry(ended, _ATTEMPT_COMPLETED, f'{{"step":{step},"attempt":1{cost}}}'),
        NewEntry(ended, _COMPLETED, f'{{"step":{step},"size":{len(value)}{output}}}', value),
    ]
