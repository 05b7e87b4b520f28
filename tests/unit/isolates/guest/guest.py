"""The guest as its tests see it: a tenant's modules in an isolate, one turn after the other."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from playground.core.codec import DecodeHook, decode, encode
from playground.core.errors import ErrorRecord
from playground.core.values import Encoded, Value
from playground.isolates.guest_messages import quoted
from playground.isolates.load_failure import TenantModules
from playground.isolates.module import ModuleSource
from playground.isolates.process.instance import Died
from playground.isolates.process.isolate import Isolate
from playground.isolates.process.template import Template
from playground.isolates.process.typescript import TypeScript
from playground.isolates.wire import Load

MEMORY = 64 << 20
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Reference:
    """What stands in a value for a function, a stub or a target."""

    tag: str
    content: Any


def messages(said: str) -> list[dict[str, Any]]:
    """What the guest said in a turn, with long values where short ones are."""
    found: list[dict[str, Any]] = quoted(json.loads(said))
    return found


@dataclass
class Said:
    """What the guest said in a turn, by kind."""

    messages: list[dict[str, Any]]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["t"] == kind]

    @property
    def lines(self) -> list[str]:
        """The texts of its console lines."""
        return [message["message"] for message in self.of("log")]

    @property
    def result(self) -> Value:
        """The value of the only call that ended."""
        (message,) = self.of("result")
        assert "error" not in message, decode(text(message["error"]), hook=Reference)
        return decode(text(message["ok"]), hook=Reference)

    @property
    def error(self) -> ErrorRecord:
        """The error of the only call that ended."""
        (message,) = self.of("result")
        record = decode(text(message["error"]), hook=Reference)
        assert isinstance(record, ErrorRecord)
        return record

    @property
    def ask(self) -> dict[str, Any]:
        """The only thing that it asked for."""
        (message,) = self.of("ask")
        return message

    @property
    def arguments(self) -> list[Value]:
        """The arguments of the only thing that it asked for."""
        value = decode(text(self.ask["args"]), hook=Reference)
        assert isinstance(value, list)
        return value


@dataclass
class Guest:
    """An isolate with a tenant's modules, loaded."""

    template: Template
    typescript: TypeScript
    modules: Mapping[str, ModuleSource]
    main: str = "index.js"
    env: Value = field(default_factory=dict)
    cpu_ms: int = 5000

    def __post_init__(self) -> None:
        modules = TenantModules(self.modules, self.main)
        load = Load(
            next(_numbers),
            modules.wire(),
            modules.main,
            _wire(self.env, Stub.node),
            self.cpu_ms,
            MEMORY,
        )
        self.isolate = Isolate(self.template, self.typescript, load)
        self.exports, said = self.isolate.loaded(self.whole_turn(""))
        self.loaded = Said(messages(said))
        self._calls = itertools.count(1)

    def turn(self, kind: str, **fields: Any) -> Said:
        """Deliver a message."""
        message = msgspec.json.encode({"t": kind, **fields}).decode()
        return Said(messages(self.whole_turn(message)))

    def whole_turn(self, message: str) -> str:
        """Deliver a message and run until all is done: a JSON array of what was said. Raises `Died`."""
        self.isolate.begin(message)
        while not self.isolate.slice():
            if self.isolate.cpu_us > self.cpu_ms * 1000:
                raise Died("CPU_LIMIT", f"used more than {self.cpu_ms} ms of CPU time in one turn")
        return self.isolate.take()

    def call(
        self,
        method: str,
        *arguments: Value,
        entry: str | None = None,
        run: str | None = None,
        time: int | None = None,
    ) -> Said:
        """Call a method of an export. It has the next id, from 1. `time` is what a run's clock says."""
        fields: dict[str, Any] = {"run": run} if run is not None else {}
        if time is not None:
            fields["time"] = time
        args = _wire(list(arguments), Stub.node)
        return self.turn("call", id=next(self._calls), entry=entry, method=method, args=args, **fields)

    def invoke(
        self, fn: int, *arguments: Value, step: Mapping[str, Any] | None = None, method: str | None = None
    ) -> Said:
        """Call a function that it handed out, or a method of a target."""
        args = _wire(list(arguments), Stub.node)
        named = {} if method is None else {"method": method}
        return self.turn("invoke", id=next(self._calls), fn=fn, args=args, step=step, attempt=1, **named)

    def answer(self, ask: int, value: Value, *, time: int | None = None) -> Said:
        """Answer what it asked for; `time` is what the run's clock says from then on."""
        fields = {"time": time} if time is not None else {}
        return self.turn("answer", id=ask, ok=_wire(value, Stub.node), **fields)

    def refuse(self, ask: int, error: ErrorRecord) -> Said:
        """Answer what it asked for with an error."""
        return self.turn("answer", id=ask, error=_wire(error, None))

    def run(self, payload: Value = None, *, seed: str = "seed", time: int | None = None) -> Said:
        """Call `run` of the export `TenantWorkflow`."""
        from datetime import UTC, datetime

        event = {
            "payload": payload,
            "timestamp": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            "instanceId": "one",
            "workflowName": "dynamic-workflow",
        }
        step = Stub(7, ("do", "sleep", "sleepUntil", "waitForEvent"))
        return self.call("run", event, step, entry="TenantWorkflow", run=seed, time=time)


@dataclass(frozen=True)
class Stub:
    """A host object that the guest is given."""

    id: int
    methods: tuple[str, ...] = ()
    props: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def node(value: Any) -> dict[str, Any] | None:
        if not isinstance(value, Stub):
            return None
        return {"$stub": {"id": value.id, "methods": list(value.methods), "props": dict(value.props)}}


def text(wire: str) -> Encoded:
    """What the guest wrote, as it is stored."""
    return Encoded(wire.encode("utf-8", "surrogatepass"))


def _wire(value: Value, hook: Callable[[Any], dict[str, Any] | None] | None) -> str:
    return encode(value, hook=hook).data.decode("utf-8", "surrogatepass")


_: DecodeHook = Reference
