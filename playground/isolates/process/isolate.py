"""One isolate: an instance of the template with a tenant's modules in it."""

from __future__ import annotations

import json
import time
from typing import Any, Final

import msgspec

from playground.isolates.guest_json import BadJson, read_json, well_formed
from playground.isolates.process.failure import Failure, failure_of
from playground.isolates.process.instance import DONE, SAID_TOO_MUCH, THREW, Died
from playground.isolates.process.modules import Preparation
from playground.isolates.process.template import Template
from playground.isolates.process.typescript import TypeScript
from playground.isolates.wire import Load

MOST_SAID_BYTES: Final = 16 << 20
"""The most that a guest may say in one turn."""

_JS_SHARE: Final = 0.75
"""JavaScript's share of an isolate's memory. At its end allocations throw; at the end of the whole the
isolate dies.
"""
_NEARLY: Final = 8 << 20
_NOTHING_TO_THROW: Final = ("null", "[uninitialized]", "Invalid error message")
"""What the engine throws where it has no memory for an error."""
_messages: Final = msgspec.json.Decoder(list[Any])


class LoadFailed(Exception):
    """The modules do not parse, link or evaluate; the isolate is of no use. `said` is what the guest said
    until then.
    """

    def __init__(self, failure: Failure, said: str) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.said = said


