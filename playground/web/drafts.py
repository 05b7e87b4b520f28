"""Drafts: what stands in a session's editor, and who may put something else there.

A draft has a revision. Who saves names the revision that the text was made from; where somebody else has
saved meanwhile, the answer is a 409 with what is there now, and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from playground.bridge.envelope import unwrap_params
from playground.core.codec import decode, encode
from playground.core.errors import WorkflowError
from playground.core.preview import as_json
from playground.core.values import UNDEFINED
from playground.isolates.module import BadModule, Module, json_form, language_of, read_modules, text_of
from playground.storage.sessions import Draft
from playground.storage.versions import ModuleJson
from playground.web.answers import JSONAnswer, encode_json
from playground.web.body import read_object
from playground.web.default_source import DEFAULT_PAYLOAD, default_source
from playground.web.desk import Desk, desk
from playground.web.errors import NotFound, Refused
from playground.web.runs import read_language
from playground.web.visitor import require_access

MOST_FILES: Final = 100
_WHOLE: Final = 1 << 30
_ONE_FILE: Final[Mapping[str, str]] = {"js": "workflow.js", "ts": "workflow.ts"}


@dataclass(frozen=True, slots=True)
class EditorContent:
    """What an editor opens with. `payload` is any JSON value; `revision` is the draft's, 0 where there is
    none.
    """

    files: Mapping[str, ModuleJson]
    main: str
    payload: Any
    revision: int = 0

    @property
    def source(self) -> str:
        """The main file's text."""
        return text_of(self.files[self.main]) or ""

    @property
    def language(self) -> str:
        """The main file's: `js` or `ts`."""
        return language_of(self.main, self.files[self.main])

    def as_json(self) -> dict[str, Any]:
        """The same as the page and the API have it."""
        return {
            "files": dict(self.files),
            "main": self.main,
            "payload": self.payload,
            "revision": self.revision,
        }


async def get_draft(request: Request) -> Response:
    """What stands in the session's editor: `{files, main, payload, revision}`, for those who may edit it."""
    session = request.path_params["id"]
    await require_access(request, session, "edit")
    return JSONAnswer((await code_of(desk(request), session)).as_json())


async def put_draft(request: Request) -> Response:
    """Keep what stands in the editor: `{files, main, payload?, revision?}`, or `{source, language?, payload?,
    revision?}` where it is one file; the payload is any JSON value (the page sends its text).

    With the `revision` that it was made from the answer is `{revision}`, or 409 with the `draft` that is
    there where that is another one. Without it, it takes the place of whatever is there: 204.
    """
    at, session, body, files, main = await read_edited(request)
    payload = msgspec.json.encode(body["payload"]).decode() if "payload" in body else None
    based_on = body.get("revision")
    if based_on is not None and (type(based_on) is not int or not 0 <= based_on < 2**63):
        raise Refused(400, "bad_revision", "revision must be that of the draft which this one was made from")
    revision = await at.sessions.save_draft(session, files, main, payload, at.clock.now(), based_on=based_on)
    if revision is None:
        there = await at.sessions.draft(session)
        if there is None or not _same(there, files, main, payload):
            raise await _conflict(at, session)
        return JSONAnswer({"revision": there.revision})  # sent again, as the answer was lost
    at.drafts.saved(session, revision)
    return Response(status_code=204) if based_on is None else JSONAnswer({"revision": revision})


class Edited(NamedTuple):
    """A body with files for a session, from who may edit that. Files are JSON by their canonical names,
    `main` is the name of the main one.
    """

    at: Desk
    session: str
    body: Mapping[str, Any]
    files: Mapping[str, ModuleJson]
    main: str


async def read_edited(request: Request) -> Edited:
    """What somebody would store for the session in the address. Refuses what they may not."""
    session = request.path_params["id"]
    await require_access(request, session, "edit")
    at = desk(request)
    at.changes.take(session)
    settings = at.settings
    body = await read_object(request, settings.body_limit, timeout_s=settings.body_timeout_s)
    return Edited(at, session, body, *_read_files(body, settings.source_limit))


