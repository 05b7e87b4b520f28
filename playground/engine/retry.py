"""A step's configuration, and the delays between its attempts. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn, cast

from playground.core.durations import LONGEST, MINUTE, BadDuration, parse_duration
from playground.core.errors import WorkflowFatalError
from playground.core.values import UNDEFINED

Backoff = Literal["constant", "linear", "exponential"]
DelayFunction = Callable[..., Any]

_BACKOFFS: Final = ("constant", "linear", "exponential")
MOST_RETRIES: Final = 10_000
DELAY_ANSWER_MS: Final = 5_000
"""How long a delay function may take to answer."""


@dataclass(frozen=True, slots=True)
class StepConfig:
    """A step's resolved configuration. Times in ms; `delay` is None where a function decides."""

    limit: int = 5
    delay: int | None = 1000
    backoff: Backoff = "exponential"
    timeout: int = 10 * MINUTE
    sensitive: bool = False

    def as_json(self) -> dict[str, Any]:
        """The form that tenants and the API see, and that is stored; `delay` is absent where it is a
        function.
        """
        retries: dict[str, Any] = {"limit": self.limit}
        if self.delay is not None:
            retries["delay"] = self.delay
        retries["backoff"] = self.backoff
        config: dict[str, Any] = {"retries": retries, "timeout": self.timeout}
        if self.sensitive:
            config["sensitive"] = "output"
        return config

    @classmethod
    def from_json(cls, config: Mapping[str, Any]) -> StepConfig:
        """The inverse of `as_json`, for what was stored."""
        retries = config["retries"]
        return cls(
            limit=retries["limit"],
            delay=retries.get("delay"),
            backoff=retries["backoff"],
            timeout=config["timeout"],
            sensitive=config.get("sensitive") == "output",
        )


DEFAULT_CONFIG: Final = StepConfig()


def resolve_config(
    name: str, config: object, what: str = "Step config"
) -> tuple[StepConfig, DelayFunction | None]:
    """Check a tenant's `config` and fill in the defaults; a delay function comes apart from the rest.

    Raises `WorkflowFatalError` about `what`, naming the key that is wrong.
    """
    try:
        return _resolve(config)
    except _Refused as refused:
        raise WorkflowFatalError(f'{what} for "{name}" is in an invalid format: {refused}') from None


class _Refused(Exception):
    """What is wrong about a configuration."""


def _resolve(config: object) -> tuple[StepConfig, DelayFunction | None]:
    if config is None or config is UNDEFINED:
        return DEFAULT_CONFIG, None
    given = _mapping(config, "config", {"retries", "timeout", "sensitive"})
    limit, delay, backoff, function = (
        DEFAULT_CONFIG.limit,
        DEFAULT_CONFIG.delay,
        DEFAULT_CONFIG.backoff,
        None,
    )
    if "retries" in given:
        retries = _mapping(given["retries"], "retries", {"limit", "delay", "backoff"})
        for key in ("limit", "delay"):
            if key not in retries:
                _refuse(f"retries.{key} is missing")
        limit = _limit(retries["limit"])
        if callable(retries["delay"]):
            delay, function = None, cast(DelayFunction, retries["delay"])
        else:
            delay = _duration("retries.delay", retries["delay"])
        backoff = _backoff(retries.get("backoff", "exponential"))
    timeout = DEFAULT_CONFIG.timeout
    if "timeout" in given:
        timeout = _duration("timeout", given["timeout"])
        if timeout == 0:
            _refuse("timeout must be more than 0")
    if "sensitive" in given and given["sensitive"] != "output":
        _refuse("sensitive must be 'output'")
    return StepConfig(limit, delay, backoff, timeout, "sensitive" in given), function


def retry_delay(config: StepConfig, base: int, attempt: int) -> int:
    """Ms to wait after failed attempt number `attempt` (from 1), at most 365 days."""
    if config.backoff == "constant" or base == 0:
        return min(base, LONGEST)
    if config.backoff == "linear":
        return min(base * attempt, LONGEST)
    return LONGEST if attempt > 64 else min(base << (attempt - 1), LONGEST)


def _mapping(value: object, key: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        _refuse(f"{key} must be an object")
    for unknown in value:
        if unknown not in known:
            _refuse(f"{'' if key == 'config' else key + '.'}{str(unknown)[:80]} is not a known key")
    return {each: item for each, item in value.items() if item is not UNDEFINED}


def _limit(value: object) -> int:
    number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
    if not 0 <= number <= MOST_RETRIES or number != int(number):
        _refuse(f"retries.limit must be a whole number from 0 to {MOST_RETRIES}")
    return int(number)


def _duration(key: str, value: object) -> int:
    try:
        return parse_duration(value)
    except BadDuration as error:
        _refuse(f"{key}: {error}")


def _backoff(value: object) -> Backoff:
    if value not in _BACKOFFS:
        _refuse(f"retries.backoff must be one of {', '.join(_BACKOFFS)}")
    return value


def _refuse(why: str) -> NoReturn:
    raise _Refused(why)
