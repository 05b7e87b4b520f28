"""Instances: the whole view of one, and the events that its owner sends it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from playground.core.errors import WorkflowError
from playground.core.ids import is_event_type
from playground.core.values import UNDEFINED
from playground.engine.entries import Entry
from playground.engine.view import fold_run
from playground.isolates.module import language_of, text_of
from playground.web.answers import JSONAnswer, encode_json
from playground.web.audit import audited, event_detail
from playground.web.body import read_object
from playground.web.cursor import cursor_of
from playground.web.desk import desk
from playground.web.errors import Refused
from playground.web.instance_lookup import find_instance, reach_instance, version_of
from playground.web.log import entry_view
from playground.web.occurrences import occurrences
from playground.web.status import status_view
from playground.web.step_key import read_step_key
from playground.web.visitor import may_edit, visitor_of

_MOST_ENTRIES: Final = 10_000
_FEW: Final = 500


async def get_instance(request: Request) -> Response:
    """Everything about one instance. The log's first entries, at most 10,000, after the one that `?after`
    names; steps and occurrences are told where these are all that there are.
    """
    after = cursor_of(request)
    visitor = await visitor_of(request)
    session, instance = await find_instance(request, visitor, request.path_params["id"])
    at = desk(request)
    access = await visitor.access(request, session)
    watched = not may_edit(access)
    status = await instance.status()
    log = await at.engine.history(session, instance.id, after_seq=after, limit=_MOST_ENTRIES)
    told = partial(_told, log, watched=watched, first=after == 0)
    shown = told() if len(log) <= _FEW else await asyncio.to_thread(told)
    residence, waiting = instance.residence
    version = await version_of(request, session, instance)
    code = await at.versions.code(session, version) if version is not None else None
    content: dict[str, Any] = {
        "id": instance.id,
        "session": session,
        "access": access,
        "version": version,
        "source": text_of(code.modules.get(code.main, "")) if code is not None else None,
        "language": language_of(code.main, code.modules[code.main]) if code is not None else None,
        "modules": dict(code.modules) if code is not None and len(code.modules) > 1 else None,
        **shown,
        "more": len(log) == _MOST_ENTRIES,
        "residence": residence,
        "waiting": waiting if residence == "turn" else None,
        "isolates": "starting" if at.isolates is not None and at.isolates.degraded else "ready",
        **status_view(status),
    }
    return JSONAnswer(content)


def _told(log: Sequence[Entry], *, watched: bool, first: bool) -> dict[str, Any]:
    """What is told of the log, as JSON: its entries, and where they are the first (and all) ones, what they
    come to. Some 6 µs an entry: a long one is told off the event loop.
    """
    entries = [entry_view(entry, watched=watched) for entry in log]
    fold = fold_run(entries) if first and len(log) < _MOST_ENTRIES else None
    part = {
        "created": fold_run(entries[:1])["created"] if first else None,
        "steps": fold["steps"] if fold is not None else None,
        "held": fold["held"] if fold is not None else None,
        "debug": fold["debug"] if fold is not None else None,
        "occurrences": occurrences(entries) if fold is not None else None,
        "entries": entries,
    }
    return {name: msgspec.Raw(encode_json(value)) for name, value in part.items()}


async def send_event(request: Request) -> Response:
    """Send `{type, payload?, step?}` to the instance. 202: it is stored, and wakes whoever waits for it; with
    `step`, the key of a wait, that one and no other. Who came by a link that allows to approve may send only
    what the instance waits for now. 409 `instance.not_waiting` where nothing waits for it.
    """
    reached = await reach_instance(request, "approve")
    event = await _options(request)
    if not is_event_type(event.get("type")):
        raise Refused(
            400, "bad_event_type", "type must be 1–100 of A–Z, a–z, 0–9, _ and -, and not start with -"
        )
    at, instance, grant = desk(request), reached.instance, reached.grant
    type, payload = event["type"], event.get("payload", UNDEFINED)
    row = audited(at, grant, reached.session, "event_sent", instance=instance.id, detail=event_detail(event))
    step = read_step_key(event["step"], ("wait",)) if event.get("step") is not None else None
    if step is not None:
        wait = next((each for each in await instance.waits() if each.step == step), None)
        if wait is None:
            raise WorkflowError(f"instance.not_waiting: nothing waits at {step.name} now")
        await instance.answer(type=type, payload=payload, wait_seq=wait.seq, along=row)
    elif grant.access == "approve":
        await instance.answer(type=type, payload=payload, along=row)
    else:
        await instance.send_event(type=type, payload=payload, along=row)
    return JSONAnswer({}, 202)


async def _options(request: Request) -> dict[str, Any]:
    settings = desk(request).settings
    return await read_object(request, settings.body_limit, timeout_s=settings.body_timeout_s)
