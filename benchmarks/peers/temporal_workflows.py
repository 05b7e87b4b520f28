"""Temporal's workflows, in a module of their own because its sandbox imports it again for each run."""

from __future__ import annotations

from datetime import timedelta

from temporalio import activity, workflow

TIMEOUT = timedelta(seconds=60)


@activity.defn
async def first(number: int) -> int:
    """The first step."""
    return number


@activity.defn
async def add_one(number: int) -> int:
    """The second and the third."""
    return number + 1


@workflow.defn
class Activities:
    """Each step an activity: a task of the server's, durable before and after it."""

    @workflow.run
    async def run(self, number: int) -> int:
        number = await workflow.execute_activity(first, number, start_to_close_timeout=TIMEOUT)
        number = await workflow.execute_activity(add_one, number, start_to_close_timeout=TIMEOUT)
        return await workflow.execute_activity(add_one, number, start_to_close_timeout=TIMEOUT)


@workflow.defn
class LocalActivities:
    """Each step a local activity: run in the workflow's task, whose end alone is durable."""

    @workflow.run
    async def run(self, number: int) -> int:
        number = await workflow.execute_local_activity(first, number, start_to_close_timeout=TIMEOUT)
        number = await workflow.execute_local_activity(add_one, number, start_to_close_timeout=TIMEOUT)
        return await workflow.execute_local_activity(add_one, number, start_to_close_timeout=TIMEOUT)
