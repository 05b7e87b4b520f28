"""`step`, as tenant code holds a stub of it."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Final

from playground.core.codec import encode
from playground.core.errors import TenantError
from playground.core.ports import Ahead, Begun, JournaledStep, StepCallback
from playground.core.streams import StepValue
from playground.core.values import UNDEFINED, Value
from playground.isolates.receiver import CALL
from playground.isolates.remote_function import RemoteFunction

METHODS: Final = ("do", "sleep", "sleepUntil", "waitForEvent")
_NOTHING: Final = encode(UNDEFINED)
_KINDS: Final = {"do": "do", "sleep": "sleep", "sleepUntil": "sleep", "waitForEvent": "wait"}


class GuestStep:
    """Hands what tenant code asks of `step` to the engine; values that need no look stay in wire form."""

    def __init__(self, journaled: JournaledStep, ahead: Ahead | None = None) -> None:
        self._journaled = journaled
        self._ahead = ahead
        self._counts: Counter[tuple[str, str]] = Counter()

    @property
    def keeps_handlers(self) -> bool:
        """Whether the rollback handlers that come with a `do` are held on when it is answered."""
        return self._journaled.rolling_back

    async def perform(
        self, method: str, arguments: list[Value], count: int | None = None, begun: Begun | None = None
    ) -> StepValue:
        """Do one of `METHODS`. What the arguments are is the engine's to check. With `count` the guest counts
        steps; `begun` is what it has begun already.
        """
        given = [*arguments, UNDEFINED, UNDEFINED, UNDEFINED, UNDEFINED]
        first, second = given[0], given[1]
        if self._journaled.rolling_back and count is None and isinstance(first, str) and method in _KINDS:
            # as the guest does where it runs ahead: also what is refused then
            count = self._counts[_KINDS[method], first] = self._counts[_KINDS[method], first] + 1
        counted: dict[str, Any] = {} if count is None else {"count": count}
        match method:
            case "do":
                if begun is not None:
                    counted["begun"] = begun
                return await self._journaled.do(
                    first, _config(second), _callback(given[2]), _rollback(given[3]), **counted
                )
            case "sleep":
                await self._journaled.sleep(first, second, **counted)
            case "sleepUntil":
                await self._journaled.sleep_until(first, second, at=_time(given[2]), **counted)
            case "waitForEvent":
                return await self._journaled.wait_for_event(first, second, **counted)
            case "stored" if self._ahead is not None:
                return await self._ahead.stored(first)
            case _:
                raise TenantError(f"step has no method {method!r}")
        return _NOTHING


def _time(value: Any) -> float | None:
    """The run's own time, where the guest says it."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if is_number and math.isfinite(value) else None


def _callback(value: Any) -> StepCallback | None:
    return value.call_as_step if isinstance(value, RemoteFunction) else None


def _rollback(options: Any) -> Any:
    """A step's rollback options."""
    if not isinstance(options, dict) or not isinstance(options.get("rollback"), RemoteFunction):
        return options
    handler: RemoteFunction = options["rollback"]
    return {
        **options,
        "rollback": handler.call_as_rollback,
        "rollbackConfig": _config(options.get("rollbackConfig")),
    }


def _config(value: Any) -> Any:
    """A step's configuration. Its delay function is called as a callback is, without a task in between: what
    it does to the isolate is heard before the run is told that the isolate is lost.
    """
    retries = value.get("retries") if isinstance(value, dict) else None
    delay = retries.get("delay") if isinstance(retries, dict) else None
    if not isinstance(value, dict) or retries is None or not isinstance(delay, RemoteFunction):
        return value
    return {**value, "retries": {**retries, "delay": lambda argument: delay.receive(CALL, [argument])}}
