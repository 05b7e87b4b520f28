"""What must hold of a journal, and of what happened outside, after a server was killed again and again."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playground.bridge.envelope import unwrap_params
from playground.core.codec import decode
from playground.core.values import Encoded
from tests.crash.effects import Effect
from tests.crash.killed_server import Acknowledged, Kill
from tests.crash.killed_workflows import STEPS, outcome

_STATUS: Final = {"workflow_completed": "complete", "workflow_errored": "errored"}
_CLOCK_MS: Final = 50
Key = tuple[str, str]


@dataclass
class Attempt:
    """One attempt in the log: when it started and ended (epoch ms), and how."""

    number: int
    started: int
    ended: int | None = None
    interrupted: bool = False
    completed: bool = False


@dataclass
class Journaled:
    """One instance in the journal."""

    scope: str
    id: str
    status: str
    shape: str
    n: int
    entries: list[tuple[int, str, int, dict[str, Any], bytes | None]]
    attempts: dict[Key, list[Attempt]] = field(default_factory=lambda: defaultdict(list))


def names(folder: Path) -> list[tuple[str, str]]:
    """Scope and id of all instances; the server may be running."""
    with closing(sqlite3.connect(folder / "playground.db")) as connection:
        return connection.execute("SELECT scope, id FROM instances").fetchall()


def read(folder: Path) -> Generator[Journaled]:
    """All instances, one after the other. The file is checked, too."""
    with closing(sqlite3.connect(folder / "playground.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = connection.execute("SELECT key, scope, id, status, params, next_seq FROM instances")
        for key, scope, id, status, params, next_seq in rows.fetchall():
            envelope = unwrap_params(decode(Encoded(params)))
            assert envelope is not None
            log = connection.execute(
                "SELECT seq, type, time, data, value FROM entries WHERE instance_key = ? ORDER BY seq", (key,)
            )
            entries = [(seq, type, time, json.loads(data), value) for seq, type, time, data, value in log]
            assert [entry[0] for entry in entries] == list(range(1, next_seq)), id
            yield Journaled(scope, id, status, envelope.params["shape"], envelope.params["n"], entries)


@dataclass
class Outside:
    """What the effects come to: how many each step has, and which attempts."""

    by_step: Counter[tuple[str, str, str]]
    by_attempt: Counter[Effect]

    @classmethod
    def of(cls, effects: list[Effect]) -> Outside:
        """What is told of a rollback handler is not which of its own attempts it was."""
        return cls(
            Counter((effect.instance, effect.kind, effect.step) for effect in effects),
            Counter(effect for effect in effects if effect.kind == "do"),
        )


def check(
    instances: Iterable[Journaled], told: Acknowledged, kills: list[Kill], effects: list[Effect]
) -> tuple[int, int]:
    """All that was acknowledged is there, all has ended well, and nothing was done too often.

    Answers how many instances there are, and how many attempts were interrupted.
    """
    events, paused = defaultdict(list), set(told.paused)
    for id, payload in told.events:
        events[id].append(payload)
    outside = Outside.of(effects)
    assert max(outside.by_attempt.values(), default=1) == 1, "an attempt was made twice"
    known: set[tuple[str, str, str]] = set()
    ids, interrupted = set(), 0
    for one in instances:
        ids.add(one.id)
        _check_told(one, told, events[one.id], one.id in paused)
        _check_steps(one, kills)
        _check_end(one)
        _check_outside(one, outside)
        known.update((one.id, *key) for key in one.attempts)
        interrupted += sum(attempt.interrupted for each in one.attempts.values() for attempt in each)
    assert told.created.keys() <= ids, "an acknowledged instance is lost"
    assert outside.by_step.keys() <= known
    return len(ids), interrupted


def _check_told(one: Journaled, told: Acknowledged, events: list[str], paused: bool) -> None:
    assert told.created.get(one.id, one.n) == one.n
    received = _received(one)
    assert set(events) <= set(received), ("an acknowledged event is lost", one.id, events)
    types = {entry[1] for entry in one.entries}
    assert not paused or types & {"workflow_paused", "workflow_pausing"}, ("a pause is lost", one.id)
    if (status := told.ended.get(one.id)) is not None:
        assert status["status"] == one.status, ("what was told is not so", one.id)


def _check_outside(one: Journaled, outside: Outside) -> None:
    for (kind, name), attempts in one.attempts.items():
        times = outside.by_step[one.id, kind, name]
        assert 1 <= times <= len(attempts), ("effects", one.id, one.shape, kind, name, times, attempts)
        for attempt in attempts:
            happened = outside.by_attempt[Effect(one.id, kind, name, attempt.number)]
            assert kind != "do" or happened or not attempt.completed, ("no effect", one.id, name)


def _received(one: Journaled) -> list[str]:
    """The payloads of the events that were received, in order."""
    return [
        str(decode(Encoded(value)))
        for _, type, _, _, value in one.entries
        if type == "event_received" and value is not None
    ]


def _check_end(one: Journaled) -> None:
    _, type, _, _, value = one.entries[-1]
    where = (one.id, one.shape, one.n, one.status, type)
    assert _STATUS.get(type) == one.status, ("it has not ended well", where)
    assert sum(entry[1] in _STATUS for entry in one.entries) == 1, where
    assert not [entry for entry in one.entries if entry[1] == "nondeterminism_detected"], where
    assert value is not None
    came_to: Any = decode(Encoded(value))
    if (expected := outcome(one.shape, one.n)) is not None:
        if one.status == "errored":
            came_to = (came_to.name, came_to.message)
        elif one.shape == "fails" and one.attempts["do", "never"][-1].interrupted:
            # killed twice, it had no attempt left to fail in its own way
            expected = ("complete", ["Interrupted", came_to[1], one.n])
        assert (one.status, came_to) == expected, where
    elif one.shape == "race":
        first = next(entry[3]["step"]["name"] for entry in one.entries if entry[1] == "step_completed")
        assert (one.status, came_to) == ("complete", first), where
    else:
        assert (one.status, came_to) == ("complete", [one.n, _received(one)[0]]), where
    if one.shape == "rollback":
        undone = [entry[3]["step"]["name"] for entry in one.entries if entry[1] == "rollback_step_completed"]
        assert undone == ["second", "first"], where


def _check_steps(one: Journaled, kills: list[Kill]) -> None:
    ended: Counter[Key] = Counter()
    for _, type, time, data, _ in one.entries:
        if "step" not in data:
            continue
        key = (data["step"]["kind"], data["step"]["name"])
        attempts = one.attempts[key] if key[0] in ("do", "rollback") else []
        if type == "attempt_started":
            assert not ended[key], ("a committed step ran again", one.id, key)
            assert data["attempt"] == len(attempts) + 1, (one.id, key)
            attempts.append(Attempt(data["attempt"], time))
        elif type in ("attempt_completed", "attempt_failed"):
            last = attempts[-1]
            assert last.ended is None, (one.id, key)
            last.ended = time
            last.interrupted = data.get("interrupted", False)
            last.completed = type == "attempt_completed"
        elif type.endswith(("step_completed", "step_failed", "sleep_completed", "wait_completed")):
            ended[key] += 1
            last_of = attempts[-1] if attempts else None
            if key[0] == "rollback" and last_of is not None and last_of.ended is None:
                last_of.ended, last_of.completed = time, True
    assert set(ended.values()) == {1}, ("committed twice", one.id, ended)
    assert {key for key in ended if key[0] in ("do", "rollback")} == STEPS[one.shape].keys(), one.id
    for key, usual in STEPS[one.shape].items():
        attempts = one.attempts[key]
        assert all(attempt.ended is not None for attempt in attempts), (one.id, key, attempts)
        interrupted = [attempt for attempt in attempts if attempt.interrupted]
        assert len(attempts) - len(interrupted) <= usual, ("too many attempts", one.id, key, attempts)
        for attempt in interrupted:
            assert attempt.ended is not None
            # kills come one after the other
            first = bisect_left(kills, float(attempt.started - _CLOCK_MS), key=lambda kill: kill.before)
            killed = first < len(kills) and kills[first].after <= attempt.ended + _CLOCK_MS
            assert killed, ("an extra attempt without a kill", one.id, key, attempt)
