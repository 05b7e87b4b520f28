"""A run as a file: given out whole, and run on from by whoever has it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from playground.bridge.envelope import unwrap_params
from playground.core.codec import decode, encode
from playground.core.errors import WorkflowError
from playground.core.ids import new_instance_id
from playground.core.values import UNDEFINED
from playground.engine.entries import Lineage, fact_json
from playground.engine.excerpt import Told
from playground.engine.forking import Heir, Past
from playground.engine.run_file import MOST_FILE_BYTES, run_file, value_json
from playground.engine.run_file_reader import read_run_file
from playground.storage.rows import EntryRow
from playground.storage.versions import Version
from playground.web.answers import JSONAnswer
from playground.web.audit import audited
from playground.web.body import read_body
from playground.web.desk import desk
from playground.web.errors import Refused
from playground.web.instance_lookup import reach_instance, version_of
from playground.web.log import entry_view
from playground.web.rehearsals import take_over
from playground.web.run_file_body import read_entry, read_run_file_body
from playground.web.runs import RunRequest, session_to_run_in
from playground.web.step_key import read_start
from playground.web.visitor import address_of, visitor_of

_TYPE: Final = "application/json"
_ROOM: Final = 64 * 1024
"""What a body may have around the file."""


async def get_file(request: Request) -> Response:
    """The instance as one JSON document: code, input, entries with their values, lines. For those who may
    change it; `docs/run-files.md` describes it.
    """
    reached = await reach_instance(request, "edit")
    at = desk(request)
    instance, session = reached.instance, reached.session
    at.rehearsals.take(session)
    version = await version_of(request, session, instance)
    code = await at.versions.code(session, version) if version is not None else None
    if code is None:
        raise Refused(409, "no_code", "the code of this run is not stored")
    with ExitStack() as held:
        held.enter_context(at.files.taken(await _who(request)))
        async with at.heavy:
            past = await instance.past()
        return _FileAnswer(_pieces(past, code, version, at.clock.now()), held.pop_all(), past.id)


async def post_run_from_file(request: Request) -> Response:
    """Create a run that goes on from a file, `{file, from?, session?}`: with its code and its past up to the
    step `from`. Nothing is created of a file that is wrong anywhere.
    """
    at = desk(request)
    settings = at.settings
    with at.files.taken(await _who(request)):
        data = await read_body(request, MOST_FILE_BYTES + _ROOM, timeout_s=settings.body_timeout_s)
        async with at.heavy:
            body = await asyncio.to_thread(read_run_file_body, data)
            start = read_start(body.get("from"))
            session, grant = await session_to_run_in(request, body)
            at.runs.take(session)
            at.rehearsals.take(session)
            document, now = body.get("file"), at.clock.now()
            past = await asyncio.to_thread(read_run_file, document, at.engine.settings, now, read_entry)
        assert isinstance(document, Mapping)  # else it was refused
        code = _code(document.get("code"), settings.source_limit)
        lineage = Lineage(past.id, "file", start, at.clock.now())
        run = new_instance_id()
        row = None if grant is None else audited(at, grant, session, "run", instance=run)
        version = await take_over(at, session, past, Heir(run, past.params, lineage, row), code)
    return JSONAnswer({"id": run, "version": version, "session": session}, 201)


class _FileAnswer(StreamingResponse):
    """A run as a file on its way. `held` is closed when that has ended, however."""

    def __init__(self, pieces: Iterator[bytes], held: ExitStack, run: str) -> None:
        disposition = f'attachment; filename="run-{run[:40]}.json"'
        headers = {
            "content-disposition": disposition,
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        }
        super().__init__(pieces, media_type=_TYPE, headers=headers)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._held:
            await super().__call__(scope, receive, send)


def _pieces(past: Past, code: Version, version: str | None, now: int) -> Iterator[bytes]:
    envelope = unwrap_params(decode(past.params))
    params = encode(envelope.params if envelope is not None else UNDEFINED)
    head: dict[str, Any] = {
        "exported": now,
        "run": {"id": past.id, "created": past.created, "version": version},
        "code": {"main": code.main, "modules": dict(code.modules)},
        "params": value_json(params),
    }
    return run_file(past, head, lambda told: _shown(past.id, told))


async def _who(request: Request) -> str:
    """Whose files are counted together."""
    return (await visitor_of(request)).own or address_of(request)


def _code(given: Any, source_limit: int) -> RunRequest:
    if not isinstance(given, dict):
        raise WorkflowError("run_file.bad: code must be { main, modules }")
    return RunRequest.read({"modules": given.get("modules"), "main": given.get("main")}, source_limit)


def _shown(instance: str, told: Told) -> dict[str, Any]:
    row = EntryRow(0, instance, told.seq, told.time, told.fact.type, fact_json(told.fact), None)
    shown = entry_view(row, watched=True)
    del shown["instance"]
    return shown