def _read_files(body: Mapping[str, Any], limit: int) -> tuple[dict[str, ModuleJson], str]:
    """The files that a body has, as JSON by their canonical names, and the main one's name.

    Refuses what are no modules (400) and more than `limit` bytes of them (413).
    """
    files, main = _files(body) if "files" in body else _one_file(body)
    if sum(module.size for module in files.values()) > limit:
        raise Refused(413, "source_too_large", f"the code has more than {limit} bytes")
    return {name: json_form(name, module) for name, module in files.items()}, main


async def code_of(at: Desk, session: str | None, *, watched: bool = False) -> EditorContent:
    """What a page of the session opens with: its draft, or the latest run's code where nothing was saved.

    Who only watches (`watched`) sees what was run, and with what, rather than what is being typed. Without
    any of these (or without a session) it is the defaults.
    """
    draft = await at.sessions.draft(session) if session is not None and not watched else None
    if session is not None and draft is None:
        latest = await at.versions.latest(session)
        if latest is not None:
            payload = await _ran_with(at, session) if watched else None
            return EditorContent(*as_files(latest.modules, latest.main), payload)
    if draft is not None:
        return EditorContent(draft.files, draft.main, _payload(draft), draft.revision)
    return EditorContent({"workflow.js": default_source()}, "workflow.js", DEFAULT_PAYLOAD)


def as_files(modules: Mapping[str, ModuleJson], main: str) -> tuple[Mapping[str, ModuleJson], str]:
    """A version's modules as an editor's files: the only one of a run of one source is `workflow.js`."""
    if len(modules) == 1 and main in ("index.js", "index.ts"):
        name = _ONE_FILE[language_of(main, modules[main])]
        return {name: modules[main]}, name
    return modules, main


def _files(body: Mapping[str, Any]) -> tuple[dict[str, Module], str]:
    files, main = body["files"], body.get("main")
    if not isinstance(files, dict) or not 1 <= len(files) <= MOST_FILES:
        raise Refused(400, "bad_files", f"files must be an object of 1 to {MOST_FILES} files by name")
    if not isinstance(main, str) or main not in files:
        raise Refused(400, "bad_main", "main must be the name of one of the files")
    try:
        return read_modules(files, main)
    except BadModule as error:
        code = "bad_main" if error.module == main else "bad_files"
        raise Refused(400, code, error.message, details={"module": error.module}) from None


def _one_file(body: Mapping[str, Any]) -> tuple[dict[str, Module], str]:
    source = body.get("source")
    if not isinstance(source, str):
        raise Refused(400, "no_source", "Missing source code")
    language = read_language(body.get("language", "js"))
    name = _ONE_FILE[language]
    return {name: Module("ts" if language == "ts" else "js", source)}, name


async def _conflict(at: Desk, session: str) -> Refused:
    if await at.sessions.get(session) is None:
        return NotFound()
    there = await code_of(at, session)
    message = "the code was changed elsewhere since"
    return Refused(409, "draft_conflict", message, details={"draft": there.as_json()})


def _same(there: Draft, files: Mapping[str, ModuleJson], main: str, payload: str | None) -> bool:
    same_files = list(there.files.items()) == list(files.items())
    return same_files and (there.main, there.payload) == (main, payload)


async def _ran_with(at: Desk, session: str) -> Any:
    """The latest run's params, as JSON; None where they are none, or it is gone."""
    latest = await at.engine.latest(session, 1)
    try:
        run = await at.engine.workflow(at.settings.workflow, session).get(latest[0].id if latest else "")
        envelope = unwrap_params(decode(await run.params()))
        if envelope is None or envelope.params is UNDEFINED:
            return None
        return msgspec.json.decode(encode_json(as_json(encode(envelope.params), _WHOLE)))
    except (WorkflowError, msgspec.MsgspecError):
        return None


def _payload(draft: Draft) -> Any:
    return msgspec.json.decode(draft.payload) if draft.payload is not None else None
