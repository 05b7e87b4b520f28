"""What those who may act on an instance do to see how it works: set its pace, its breakpoints, what befalls
it and what is pinned, let it go on step by step, and (where the operator allows it) kill the server under it.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from playground.core.ports import StepKey
from playground.engine.debug_entries import DebugSet
from playground.engine.debug_settings import BadDebug, read_debug
from playground.web.answers import JSONAnswer
from playground.web.body import read_object
from playground.web.desk import desk
from playground.web.errors import NotFound, Refused
from playground.web.instance_lookup import reach_instance
from playground.web.status import status_view
from playground.web.step_key import read_step_key
from playground.web.visitor import visitor_of

_MODES: Final = ("step", "run")
_KINDS: Final = ("do", "sleep", "wait")
_LAST_WORDS_S: Final = 0.1
"""How long the answer has to leave before the server is killed."""


def debug_of(given: Any) -> DebugSet:
    """How a run is to be debugged, off a body. Refuses what cannot be."""
    try:
        return read_debug(given)
    except BadDebug as error:
        raise Refused(400, "bad_debug", str(error)) from None


async def set_debug(request: Request) -> Response:
    """Set how the run is debugged from here on: `pace` (how many times faster sleeps and delays go by, or
    `"skip"`), `breakpoints` (names of steps, or templates of names), `everyStep`, `faults`, `pins` (outputs
    by the names of steps). What is not given stays as it was. 409 `instance.cannot_debug` where it has ended.
    """
    reached = await reach_instance(request, "edit")
    setting = debug_of(await _options(request))
    await reached.instance.debug(setting, along=reached.row(request, "debug"))
    return JSONAnswer({"id": reached.instance.id, "status": status_view(await reached.instance.status())})


async def go_on(request: Request) -> Response:
    """Go on where the run is stopped before steps. `mode` `"run"` lets go all of them (or the one that `step`
    names), `"step"` the first (or that one), and stops before the next. `continued` are those that were let
    go. 409 `instance.not_stopped` where it is stopped before none.
    """
    reached = await reach_instance(request, "edit")
    options = await _options(request)
    if unknown := next((key for key in options if key not in ("mode", "step")), None):
        raise Refused(400, "bad_options", f"{unknown[:80]} is not an option here")
    mode = options.get("mode", "run")
    if mode not in _MODES:
        raise Refused(400, "bad_options", f"mode must be one of {', '.join(_MODES)}")
    step = options.get("step")
    key = None if step is None else read_step_key(step, _KINDS)
    let_go = await reached.instance.go_on(mode, key, along=reached.row(request, "continue", {"mode": mode}))
    status = status_view(await reached.instance.status())
    continued = [_text(key) for key in let_go]
    return JSONAnswer({"id": reached.instance.id, "status": status, "continued": continued})


async def kill_server(request: Request) -> Response:
    """Kill the server's process, as a power cut would. What is committed stays, and runs go on when it is
    started again. 403 where the operator does not allow it.
    """
    at = desk(request)
    own = (await visitor_of(request)).own
    if own is None:
        raise NotFound
    if at.kill_server is None:
        raise Refused(403, "kill_not_allowed", "this server may not be killed from outside")
    at.changes.take(own)
    asyncio.get_running_loop().call_later(_LAST_WORDS_S, at.kill_server)
    return JSONAnswer({"killed": True}, 202)


async def _options(request: Request) -> dict[str, Any]:
    settings = desk(request).settings
    return await read_object(request, settings.body_limit, timeout_s=settings.body_timeout_s)


def _text(key: StepKey) -> str:
    return f"{key.kind}:{key.count}:{key.name}"
