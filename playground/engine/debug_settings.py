"""How a run is to be debugged, as somebody asks for it: checked, and in the engine's own form. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from playground.core.codec import NotAValue, encode
from playground.core.errors import WorkflowFatalError
from playground.engine.breakpoints import MOST_TEXTS, Breakpoint
from playground.engine.debug_entries import DebugSet, Fault, Pace
from playground.engine.names import check_step_name

FASTEST: Final = 31_536_000.0
"""A year in a second."""
MOST: Final = 100
"""Breakpoints, faults, and pins, each."""
MOST_TIMES: Final = 10_000
LONGEST_CRAWL_MS: Final = 600_000
LARGEST: Final = 256 * 1024
"""All of it as JSON, in bytes."""
_LONGEST_TEXT: Final = 1_000
_KINDS: Final = ("fail", "timeout", "crawl")
_SAFE: Final = 2**53


class BadDebug(ValueError):
    """What is asked for cannot be; the message says what is wrong with which key."""


def read_debug(given: Any) -> DebugSet:
    """Check `{pace?, breakpoints?, everyStep?, faults?, pins?}`, decoded JSON. Raises `BadDebug`."""
    if not isinstance(given, Mapping):
        raise BadDebug(f"debug must be an object with {', '.join(_READERS)}")
    for key in given:
        if key not in _READERS:
            raise BadDebug(f"{str(key)[:80]} is not a setting; those are {', '.join(_READERS)}")
    read = {_NAMES.get(key, key): _READERS[key](value) for key, value in dict[str, Any](given).items()}
    setting = DebugSet(**read)
    try:
        size = len(msgspec.json.encode(setting))
    except UnicodeEncodeError:
        raise BadDebug("debug has text with half a character in it") from None
    if size > LARGEST:
        raise BadDebug(f"debug has {size} bytes; {LARGEST} is the most that is taken")
    return setting


def _pace(given: Any) -> Pace:
    if given == "skip":
        return "skip"
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not 1 <= given <= FASTEST:
        raise BadDebug(f'pace must be a number from 1 to {FASTEST:.0f} or "skip"')
    return float(given)


def _breakpoints(given: Any) -> list[Breakpoint]:
    if not isinstance(given, list) or len(given) > MOST:
        raise BadDebug(f"breakpoints must be a list of at most {MOST} names of steps, or templates of names")
    read = [_template(each) if isinstance(each, list) else _step(each, "breakpoints") for each in given]
    return [each for at, each in enumerate(read) if each not in read[:at]]


def _template(texts: list[Any]) -> list[str]:
    if not 2 <= len(texts) <= MOST_TEXTS or not all(isinstance(text, str) for text in texts):
        raise BadDebug(
            f"breakpoints: a template must be a list of 2 to {MOST_TEXTS} texts, those around its holes"
        )
    if not _step("".join(texts), "breakpoints"):
        raise BadDebug("breakpoints: a template must have some text; everyStep stops before all steps")
    return texts


def _every_step(given: Any) -> bool:
    if not isinstance(given, bool):
        raise BadDebug("everyStep must be true or false")
    return given


def _faults(given: Any) -> list[Fault]:
    if not isinstance(given, list) or len(given) > MOST:
        raise BadDebug(f"faults must be a list of at most {MOST}")
    return [_fault(fault, f"faults[{at}]") for at, fault in enumerate(given)]


def _fault(given: Any, where: str) -> Fault:
    if not isinstance(given, Mapping):
        raise BadDebug(f"{where} must be an object with kind, times?, step?")
    kind = given.get("kind")
    if kind not in _KINDS:
        raise BadDebug(f"{where}.kind must be one of {', '.join(_KINDS)}")
    own = {"fail": ("name", "message"), "timeout": (), "crawl": ("delayMs",)}[kind]
    for key in given:
        if key not in ("kind", "times", "step", *own):
            raise BadDebug(f"{where}.{str(key)[:80]} is not known of a fault that is to {kind}")
    times = _whole(given.get("times", 1), f"{where}.times", MOST_TIMES)
    step = given.get("step")
    delay = _whole(given.get("delayMs", 1_000), f"{where}.delayMs", LONGEST_CRAWL_MS)
    return Fault(
        kind,
        times,
        None if step is None else _step(step, f"{where}.step"),
        _text(given.get("name"), f"{where}.name"),
        _text(given.get("message"), f"{where}.message"),
        delay if kind == "crawl" else None,
    )


def _pins(given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping) or len(given) > MOST:
        raise BadDebug(f"pins must be an object of at most {MOST} outputs by the names of steps")
    pins = {_step(name, "pins"): _as_javascript(value) for name, value in given.items()}
    for name, value in pins.items():
        try:
            encode(value)
        except NotAValue as error:
            raise BadDebug(f'pins: the output of "{name[:80]}" cannot be stored: {error}') from None
    return pins


def _as_javascript(value: Any) -> Any:
    """The value as JavaScript reads it from JSON, which has no whole numbers of its own."""
    if isinstance(value, dict):
        return {key: _as_javascript(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_javascript(item) for item in value]
    if type(value) is int and not -_SAFE < value < _SAFE:
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return value


def _step(name: Any, where: str) -> str:
    try:
        return check_step_name(name)
    except WorkflowFatalError:
        raise BadDebug(f"{where} must be of names that a step can have") from None


def _whole(given: Any, where: str, most: int) -> int:
    if type(given) is not int or not 1 <= given <= most:
        raise BadDebug(f"{where} must be a whole number from 1 to {most}")
    return given


def _text(given: Any, where: str) -> str | None:
    if given is not None and (not isinstance(given, str) or len(given) > _LONGEST_TEXT):
        raise BadDebug(f"{where} must be text of at most {_LONGEST_TEXT} characters")
    return given


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "pace": _pace,
    "breakpoints": _breakpoints,
    "everyStep": _every_step,
    "faults": _faults,
    "pins": _pins,
}
_NAMES: Final = {"everyStep": "every_step"}
