"""What happens at start: whatever had not ended goes on."""

from __future__ import annotations

import logging
from typing import Final

from playground.core.clock import Clock, sleep_for
from playground.core.errors import StorageError
from playground.engine.executions import Executions
from playground.storage.journal import Journal

_log = logging.getLogger("playground.engine")

_PAGE: Final = 200
_AGAIN_MS: Final = 1_000


async def recover(journal: Journal, clock: Clock, executions: Executions) -> None:
    """Wake every instance that was running (or queued) when the last server stopped, oldest first.

    Page by page, so that a server that comes back to a hundred thousand of them also answers requests
    meanwhile. Sleeping instances are the business of `Sleepers`.
    """
    last = 0
    while True:
        try:
            page = await journal.unfinished(last, _PAGE)
        except StorageError as error:
            _log.warning("what is unfinished could not be read, it is tried again: %s", error)
            await sleep_for(clock, _AGAIN_MS)
            continue
        for key, scope in page:
            executions.wake(key, scope)
        if len(page) < _PAGE:
            return
        last = page[-1][0]
        await executions.all_woken()
