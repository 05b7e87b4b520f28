"""What each message does to the isolates, and that each turn is answered once."""

from __future__ import annotations

import json
from collections.abc import Callable

from playground.isolates.process.failure import Failure
from playground.isolates.process.instance import Died
from playground.isolates.process.isolate import LoadFailed
from playground.isolates.process.scheduler import Scheduler
from playground.isolates.process.worker import Worker
from playground.isolates.wire import Dead, Drop, Failed, FromWorker, Load, Loaded, Out, Ping, Pong, Said, Turn

SLICE_US = 2500


class FakeTenant:
    """Runs as long as each message says; what it is loaded with says how that goes."""

    memory_bytes = 4096
    heap_bytes = 1024

    def __init__(self, load: Load, run: Callable[[int], None]) -> None:
        self._how = load.main
        self._run = run
        self._left_us = 0
        self.cpu_us = 0
        self.closed = False
        self.speech = ""

    def begin(self, message: str) -> None:
        self.cpu_us = 0
        self._left_us = int(message) if message.isdigit() else 100

    def slice(self) -> bool:
        if self._how == "dies":
            raise Died("MEMORY_LIMIT", "too much")
        used = min(self._left_us, SLICE_US)
        self._left_us -= used
        self.cpu_us += used
        self._run(used)
        return not self._left_us

    def take(self) -> str:
        return self.speech or json.dumps([self.cpu_us])

    owner = 0
    so_far = "[]"

    def said_so_far(self) -> str:
        said, self.so_far = self.so_far, "[]"
        return said

    def loaded(self, said: str) -> tuple[list[str], str]:
        if self._how == "fails":
            raise LoadFailed(Failure("SyntaxError", "no", "index.js", 3, 4, "at"), "[1]")
        if self._how == "traps":
            raise Died("TRAP", "nonsense")
        return ["default"], "[2]"

    def close(self) -> None:
        assert not self.closed
        self.closed = True


class Rig:
    def __init__(self) -> None:
        self.now = 0.0
        self.tenants: dict[int, FakeTenant] = {}
        scheduler = Scheduler(lambda: self.now, lambda: self.now)
        self.worker = Worker(self._make, scheduler)

    def _make(self, load: Load) -> FakeTenant:
        tenant = self.tenants[load.isolate] = FakeTenant(load, self._pass)
        return tenant

    def _pass(self, microseconds: int) -> None:
        self.now += microseconds / 1e6

    def load(self, number: int, how: str = "works", tenant: str = "") -> list[FromWorker]:
        return self.worker.take(Load(number, {}, how, "j{}", 100, 1 << 20, tenant))

    def turn(self, number: int, turn: int, us: int = 100) -> list[FromWorker]:
        return self.worker.take(Turn(number, turn, str(us)))

    def run(self) -> list[FromWorker]:
        answers: list[FromWorker] = []
        while not self.worker.idle:
            answers += self.worker.step()
        return answers


def test_an_isolate_is_loaded_and_takes_turns() -> None:
    rig = Rig()
    assert rig.load(1) == []
    assert rig.turn(1, 7, 300) == []
    loaded, out = rig.run()
    assert isinstance(loaded, Loaded)
    assert (loaded.exports, loaded.messages, loaded.cpu_us) == (["default"], "[2]", 100)
    assert isinstance(out, Out)
    assert (out.isolate, out.turn, out.messages, out.cpu_us, out.memory_bytes) == (1, 7, "[300]", 300, 4096)


def test_who_says_much_says_it_in_parts_and_what_they_are_is_the_same() -> None:
    rig = Rig()
    rig.load(1)
    rig.run()
    said = [{"number": number, "text": "\ud800é" + "x" * 1000} for number in range(300)]
    rig.tenants[1].speech = json.dumps(said, separators=(",", ":"))
    rig.turn(1, 7)
    *told, out = rig.run()
    assert isinstance(out, Out)
    assert (out.turn, out.messages) == (7, "[]")
    assert len(told) > 3
    heard = [json.loads(part.messages) for part in told if isinstance(part, Said)]
    assert [message for part in heard for message in part] == said
    assert all(len(part.messages) < 70_000 for part in told if isinstance(part, Said))


