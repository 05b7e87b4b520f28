"""How an approval stands: whether its wait still waits, and if not, what has become of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final, Literal

from playground.core.errors import WorkflowError
from playground.engine.engine import Instance
from playground.engine.entries import FACTS, FINISHED
from playground.engine.view import fold_run
from playground.storage.approvals import Approval
from playground.web.desk import Desk
from playground.web.log import entry_view
from playground.web.streams import CONNECTED, event_bytes

State = Literal[
    "open", "decided", "answered", "timed_out", "ended", "restarted", "deleted", "expired", "revoked"
]
_SHOWN: Final = frozenset(FACTS) - {"log"}
"""An approver sees what steps came to, and no console lines."""


def is_live(approval: Approval, now: int) -> bool:
    """Whether the link is neither revoked nor expired: then the run may be watched by it."""
    expires = approval.share.expires
    return approval.revoked is None and (expires is None or expires > now)


async def instance_of(at: Desk, approval: Approval) -> Instance | None:
    """The run that asks; None where it was deleted, also where another one has its id now."""
    workflow = at.engine.workflow(at.settings.workflow, approval.share.session)
    try:
        instance = await workflow.get(approval.share.instance)
        return instance if await instance.created() <= approval.share.created else None
    except WorkflowError:
        return None


async def state_of(at: Desk, approval: Approval) -> State:
    """`open` while it can be answered. Else why not: it was `decided` by this link, `answered` some other
    way, its wait has `timed_out`, its run has `ended`, was `restarted` (it is another wait then) or
    `deleted`, or the link is `expired` or `revoked`.
    """
    if approval.decision is not None:
        return "decided"
    if approval.revoked is not None:
        return "revoked"
    if not is_live(approval, at.clock.now()):
        return "expired"
    instance = await instance_of(at, approval)
    if instance is None:
        return "deleted"
    try:
        waits = await instance.waits()
    except WorkflowError:
        return "deleted"
    if any((wait.seq, wait.started) == (approval.wait_seq, approval.wait_time) for wait in waits):
        return "open"
    return await _what_became(at, approval, instance)


async def _what_became(at: Desk, approval: Approval, instance: Instance) -> State:
    log = await instance.without_lines()
    # a long one takes a while, and anybody with the link may ask again and again
    run = await asyncio.to_thread(lambda: fold_run(entry_view(entry, watched=True) for entry in log))
    began = any(
        (entry.seq, entry.time, entry.type) == (approval.wait_seq, approval.wait_time, "wait_started")
        for entry in log
    )
    step = next((step for step in run["steps"] if step["key"] == approval.step), None)
    if not began or step is None or step["started"] != approval.wait_time:
        return "restarted"
    if step["state"] == "completed":
        return "answered"
    if step["state"] == "stopped" or run["status"] in FINISHED or run["rollback"] is not None:
        return "ended" if step["state"] != "timed_out" else "timed_out"
    # its time is over, or its event has come, and the log does not say so yet
    over = step["until"] is not None and step["until"] <= at.clock.now()
    return "timed_out" if step["state"] == "timed_out" or over else "answered"


async def approval_view(at: Desk, approval: Approval) -> dict[str, Any]:
    """What the approver's page shows. Of the run it tells only while the link is good."""
    state = await state_of(at, approval)
    share, decision = approval.share, approval.decision
    view: dict[str, Any] = {
        "id": share.id,
        "state": state,
        "question": approval.question,
        "label": share.label,
        "created": share.created,
        "expires": share.expires,
        "revoked": approval.revoked,
        "now": at.clock.now(),
        "decision": None,
        "run": None,
    }
    if decision is not None:
        view["decision"] = {
            "time": decision.time,
            "verdict": decision.verdict,
            "by": decision.by,
            "note": decision.note,
        }
    if state in ("expired", "revoked", "deleted") or not is_live(approval, at.clock.now()):
        return view
    instance = await instance_of(at, approval)
    if instance is not None:
        waits = await instance.waits()
        mine = next((wait for wait in waits if wait.seq == approval.wait_seq), None)
        view["run"] = {
            "id": instance.id,
            "step": approval.step,
            "type": approval.event_type,
            "fields": approval.fields,
            "since": approval.wait_time,
            "until": mine.until if mine is not None else None,
        }
    return view


async def approval_events(
    at: Desk, approval: Approval, instance: Instance, secret_hash: bytes, after: int
) -> AsyncGenerator[bytes, None]:
    """The entries of the one run with seq greater than `after`, without console lines, then `done`; ends once
    the link is not good any more.
    """
    yield CONNECTED
    async with aclosing(instance.entries(after, types=_SHOWN).batches()) as batches:
        async for log in batches:
            current = await at.shares.approvals.by_secret(approval.share.id, secret_hash)
            if current is None or not is_live(current, at.clock.now()):
                return
            if log:
                shown = ((entry_view(entry, watched=True), entry.seq) for entry in log)
                yield b"".join(event_bytes("entry", view, seq) for view, seq in shown)
    yield event_bytes("done", None)
