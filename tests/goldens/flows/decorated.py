"""The other way to write a workflow in Python: a class, and steps as functions of each other."""

from typing import Any

from playground import StepContext, WorkflowEntrypoint, WorkflowStep

PARAMS = {"n": 2}
FREE = True


class Decorated(WorkflowEntrypoint):
    async def run(self, event: Any, step: WorkflowStep) -> Any:
        @step.do("double")
        async def double() -> int:
            return int(event.payload["n"]) * 2

        @step.do()
        def flaky(ctx: StepContext) -> str:
            if ctx.attempt < 2:
                raise ValueError("not yet")
            return f"{ctx.step.name} {ctx.step.count}"

        @step.do("both", config={"retries": {"limit": 1, "delay": 300}}, concurrent=True)
        async def both(double: int, flaky: str, more: int = 0) -> list[Any]:
            return [double, flaky, more]

        first = await both()
        await step.sleep("nap", 300)
        return [first, await both(more=1), await double()]


async def run(event: Any, step: Any) -> Any:
    return await Decorated().run(event, step)
