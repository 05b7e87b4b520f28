"""Runs: code and payload come in, a durable instance goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from playground.core import faults
from playground.core.errors import PlaygroundError, RemoteError
from playground.core.ids import is_instance_id, new_instance_id
from playground.engine.debug_entries import DebugSet
from playground.engine.version_entries import Lineage
from playground.isolates.module import BadModule, Module, json_form, read_module, read_modules
from playground.storage.versions import ModuleJson
from playground.web.answers import JSONAnswer
from playground.web.audit import audited
from playground.web.body import read_json
from playground.web.code_room import require_room
from playground.web.debugging import debug_of
from playground.web.default_source import default_source
from playground.web.desk import Desk, desk
from playground.web.errors import NotFound, Refused
from playground.web.services import StartAnswer
from playground.web.thrown import ThrownByFetch
from playground.web.visitor import Grant, admitted, is_public_id, require_grant

_MAINS: Final[Mapping[str, str]] = {"js": "index.js", "ts": "index.ts"}
_MOST_MODULES: Final = 100
_LONGEST_ANSWER: Final = 8192


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What `POST /api/run` asks for: modules as JSON, by canonical names. `payload` is any JSON value,
    `debug` how the run is debugged from its beginning, `lineage` which run it repeats.
    """

    main: str
    modules: Mapping[str, ModuleJson]
    payload: Any
    debug: DebugSet | None = None
    lineage: Lineage | None = None

    @classmethod
    def read(cls, body: Any, source_limit: int) -> RunRequest:
        """Check a decoded body; raises `Refused` 400, or 413 where the code has more than `source_limit`
        bytes.
        """
        if not isinstance(body, dict):
            raise Refused(400, "no_source", "Missing source code")
        modules, main = _modules(body) if "modules" in body else _only_module(body)
        size = sum(module.size for module in modules.values())
        if size > source_limit:
            raise Refused(
                413,
                "source_too_large",
                f"the code has {size} bytes; {source_limit} is the most that is taken",
            )
        payload = body.get("payload")
        as_json = {name: json_form(name, module) for name, module in modules.items()}
        debug = body.get("debug")
        debugged = None if debug is None else debug_of(debug)
        return cls(main, as_json, {} if payload is None else payload, debugged, _lineage(body.get("lineage")))


def _lineage(given: object) -> Lineage | None:
    if given is None:
        return None
    if not isinstance(given, dict) or given.keys() != {"of", "why"} or given["why"] != "replay":
        raise Refused(400, "bad_lineage", 'lineage must be { of, why: "replay" }')
    if not is_instance_id(given["of"]):
        raise Refused(400, "bad_lineage", "lineage.of must be the id of a run")
    return Lineage(given["of"], "replay")


def read_language(language: object) -> str:
    """The language that a body names; refuses what is none."""
    if not isinstance(language, str) or language not in _MAINS:
        raise Refused(400, "bad_language", 'language must be "js" or "ts"')
    return language


def _only_module(body: dict[str, Any]) -> tuple[dict[str, Module], str]:
    source, language = body.get("source"), body.get("language", "js")
    main = _MAINS[read_language(language)]
    if not isinstance(source, str) or not source:
        raise Refused(400, "no_source", "Missing source code")
    return {main: read_module(main, source)}, main


def _modules(body: dict[str, Any]) -> tuple[dict[str, Module], str]:
    sources, main = body["modules"], body.get("main")
    if not isinstance(sources, dict) or not 1 <= len(sources) <= _MOST_MODULES:
        message = f"modules must be an object of 1 to {_MOST_MODULES} modules by name"
        raise Refused(400, "bad_modules", message)
    if not isinstance(main, str) or main not in sources:
        raise Refused(400, "bad_main", "main must be the name of one of the modules")
    if "language" in body:
        raise Refused(400, "bad_language", "language goes with source; modules say theirs by name or kind")
    try:
        modules, path = read_modules(sources, main)
    except BadModule as error:
        code = "bad_main" if error.module == main else "bad_modules"
        raise Refused(400, code, error.message, details={"module": error.module}) from None
    if not modules[path].content:
        raise Refused(400, "no_source", "Missing source code")
    return modules, path


async def get_source(request: Request) -> Response:
    """The workflow that a new visitor finds in the editor."""
    return Response(default_source(), media_type="text/javascript")


async def post_run(request: Request) -> Response:
    """Store the code, pin a new run to it, and have the code's own `fetch` start the run."""
    at = desk(request)
    settings = at.settings
    body = await read_json(request, settings.body_limit, timeout_s=settings.body_timeout_s)
    wanted = RunRequest.read(body, settings.source_limit)
    session, grant = await session_to_run_in(request, body)
    at.runs.take(session)
    await require_room(at, session, wanted.main, wanted.modules)
    faults.point("run_received")
    run_id = new_instance_id()
    version, pinned = at.versions.pin(session, run_id, wanted.main, wanted.modules, at.clock.now())
    pinned.add_done_callback(_passed)
    try:
        created = _created(await _start(at, session, version, run_id, wanted))
    except PlaygroundError as error:
        at.metrics.run("failed")
        await pinned  # where nothing can be stored, that is what is wrong
        if isinstance(error, RemoteError):
            raise ThrownByFetch(error, wanted.modules) from None
        raise
    await pinned
    if grant is not None:
        await at.shares.audit.add(audited(at, grant, session, "run", instance=run_id))
    at.metrics.run("started")
    answer = {"runId": run_id, **created, "session": session, "version": version}
    return JSONAnswer(answer)


async def session_to_run_in(request: Request, body: dict[str, Any]) -> tuple[str, Grant | None]:
    """The session that the run is to belong to: the one that the body names, for those who may edit it, else
    the visitor's own. The grant is of who came by a link.
    """
    session = body.get("session")
    if session is None:
        return await admitted(request), None
    if not is_public_id(session):
        raise NotFound
    grant = await require_grant(request, session, "edit")
    return session, grant if grant.share is not None else None


def _passed(pinned: asyncio.Future[None]) -> None:
    if not pinned.cancelled() and pinned.exception() is None:
        faults.point("version_stored")


async def _start(at: Desk, session: str, version: str, run_id: str, wanted: RunRequest) -> StartAnswer:
    limit_s = at.settings.start_timeout_s
    try:
        with at.versions.starting(session, version):
            async with asyncio.timeout(limit_s):
                return await at.dispatcher.start(
                    session, version, run_id, wanted.payload, wanted.debug, wanted.lineage
                )
    except TimeoutError:
        message = f"the fetch handler did not answer within {limit_s:g} s"
        raise Refused(500, "start_timeout", message) from None


def _created(answer: StartAnswer) -> dict[str, Any]:
    text = answer.text[:_LONGEST_ANSWER]
    if not 200 <= answer.status < 300:
        details = {"status": answer.status}
        raise Refused(500, "tenant_answered", text or "Tenant returned error", details=details)
    try:
        created = msgspec.json.decode(answer.text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise Refused(500, "bad_answer", "the fetch handler's answer is not JSON") from None
    if not isinstance(created, dict):
        raise Refused(500, "bad_answer", "the fetch handler's answer is not an object { id, status }")
    return {name: created[name] for name in ("id", "status") if name in created}