def test_what_is_said_in_a_long_turn_is_sent_on_as_it_goes() -> None:
    rig = Rig()
    rig.load(1)
    rig.run()
    rig.tenants[1].so_far = '[{"t":"begun"}]'
    rig.turn(1, 7, 3 * SLICE_US)
    said, out = rig.run()
    assert said == Said(1, '[{"t":"begun"}]')
    assert isinstance(out, Out)
    assert out.turn == 7


def test_one_that_dies_has_said_what_it_said_and_whose_work_it_did() -> None:
    rig = Rig()
    rig.load(1)
    rig.run()
    rig.tenants[1].owner = -3
    rig.turn(1, 7, 10**9)
    answers: list[FromWorker] = []
    while not any(isinstance(answer, Dead) for answer in answers):
        rig.tenants[1].so_far = f"[{len(answers)}]"
        answers += rig.worker.step()
    *said, dead = answers
    assert said == [Said(1, f"[{number}]") for number in range(len(said))]
    assert len(said) > 3
    assert isinstance(dead, Dead)
    assert (dead.code, dead.owner) == ("CPU_LIMIT", -3)


def test_one_that_fails_to_load_is_gone_with_what_waited() -> None:
    rig = Rig()
    rig.load(1, "fails")
    rig.turn(1, 7)
    failed, dead = rig.run()
    assert isinstance(failed, Failed)
    assert (failed.name, failed.message, failed.messages, failed.code) == ("SyntaxError", "no", "[1]", None)
    assert (failed.module, failed.line, failed.column, failed.cpu_us) == ("index.js", 3, 4, 100)
    assert isinstance(dead, Dead)
    assert (dead.turn, dead.code) == (7, "GONE")
    assert rig.tenants[1].closed
    assert [type(answer) for answer in rig.turn(1, 8)] == [Dead]


def test_one_that_dies_while_it_is_loaded_says_why() -> None:
    rig = Rig()
    for number, (how, code) in enumerate([("dies", "MEMORY_LIMIT"), ("traps", "TRAP")], 1):
        rig.load(number, how)
        (failed,) = rig.run()
        assert isinstance(failed, Failed)
        assert failed.code == code
        assert rig.tenants[number].closed


def test_a_turn_over_its_limit_is_dead_with_what_it_used() -> None:
    rig = Rig()
    rig.load(1)
    rig.run()
    rig.turn(1, 7, 10**9)
    rig.turn(1, 8)
    dead, gone = rig.run()
    assert isinstance(dead, Dead)
    assert (dead.turn, dead.code, dead.cpu_us) == (7, "CPU_LIMIT", 100_000)
    assert gone == Dead(1, 8, "GONE", "the isolate is gone")


def test_dropping_answers_what_was_asked_and_ends_a_suspended_turn() -> None:
    rig = Rig()
    rig.load(1)
    rig.run()
    rig.turn(1, 7, 10**9)
    rig.turn(1, 8)
    rig.worker.step()
    answers = rig.worker.take(Drop(1))
    assert answers == [Dead(1, turn, "GONE", "the isolate is gone") for turn in (7, 8)]
    assert rig.tenants[1].closed
    assert rig.worker.idle
    assert rig.worker.take(Drop(1)) == []


def test_dropping_one_that_is_being_loaded_answers_the_load() -> None:
    rig = Rig()
    rig.load(1)
    (failed,) = rig.worker.take(Drop(1))
    assert isinstance(failed, Failed)
    assert failed.code == "TRAP"
    assert rig.worker.idle


def test_an_echo_comes_at_once_while_turns_wait() -> None:
    rig = Rig()
    rig.load(1)
    assert rig.worker.take(Ping(5)) == [Pong(5)]


def test_isolates_of_a_tenant_share_its_time() -> None:
    rig = Rig()
    for number in range(1, 5):
        rig.load(number, tenant="greedy" if number < 4 else "modest")
    rig.run()
    for number in range(1, 5):
        rig.turn(number, 1, 90_000)
    answers = rig.run()
    order = [answer.isolate for answer in answers if isinstance(answer, Out)]
    assert order[0] == 4, "three of one tenant go on three times as slowly"
