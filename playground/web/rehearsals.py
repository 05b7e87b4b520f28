"""Other code for a run: rehearsed, applied to it, or run on with in a fork of it.

Whoever applies or forks names the code once more, and it is rehearsed once more: what was shown to a person
may be old by then, or was never shown to anybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from playground.bridge.envelope import unwrap_params, wrap_params
from playground.core.codec import decode, encode
from playground.core.errors import LoadError, PlaygroundError, TenantError
from playground.core.ids import new_instance_id
from playground.core.ports import StepKey
from playground.core.values import UNDEFINED, Encoded
from playground.engine.engine import Instance
from playground.engine.entries import Lineage
from playground.engine.forking import Heir, Past
from playground.engine.moving import Move
from playground.engine.rehearsal import Rehearsal, RehearsedStep
from playground.engine.view import step_key
from playground.storage.moves import CodeKept, MovedRun
from playground.storage.rows import InstanceRow
from playground.web.answers import JSONAnswer
from playground.web.body import read_json
from playground.web.code_room import require_room
from playground.web.desk import Desk, desk
from playground.web.errors import Refused
from playground.web.instance_lookup import Reached, reach_instance, version_of
from playground.web.runs import RunRequest
from playground.web.step_key import read_start


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a body asks for: an instance that the visitor may change, code, and where from to go on."""

    reached: Reached
    code: RunRequest
    start: StepKey | None
    seq: int | None

    @property
    def instance(self) -> Instance:
        return self.reached.instance


async def post_rehearsal(request: Request) -> Response:
    """What a replay of the instance with that code would come to; nothing changes."""
    wanted = await _wanted(request)
    return JSONAnswer(_view(await _rehearsed(desk(request), wanted)))


async def post_application(request: Request) -> Response:
    """Have the instance go on with that code, as it was rehearsed at `seq`; `from` begins anew from a step.
    409 `instance.moved_on` where it has gone on since, `rehearsal.differs` where its history and the code
    disagree.
    """
    wanted = await _wanted(request)
    if wanted.seq is None:
        raise Refused(400, "bad_seq", "seq must be the one that the rehearsal answered")
    at = desk(request)
    rehearsal = await _agreed(at, wanted)
    if rehearsal.seq != wanted.seq:
        raise Refused(
            409, "instance.moved_on", "the run has gone on since it was rehearsed", details=_seen(rehearsal)
        )
    session, instance = wanted.reached.session, wanted.instance
    before = await version_of(request, session, instance)
    await require_room(at, session, wanted.code.main, wanted.code.modules)
    kept = at.versions.row(session, wanted.code.main, wanted.code.modules, at.clock.now())
    version: str = kept["version"]

    noted = wanted.reached.row(request, "code_changed", {"from": before, "to": version})

    def move(row: InstanceRow) -> Move:
        params = _params_for(row, version)
        along = MovedRun(row.key, session, instance.id, version, params, CodeKept(kept, noted))
        return Move(rehearsal.seq, before, version, params, along, wanted.start)

    await instance.move(move)
    return JSONAnswer({"id": instance.id, "version": version})


async def post_fork(request: Request) -> Response:
    """Create a run of the same session that takes over the instance's past (up to the step `from`) and goes
    on with that code. The instance stays as it is.
    """
    wanted = await _wanted(request)
    at = desk(request)
    session = wanted.reached.session
    at.runs.take(session)
    await _agreed(at, wanted)
    async with at.heavy:
        past = await wanted.instance.past()
    envelope = unwrap_params(decode(past.params))
    params = envelope.params if envelope is not None else UNDEFINED
    lineage = Lineage(past.id, "fork", wanted.start, at.clock.now())
    run = new_instance_id()
    row = wanted.reached.row(request, "fork", {"run": run})
    version = await take_over(at, session, past, Heir(run, encode(params), lineage, row), wanted.code)
    return JSONAnswer({"id": run, "version": version, "session": session}, 201)


