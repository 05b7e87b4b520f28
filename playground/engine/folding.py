"""Folding a log without holding up whoever else is served."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from playground.engine.entries import Entry
from playground.engine.history import History, fold

_FEW: Final = 1_000
"""Folding so many entries takes some 3 ms; longer logs are folded off the event loop."""


async def folded(log: Sequence[Entry], run_lines: int = 0) -> History:
    """What `history.fold` makes of the entries. Where they are many, others go on meanwhile: whoever needs
    that nothing was appended since looks again afterwards.
    """
    return fold(log, run_lines) if len(log) <= _FEW else await asyncio.to_thread(fold, log, run_lines)
