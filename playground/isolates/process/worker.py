"""The worker: what each message does to the isolates, and what is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from playground.isolates.guest_json import parts
from playground.isolates.process.failure import Failure
from playground.isolates.process.instance import Died
from playground.isolates.process.isolate import LoadFailed
from playground.isolates.process.lane import Sliced
from playground.isolates.process.scheduler import Ended, Part, Scheduler
from playground.isolates.wire import (
    Dead,
    Drop,
    Failed,
    FromWorker,
    Load,
    Loaded,
    Out,
    Ping,
    Pong,
    Said,
    ToWorker,
    Turn,
)

_LOADING = 0
"""The number of the turn in which an isolate's modules are evaluated."""
_PART_BYTES: Final = 64 << 10
_PART_MESSAGES: Final = 1000


class Tenant(Sliced, Protocol):
    """An isolate as the worker needs it."""

    @property
    def memory_bytes(self) -> int:
        """Its memory's size."""
        ...

    @property
    def heap_bytes(self) -> int:
        """What of it JavaScript uses."""
        ...

    def loaded(self, said: str) -> tuple[list[str], str]:
        """The main module's exports, and what else that turn said. Raises `LoadFailed`, `Died`."""
        ...


class Worker:
    """Takes messages, and runs what they ask for when it is told to. It acts only when spoken to: timers and
    limits of wall-clock time are the server's.
    """

    def __init__(self, make: Callable[[Load], Tenant], scheduler: Scheduler | None = None) -> None:
        self._make = make
        self._scheduler = scheduler or Scheduler()
        self._isolates: dict[int, Tenant] = {}

    @property
    def idle(self) -> bool:
        """Whether nothing is left to run."""
        return self._scheduler.idle

    @property
    def has_fresh(self) -> bool:
        """Whether a turn waits that is likely short."""
        return self._scheduler.has_fresh

    def take(self, message: ToWorker) -> list[FromWorker]:
        """Do at once what can be done at once, queue the rest; the answers that are there already."""
        match message:
            case Turn():
                limit_us = message.cpu_ms * 1000
                if self._scheduler.submit(message.isolate, message.turn, message.message, limit_us):
                    return []
                return [_gone(message.isolate, message.turn)]
            case Load():
                answers = self._drop(message.isolate)
                self._open(message)
                return answers
            case Drop():
                return self._drop(message.isolate)
            case Ping():
                return [Pong(message.number)]

    def step(self) -> list[FromWorker]:
        """Run one slice of one turn; the answers that came of it."""
        answers: list[FromWorker] = []
        for ended in self._scheduler.step():
            if isinstance(ended, Part):
                answers += _parts_of(ended.isolate, ended.said)
                continue
            for answer in self._answers(ended):
                answers += _in_parts(answer)
        return answers

    def _open(self, load: Load) -> None:
        def make() -> Sliced:
            isolate = self._isolates[load.isolate] = self._make(load)
            return isolate

        tenant = load.tenant or f"\0{load.isolate}"
        self._scheduler.open(load.isolate, tenant, load.cpu_ms * 1000, make)
        self._scheduler.submit(load.isolate, _LOADING, "")

    def _drop(self, number: int) -> list[FromWorker]:
        self._isolates.pop(number, None)
        return [_unfinished(ended) for ended in self._scheduler.drop(number)]

    def _answers(self, ended: Ended) -> list[FromWorker]:
        number = ended.isolate
        if ended.said is not None:
            if ended.turn == _LOADING:
                return self._loaded(ended, ended.said)
            isolate = self._isolates[number]
            said, cpu_us = ended.said, ended.cpu_us
            return [Out(number, ended.turn, said, cpu_us, isolate.memory_bytes, isolate.heap_bytes)]
        self._isolates.pop(number, None)
        last: list[FromWorker] = _parts_of(number, ended.last) if ended.last != "[]" else []
        return [*last, _unfinished(ended)]

    def _loaded(self, ended: Ended, said: str) -> list[FromWorker]:
        number = ended.isolate
        try:
            exports, rest = self._isolates[number].loaded(said)
        except LoadFailed as failed:
            return [_failed(ended, failed.failure, failed.said), *self._drop(number)]
        except Died as death:
            return [_died_loading(ended, death), *self._drop(number)]
        return [Loaded(number, exports, rest, ended.cpu_us, self._isolates[number].heap_bytes)]


def _in_parts(answer: FromWorker) -> list[FromWorker]:
    """An answer that says much, as several: the server does other things in between."""
    if not isinstance(answer, (Loaded, Failed, Out)) or len(answer.messages) <= _PART_BYTES:
        return [answer]
    rest = msgspec.structs.replace(answer, messages="[]")
    return [*_parts_of(answer.isolate, answer.messages), rest]


def _parts_of(isolate: int, messages: str) -> list[FromWorker]:
    return [Said(isolate, text) for text in parts(messages, _PART_MESSAGES, _PART_BYTES)]


def _unfinished(ended: Ended) -> FromWorker:
    death = ended.death
    if ended.turn == _LOADING:
        return _died_loading(ended, death or Died("TRAP", "the isolate was dropped while it was loaded"))
    if death is None:
        return _gone(ended.isolate, ended.turn)
    return Dead(ended.isolate, ended.turn, death.code, death.message, ended.cpu_us, ended.owner)


def _gone(isolate: int, turn: int) -> FromWorker:
    return Dead(isolate, turn, "GONE", "the isolate is gone")


def _died_loading(ended: Ended, death: Died) -> FromWorker:
    return Failed(ended.isolate, "Error", death.message, "[]", death.code, cpu_us=ended.cpu_us)


def _failed(ended: Ended, failure: Failure, said: str) -> FromWorker:
    return Failed(
        ended.isolate, failure.name, failure.message, said, None,
        failure.module, failure.line, failure.column, failure.stack, ended.cpu_us,
    )  # fmt: skip