async def take_over(at: Desk, session: str, past: Past, heir: Heir, code: RunRequest) -> str:
    """Pin a new run of the session to `code`, and create it with that past; answers its version's id. The
    heir's params are not in their envelope yet.
    """
    await asyncio.to_thread(past.until, heir.lineage.start)  # what is refused leaves no pin
    await require_room(at, session, code.main, code.modules)
    version, pinned = at.versions.pin(session, heir.id, code.main, code.modules, at.clock.now())
    with at.versions.starting(session, version):
        await pinned
        envelope = encode(wrap_params(decode(heir.params), {"tenant": session, "version": version}))
        workflow = at.engine.workflow(at.settings.workflow, session)
        await workflow.take_over(past, replace(heir, params=envelope))
    at.metrics.run("started")
    return version


def _params_for(row: InstanceRow, version: str) -> bytes:
    envelope = unwrap_params(decode(Encoded(row.params)))
    if envelope is None:
        raise TenantError("the instance was not made by a tenant's binding")
    return encode(wrap_params(envelope.params, {**envelope.metadata, "version": version})).data


async def _wanted(request: Request) -> Wanted:
    reached = await reach_instance(request, "edit")
    at = desk(request)
    settings = at.settings
    body = await read_json(request, settings.body_limit, timeout_s=settings.body_timeout_s)
    code = RunRequest.read(body, settings.source_limit)
    seq = body.get("seq")
    if seq is not None and (type(seq) is not int or seq < 0):
        raise Refused(400, "bad_seq", "seq must be the one that the rehearsal answered")
    return Wanted(reached, code, read_start(body.get("from")), seq)


async def _rehearsed(at: Desk, wanted: Wanted) -> Rehearsal:
    session, code = wanted.reached.session, wanted.code
    at.rehearsals.take(session)
    async with at.dispatcher.rehearsal(session, code.main, code.modules) as factory:
        return await wanted.instance.rehearse(factory)


async def _agreed(at: Desk, wanted: Wanted) -> Rehearsal:
    rehearsal = await _rehearsed(at, wanted)
    if rehearsal.error is not None:
        raise rehearsal.error
    if not rehearsal.allows(wanted.start):
        raise Refused(
            409,
            "rehearsal.differs",
            "the run's history and this code disagree: restart from the first step that differs",
            details=_seen(rehearsal),
        )
    return rehearsal


def _seen(rehearsal: Rehearsal) -> dict[str, Any]:
    return {"rehearsal": _view(rehearsal)}


def _view(rehearsal: Rehearsal) -> dict[str, Any]:
    first = rehearsal.first_difference
    view: dict[str, Any] = {
        "seq": rehearsal.seq,
        "status": rehearsal.status,
        "matches": sum(1 for step in rehearsal.steps if step.verdict == "match"),
        "new": sum(1 for step in rehearsal.steps if step.verdict == "new"),
        "differs": _key(first.key) if first is not None else None,
        "steps": [_step_view(step) for step in rehearsal.steps],
        "lines": [{"level": level, "message": message} for level, message in rehearsal.lines],
    }
    if (ends := rehearsal.ends) is not None:
        failed = ends.error
        view["ends"] = (
            {"status": "complete", "output": ends.output}
            if failed is None
            else {"status": "errored", "error": {"name": failed.name, "message": failed.message}}
        )
    if rehearsal.error is not None:
        view["error"] = _error_view(rehearsal.error)
    return view


def _step_view(step: RehearsedStep) -> dict[str, Any]:
    view: dict[str, Any] = {
        "key": _key(step.key),
        "kind": step.key.kind,
        "name": step.key.name,
        "count": step.key.count,
        "verdict": step.verdict,
    }
    about = {"expected": step.expected, "found": step.found, "open": step.open or None}
    return {**view, **{name: value for name, value in about.items() if value is not None}}


def _key(key: StepKey) -> str:
    return step_key({"kind": key.kind, "name": key.name, "count": key.count})


def _error_view(error: PlaygroundError) -> dict[str, Any]:
    """Why the code could not be run, with its place where that is known."""
    name = error.name if isinstance(error, TenantError) else "Error"
    view: dict[str, Any] = {"name": name, "message": error.message}
    if isinstance(error, LoadError):
        about: Mapping[str, Any] = {
            "module": error.module,
            "line": error.line,
            "column": error.column,
            "frame": error.frame,
        }
        view.update({key: value for key, value in about.items() if value is not None})
    return view
