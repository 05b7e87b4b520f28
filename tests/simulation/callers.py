"""Those who create instances and ask things of them, and what must hold once they are answered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from playground.core.errors import StorageError, WorkflowError
from playground.core.ports import StepKey
from playground.engine.engine import Workflow
from playground.engine.entries import FINISHED
from playground.engine.instance import Instance
from tests.simulation.virtual_time import VirtualTime
from tests.simulation.world import PAUSED, Plan, Request, World, must

_TYPES = {"do": "do", "sleep": "sleep", "wait": "waitForEvent"}
_SKIPPED = ("sleep_skipped", "retry_skipped")


class Callers:
    """The callers of one life of the server."""

    def __init__(self, world: World, time: VirtualTime, workflow: Workflow) -> None:
        self._world = world
        self._time = time
        self._workflow = workflow

    async def call(self, plan: Plan) -> None:
        """Do what the instance's callers still want."""
        await self._until(plan.create_at)
        await self._create(plan)
        while plan.asked < len(plan.requests):
            requests = plan.next_requests()
            await self._until(requests[0].at)
            plan.asked += len(requests)
            plan.told |= {request.serial: "unsure" for request in requests}
            await asyncio.gather(*(self._request(plan, each, len(requests) == 1) for each in requests))
            await self._create(plan)
        await self._resume(plan)

    async def _create(self, plan: Plan) -> None:
        while plan.created != "acknowledged":
            before, plan.created = plan.created, "unsure"
            kept = plan.retention
            retention = None if kept is None else {"success_retention": kept, "error_retention": kept}
            try:
                await self._workflow.create(plan.id, plan.script.raises, retention)
            except WorkflowError:
                must(before is not None, "an id that nobody uses is free", plan.id)
            except StorageError:
                await asyncio.sleep(1)
                continue
            must(self._world.key(plan.id) or plan.may_go, "what is acknowledged is durable", plan.id)
            plan.created = "acknowledged"

    async def _request(self, plan: Plan, request: Request, alone: bool) -> None:
        try:
            await self._ask(await self._workflow.get(plan.id), plan, request, alone)
            plan.told[request.serial] = "acknowledged"
            if request.op == "delete" and request.again:
                plan.created = None
        except WorkflowError:
            plan.told[request.serial] = "refused"
        except StorageError:
            pass

    async def _ask(self, instance: Instance, plan: Plan, request: Request, alone: bool) -> None:
        """Ask; where nobody else does at the same time, it must be so afterwards."""
        world, id = self._world, plan.id
        era, status = world.era(id), world.status
        match request.op:
            case "event":
                await instance.send_event(type=request.event_type, payload=request.serial)
                holds = not alone or world.events(id)[request.serial] == 1
            case "pause":
                await instance.pause()
                holds = status(id) in (*PAUSED, *FINISHED, None)
            case "resume":
                await instance.resume()
                holds = status(id) not in PAUSED
            case "restart":
                await instance.restart()
                holds = world.base(id) > era[1]
            case "terminate":
                await instance.terminate()
                holds = status(id) == "terminated"
            case "roll back":
                await instance.terminate(rollback=True)
                types = [each["type"] for each in world.log(id)]
                holds = "rollback_started" in types or not world.key(id)
            case "restart from":
                step = _choose(world.started(id), request)
                await instance.restart({"name": step.name, "count": step.count, "type": _TYPES[step.kind]})
                holds = world.era(id)[1] > era[1] and world.base(id) <= era[1]
            case "skip":
                step = _choose(world.asleep(id), request)
                await instance.skip(step)
                log = world.log(id)
                holds = any(each["type"] in _SKIPPED and each["step"]["name"] == step.name for each in log)
            case "delete" | _:
                await instance.delete()
                holds = world.key(id) is None
        gone = plan.retention is not None and not world.key(id)
        must(holds or gone or not alone, "what is acknowledged is durable", id, request, status(id))

    async def _resume(self, plan: Plan) -> None:
        """Let the instance end, where it was left paused."""
        while self._world.status(plan.id) in PAUSED:
            try:
                await (await self._workflow.get(plan.id)).resume()
            except StorageError:
                await asyncio.sleep(1)

    async def _until(self, moment: float) -> None:
        if (left := moment - self._time.seconds) > 0:
            await asyncio.sleep(left)


def _choose(steps: Sequence[StepKey], request: Request) -> StepKey:
    """One of them; where there is none, one that nobody knows."""
    return steps[request.serial % len(steps)] if steps else StepKey("sleep", "none", 1)
