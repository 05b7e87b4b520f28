"""What somebody who debugs an instance does to it from outside: set how, and let go what is stopped."""

from __future__ import annotations

from typing import Final

from msgspec import UnsetType

from playground.core.errors import WorkflowError
from playground.core.ports import StepKey
from playground.engine import entries as facts
from playground.engine.debug_entries import ContinueMode
from playground.engine.entries import fact_json
from playground.engine.history import History
from playground.engine.instance_log import InstanceLog
from playground.engine.lifecycle import refuse_finished
from playground.engine.looking import look
from playground.engine.parts import Parts
from playground.storage.rows import Along

MOST_BYTES: Final = 16 * 1024 * 1024
"""What may be set of one instance, all in all: a replay reads all of it."""


async def set_debug(
    parts: Parts, log: InstanceLog, *, setting: facts.DebugSet, along: Along | None = None
) -> None:
    """Set how the instance is debugged from here on; what `setting` does not give stays as it was. Durable
    when this returns. Raises `instance.cannot_debug` where it has finished, or what was set takes too much.
    """
    size = await parts.journal.debug_size(log.row) + len(fact_json(setting).encode())
    await refuse_finished(log, "instance.cannot_debug")
    if size > MOST_BYTES:
        raise WorkflowError(
            f"instance.cannot_debug: all that was set of this run would take {size} bytes, "
            f"and the limit is {MOST_BYTES} bytes; restart it from the top"
        )
    # what sleeps may have slept long enough, at another pace
    await _append(parts, log, setting, along, wakes=not isinstance(setting.pace, UnsetType))


async def go_on(
    parts: Parts,
    log: InstanceLog,
    *,
    mode: ContinueMode,
    step: StepKey | None = None,
    along: Along | None = None,
) -> list[StepKey]:
    """Let go the step that the run is stopped before, and with `run` all of them; answers which. `step` is
    that one, where it is not the first. Raises `instance.not_stopped`.
    """
    held = await _find_held(parts, log)
    if step is not None and step not in held:
        raise WorkflowError(f'instance.not_stopped: the run is not stopped before "{step.name}"')
    one = [step] if step is not None else held[:1]
    let_go = held if mode == "run" and step is None else one
    await _append(parts, log, facts.DebugContinued(mode, let_go), along, wakes=True)
    return let_go


async def _find_held(parts: Parts, log: InstanceLog) -> list[StepKey]:
    """The steps that the run is stopped before, at a moment at which there are any; else raises."""

    async def known() -> list[StepKey] | None:
        await refuse_finished(log, "instance.not_stopped")
        if log.status in facts.PAUSED:
            raise WorkflowError("instance.not_stopped: the instance is paused; resume it first")
        return parts.executions.held(log.row.key)

    def held(history: History) -> list[StepKey]:
        return list(history.debug.held) if history.debug is not None else []

    if steps := await look(parts, log, known, held):
        return steps
    raise WorkflowError("instance.not_stopped: the run is not stopped at a breakpoint")


async def _append(
    parts: Parts, log: InstanceLog, fact: facts.Fact, along: Along | None, *, wakes: bool
) -> None:
    key, scope = log.row.key, log.row.scope
    hurry = wakes and log.status == "waiting"
    # a waiting instance is due at once, also where the server stops before it could go on
    wake_at = parts.clock.now() if hurry else log.wake_at
    committed = log.append([(fact, None)], wake_at=wake_at, along=along)
    log.debug_seq = log.next_seq - 1
    # what it does next is committed after this, or not at all
    parts.executions.hear(key, log.debug_seq, log.last_time, fact)
    if hurry:  # also where whoever asked is gone meanwhile
        committed.add_done_callback(lambda _: parts.executions.wake(key, scope))
    await committed