class Isolate:
    """A tenant's code in an instance of its own.

    A turn is begun, run in slices until it ends, and what it said is taken. After `Died` the isolate must be
    closed, and not used again.
    """

    def __init__(self, template: Template, typescript: TypeScript, load: Load) -> None:
        self._load = load
        self._typescript = typescript
        self._js_memory = int(load.memory_bytes * _JS_SHARE)
        self._template_heap = template.facts.heap_bytes
        self._instance = template.instantiate(load.memory_bytes)
        self._instance.limit_heap(self._js_memory)
        self._preparation: Preparation | None = None
        self._waiting: bytes | None = None
        self._taken = 0
        self._blamed = 0
        self._before: str | None = None
        self.cpu_us = 0
        """CPU time that the last turn has used so far."""

    def close(self) -> None:
        """Give the memory back to the system, also amid a turn."""
        self._instance.close()

    @property
    def memory_bytes(self) -> int:
        """The size of its memory."""
        return self._instance.memory_bytes

    @property
    def heap_bytes(self) -> int:
        """What JavaScript uses of it, beyond what every isolate starts with. 0 at the least."""
        return max(0, self._instance.heap_bytes - self._template_heap)

    # -- turns

    def begin(self, message: str) -> None:
        """Start the turn that delivers `message`; with none, the one that evaluates the modules. Raises
        `Died`.
        """
        self.cpu_us = 0
        if message:
            self._start(message)
        else:
            self._preparation = Preparation(self._load.modules, self._typescript)

    def _start(self, message: str) -> None:
        self._instance.fill_pool()
        data = message.encode("utf-8", "surrogatepass")
        if len(data) <= self._instance.room():
            self._deliver(data)
        else:
            self._waiting = data
            self._instance.begin("reserve", len(data))

    def slice(self) -> bool:
        """Run on until the turn ends (True), or others may have a turn. Raises `Died`."""
        begun = time.thread_time_ns()
        try:
            ended = self._is_prepared() and self._instance.slice() and self._ended()
        except Died as death:
            raise self._explained(death) from None
        finally:
            self.cpu_us += (time.thread_time_ns() - begun) // 1000
        return ended

    def take(self) -> str:
        """What the turn that ended said: a JSON array. Raises `Died`."""
        return self._checked(self._said())

    def said_so_far(self) -> str:
        """What the turn that is under way has said since this was asked last: a JSON array. Not while the
        modules are evaluated. Raises `Died`. After that, what it had said before the reason.
        """
        if self._before is not None:
            return self._before
        if self._waiting is not None or self._preparation is not None or self._instance.failed:
            return "[]"
        return self._checked(self._said())

    @property
    def owner(self) -> int:
        """Whose work it does, as the guest says: the number of a call, or 0."""
        return self._blamed or self._instance.owner

    def loaded(self, said: str) -> tuple[list[str], str]:
        """What the main module exports, and what else the turn said that evaluated the modules. Raises
        `LoadFailed`,
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
            raise LoadFailed(failure, rest)
        exports = answer.get("exports")
        if not isinstance(exports, list) or not all(isinstance(name, str) for name in exports):
            raise Died("TRAP", "the isolate does not say what it exports")
        return [well_formed(name) for name in exports], rest

    # -- the guest's answers

    def _is_prepared(self) -> bool:
        """Whether the guest has its message; before the first one, the modules are made ready for it."""
        if self._preparation is None:
            return True
        if not self._preparation.step():
            return False
        modules, self._preparation = self._preparation.modules, None
        message = {"t": "load", "main": self._load.main, "env": self._load.env, "modules": modules}
        self._start(msgspec.json.encode(message).decode())
        return True

    def _deliver(self, data: bytes) -> None:
        self._taken = 0
        self._instance.put(data)
        self._instance.begin("turn", len(data))

    def _ended(self) -> bool:
        """What follows on a call that ended; whether that was the turn's last."""
        result = self._instance.result
        if self._waiting is not None:
            if result != DONE:
                raise Died("MEMORY_LIMIT")
            data, self._waiting = self._waiting, None
            self._deliver(data)
            return self._instance.slice() and self._ended()
        if result != DONE:
            raise self._refusal(result)
        return True

    def _refusal(self, status: int) -> Died:
        """Why a turn did not end well without a trap: the runtime itself threw, most likely for want of
        memory.
        """
        if status == SAID_TOO_MUCH:
            return Died("MEMORY_LIMIT", "the isolate said more in one turn than it may")
        if status == THREW and not self._nearly_full:
            thrown = self._instance.said(MOST_SAID_BYTES).decode("utf-8", "replace")
            if "out of memory" not in thrown:
                return Died("TRAP", f"the isolate's runtime failed: {thrown[:500]}")
        return Died("MEMORY_LIMIT")

    def _checked(self, said: str) -> str:
        if '"error"' in said and ("out of memory" in said or self._nearly_full):
            self._look_for_full_memory(said)
        return said

    def _said(self) -> str:
        try:
            data = self._instance.said(MOST_SAID_BYTES, self._taken)
            text = data.decode()
        except UnicodeDecodeError:
            raise Died("TRAP", "the isolate said what is no text") from None
        if self._taken:
            text = text.removeprefix(",")
        self._taken += len(data)
        return f"[{text}]"

    @property
    def _nearly_full(self) -> bool:
        return self._instance.memory_bytes > self._js_memory - _NEARLY

    def _explained(self, death: Died) -> Died:
        if death.code == "MEMORY_LIMIT" and not death.message:
            return self._full()
        return death

    def _full(self) -> Died:
        return Died("MEMORY_LIMIT", f"used more than {self._load.memory_bytes >> 20} MiB of memory")

    def _look_for_full_memory(self, said: str) -> None:
        messages = _decoded(said)
        for place, message in enumerate(messages):
            if (
                isinstance(message, dict)
                and message.get("t") == "result"
                and isinstance(message.get("error"), str)
            ):
                failure = failure_of(message["error"])
                try:
                    self._check_memory(failure.name, failure.message)
                except Died:
                    # the turn went on after that; whose error it was, and what came before, it has said
                    self._before = json.dumps(messages[:place])
                    if type(number := message.get("id")) is int and -(1 << 31) <= number < 0:
                        self._blamed = number
                    raise

    def _check_memory(self, name: str, message: str) -> None:
        """An uncaught error for want of memory ends the isolate: what is left of it is not to be trusted."""
        said_so = message == "out of memory" and (name == "InternalError" or self._nearly_full)
        if said_so or (message in _NOTHING_TO_THROW and self._nearly_full):
            raise self._full()


def _decoded(said: str) -> list[Any]:
    try:
        return read_json(said, _messages)
    except BadJson:
        raise Died("TRAP", "the isolate said what is no JSON") from None
