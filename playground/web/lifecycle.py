"""What those who may act on an instance do with it: pause it, go on, end it, begin anew, and test its
patience.

Each answers `{id, status}` as it stands then; what the instance is not in a state for is 409, with the reason
as the code (`instance.cannot_restart`).
"""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from playground.core.errors import WorkflowError
from playground.engine.engine import Instance
from playground.engine.entries import FINISHED
from playground.web.answers import JSONAnswer
from playground.web.body import read_object
from playground.web.desk import desk
from playground.web.errors import Refused
from playground.web.instance_lookup import Reached, reach_instance, version_of
from playground.web.status import status_view
from playground.web.step_key import read_step_key

_SKIPPABLE: Final = ("sleep", "do", "rollback")


async def pause(request: Request) -> Response:
    """Pause the instance: at once, or (`waitingForPause`) when the callbacks in flight have ended. Nothing
    changes for one that has finished.
    """
    reached, _ = await _asked(request)
    await reached.instance.pause(along=reached.row(request, "pause"))
    return await _standing(reached.instance)


async def resume(request: Request) -> Response:
    """Go on with a paused instance, its deadlines moved by the length of the pause. Nothing changes for any
    other.
    """
    reached, _ = await _asked(request)
    await reached.instance.resume(along=reached.row(request, "resume"))
    return await _standing(reached.instance)


async def terminate(request: Request) -> Response:
    """End the instance now, or with `{"rollback": true}` when its steps are undone; answers its new status.
    409 `instance.cannot_terminate` where it has ended already.
    """
    reached, options = await _asked(request, "rollback")
    rollback = options.get("rollback", False)
    if not isinstance(rollback, bool):
        raise Refused(400, "bad_options", "rollback must be true or false")
    row = reached.row(request, "terminate", {"rollback": True} if rollback else None)
    await reached.instance.terminate(rollback=rollback, along=row)
    return await _standing(reached.instance)


async def restart(request: Request) -> Response:
    """Run the instance again from the top, or `{"from": {"name", "count"?, "type"?}}` from a step. 409
    `instance.cannot_restart` where there is no such step.
    """
    reached, options = await _asked(request, "from")
    start = options.get("from")
    row = reached.row(request, "restart", None if start is None else {"from": start})
    await reached.instance.restart(start, along=row)
    return await _standing(reached.instance)


async def delete(request: Request) -> Response:
    """Remove the instance and all that it stores. It has no status any more: null."""
    reached, _ = await _asked(request)
    await reached.instance.delete(along=reached.row(request, "delete"))
    return JSONAnswer({"id": reached.instance.id, "status": None})


async def skip(request: Request) -> Response:
    """End a sleep, or the delay before a step's next attempt, now. `step` is its key, like `sleep:1:nap`, or
    an entry's `{"kind", "name", "count"}`; `{"all": true}` ends all of them. 409 `instance.cannot_skip`
    where there is nothing to end.
    """
    reached, options = await _asked(request, "step", "all")
    if "step" not in options and options.get("all") is True:
        await reached.instance.skip_all(along=reached.row(request, "skip", {"all": True}))
        return await _standing(reached.instance)
    step = read_step_key(options.get("step"), _SKIPPABLE)
    row = reached.row(request, "skip", {"step": f"{step.kind}:{step.count}:{step.name}"})
    await reached.instance.skip(step, along=row)
    return await _standing(reached.instance)


async def crash(request: Request) -> Response:
    """Throw the instance's isolate away in mid-flight, with all that runs there; it recovers by itself.
    `crashed` says whether there was one. 409 `instance.cannot_crash` where the instance has finished.
    """
    reached, _ = await _asked(request)
    session, instance = reached.session, reached.instance
    status = (await instance.status()).status
    if status in FINISHED:
        raise WorkflowError(f"instance.cannot_crash: the instance is {status}")
    version = await version_of(request, session, instance)
    crashed = version is not None and await desk(request).dispatcher.crash(session, version)
    await desk(request).shares.audit.add(reached.row(request, "crash"))
    return await _standing(instance, crashed=crashed)


async def _asked(request: Request, *known: str) -> tuple[Reached, dict[str, Any]]:
    reached = await reach_instance(request, "edit")
    settings = desk(request).settings
    options = await read_object(request, settings.body_limit, timeout_s=settings.body_timeout_s)
    if unknown := next((key for key in options if key not in known), None):
        raise Refused(400, "bad_options", f"{unknown[:80]} is not an option here")
    return reached, options


async def _standing(instance: Instance, **more: Any) -> Response:
    status = status_view(await instance.status())
    return JSONAnswer({"id": instance.id, "status": status, **more})
