"""One isolate: an instance of the template with a tenant's modules in it."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any, Final

import msgspec

from playground.isolates.guest_json import BadJson, read_json, well_formed
from playground.isolates.process.driver import DRIVER
from playground.isolates.process.failure import Failure, failure_of, placed_import
from playground.isolates.process.instance import JS_ERROR, OK, Died
from playground.isolates.process.modules import Modules
from playground.isolates.process.template import BUFFER_BYTES, Template, text_of
from playground.isolates.wire import Load

MOST_SAID_BYTES: Final = 16 << 20
"""The most that a guest may say in one turn."""

_JS_SHARE: Final = 0.75
"""JavaScript's share of an isolate's memory. At its end allocations throw; at the end of the whole the
isolate dies.
"""
_PLACE: Final = struct.Struct("<II")
_NEARLY: Final = 8 << 20
_messages: Final = msgspec.json.Decoder(list[Any])


def load_message(load: Load) -> str:
    """The message of the turn that evaluates the modules."""
    return msgspec.json.encode({"t": "load", "main": load.main, "env": load.env}).decode()


class LoadFailed(Exception):
    """The modules do not parse, link or evaluate; the isolate is of no use. `said` is what the guest said
    until then.
    """

    def __init__(self, failure: Failure, said: str) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.said = said


class Isolate:
    """A tenant's code in an instance of its own. After `Died` it must be closed, and not used again."""

    def __init__(self, template: Template, load: Load) -> None:
        self._template = template
        self._load = load
        self._modules = Modules(load.modules)
        self._js_memory = int(load.memory_bytes * _JS_SHARE)
        self._instance = template.instantiate(load.memory_bytes)
        self._instance.resolve = self._modules.resolve
        self._instance.module = self._modules.source
        self._instance.call("set_memory_limit", self._js_memory)
        self.cpu_us = 0
        self._message = self._said = ""

    def close(self) -> None:
        """Give the memory back to the system."""
        self._instance.close()

    @property
    def memory_bytes(self) -> int:
        """The size of its memory."""
        return self._instance.memory_bytes

    def loaded(self, said: str) -> tuple[list[str], str]:
        """The main module's exports, and what else the turn that loaded it said. Raises `LoadFailed`,
        `Died`.
        """
        kept, answer = [], None
        for text in _decoded(said):
            if isinstance(text, dict) and text.get("t") in ("loaded", "failed"):
                answer = text
            else:
                kept.append(text)
        rest = json.dumps(kept)
        if answer is None:
            raise LoadFailed(Failure("Error", "the main module does not finish its top-level await"), rest)
        if answer["t"] == "failed":
            failure = failure_of(answer.get("error"))
            self._check_memory(failure.name, failure.message)
            raise LoadFailed(placed_import(failure, self._modules.source), rest)
        exports = answer.get("exports")
        if not isinstance(exports, list) or not all(isinstance(name, str) for name in exports):
            raise Died("TRAP", "the isolate does not say what it exports")
        return [well_formed(name) for name in exports], rest

    def begin(self, message: str) -> None:
        """Start a turn that delivers a message."""
        self._message = message

    def slice(self) -> bool:
        """Run until all is done. Raises `Died`."""
        message = self._message.encode("utf-8", "surrogatepass")
        self._said = self._timed(lambda: self._drive(message))
        return True

    def take(self) -> str:
        """What the turn said, a JSON array. Raises `Died`."""
        said = self._said
        if '"error"' in said and ("out of memory" in said or self._nearly_full):
            self._look_for_full_memory(said)
        return said

    def load(self) -> tuple[list[str], str]:
        """Evaluate the modules in one go, as `loaded` says."""
        self.begin(load_message(self._load))
        while not self.slice():
            pass
        return self.loaded(self.take())

    def turn(self, message: str) -> str:
        """Deliver a message in one go; what was said."""
        self.begin(message)
        while not self.slice():
            pass
        return self.take()

    def _timed(self, run: Callable[[], str]) -> str:
        fence = self._template.fence
        fence.begin(self._instance.store, self._load.cpu_ms)
        try:
            return run()
        except Died as death:
            raise self._explained(death) from None
        finally:
            self.cpu_us = fence.end()

    def _drive(self, message: bytes) -> str:
        instance, handles = self._instance, self._template.handles
        fits = len(message) <= BUFFER_BYTES
        pointer = handles.buffer if fits else instance.allocate(message)
        if fits:
            instance.write(pointer, message)
        status = instance.call(DRIVER, pointer, len(message))
        if not fits:
            instance.call("qjs_free", pointer, len(message))
        if status != OK:
            raise self._refusal(status)
        pointer, length = _PLACE.unpack(instance.read(handles.driver.text, _PLACE.size))
        if length > MOST_SAID_BYTES:
            raise Died("MEMORY_LIMIT", "the isolate said more in one turn than it may")
        try:
            return instance.read(pointer, length).decode()
        except UnicodeDecodeError:
            raise Died("TRAP", "the isolate said what is no text") from None

    def _refusal(self, status: int) -> Died:
        """Why a turn did not end well without a trap: the runtime itself threw, most likely for want of
        memory.
        """
        if status == JS_ERROR and not self._nearly_full:
            slots = self._template.handles.slots
            self._instance.call("last_exception", slots)
            thrown = text_of(self._instance, self._instance.read_number(slots))
            if "out of memory" not in thrown:
                return Died("TRAP", f"the isolate's runtime failed: {thrown[:500]}")
        return Died("MEMORY_LIMIT")

    @property
    def _nearly_full(self) -> bool:
        return self._instance.memory_bytes > self._js_memory - _NEARLY

    def _explained(self, death: Died) -> Died:
        if self._template.fence.expired or death.code == "CPU_LIMIT":
            return Died("CPU_LIMIT", f"used more than {self._load.cpu_ms} ms of CPU time in one turn")
        if death.code == "MEMORY_LIMIT" and not death.message:
            return self._full()
        return death

    def _full(self) -> Died:
        return Died("MEMORY_LIMIT", f"used more than {self._load.memory_bytes >> 20} MiB of memory")

    def _look_for_full_memory(self, said: str) -> None:
        for message in _decoded(said):
            if (
                isinstance(message, dict)
                and message.get("t") == "result"
                and isinstance(message.get("error"), str)
            ):
                failure = failure_of(message["error"])
                self._check_memory(failure.name, failure.message)

    def _check_memory(self, name: str, message: str) -> None:
        """An uncaught error for want of memory ends the isolate: what is left of it is not to be trusted."""
        if (name == "InternalError" and message == "out of memory") or (
            message == "null" and self._nearly_full
        ):
            raise self._full()


def _decoded(said: str) -> list[Any]:
    try:
        return read_json(said, _messages)
    except BadJson:
        raise Died("TRAP", "the isolate said what is no JSON") from None
