"""The worker: isolates by number, and what each message does to them."""

from __future__ import annotations

from collections.abc import Iterator

from playground.isolates.process.instance import Died
from playground.isolates.process.isolate import Isolate, LoadFailed
from playground.isolates.process.template import Template
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
    ToWorker,
    Turn,
)


class Worker:
    """Answers messages one by one. It acts only when spoken to: timers and limits of wall-clock time are
    the server's.
    """

    def __init__(self, template: Template) -> None:
        self._template = template
        self._isolates: dict[int, Isolate] = {}

    def answer(self, message: ToWorker) -> FromWorker | None:
        """Do what the message says; the answer, if it has one."""
        match message:
            case Load():
                return self._load(message)
            case Turn():
                return self._turn(message)
            case Drop():
                self._forget(message.isolate)
                return None
            case Ping():
                return Pong(message.number)

    def answers(self, messages: list[ToWorker]) -> Iterator[FromWorker]:
        """The answers to `messages`, each as soon as it is there."""
        for message in messages:
            answer = self.answer(message)
            if answer is not None:
                yield answer

    def _load(self, load: Load) -> FromWorker:
        self._forget(load.isolate)
        try:
            isolate = self._isolates[load.isolate] = Isolate(self._template, load)
            exports, said = isolate.load()
        except LoadFailed as failed:
            self._forget(load.isolate)
            found = failed.failure
            return Failed(
                load.isolate, found.name, found.message, failed.said, None,
                found.module, found.line, found.column, found.stack,
            )  # fmt: skip
        except Died as death:
            self._forget(load.isolate)
            return Failed(load.isolate, "Error", death.message, "[]", death.code)
        return Loaded(load.isolate, exports, said, isolate.cpu_us)

    def _turn(self, turn: Turn) -> FromWorker:
        isolate = self._isolates.get(turn.isolate)
        if isolate is None:
            return Dead(turn.isolate, turn.turn, "GONE", "the isolate is gone")
        try:
            said = isolate.turn(turn.message)
        except Died as death:
            self._forget(turn.isolate)
            return Dead(turn.isolate, turn.turn, death.code, death.message)
        return Out(turn.isolate, turn.turn, said, isolate.cpu_us, isolate.memory_bytes)

    def _forget(self, number: int) -> None:
        isolate = self._isolates.pop(number, None)
        if isolate is not None:
            isolate.close()
