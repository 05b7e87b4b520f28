"""A run as a file: what it holds, what goes on from it, and what a hostile one is refused for."""

from __future__ import annotations

import base64
import copy
import random
from typing import Any

import msgspec
import pytest

from playground.core.codec import encode
from playground.core.errors import WorkflowError
from playground.core.ports import StepKey
from playground.engine.engine import EngineSettings, Instance
from playground.engine.entries import fact_json
from playground.engine.excerpt import Told
from playground.engine.forking import Past
from playground.engine.run_file import run_file, value_json
from playground.engine.run_file_reader import read_run_file
from playground.engine.step import WorkflowStep
from playground.engine.view import entry_json
from playground.storage.rows import EntryRow
from tests.unit.engine.harness import Server, output
from tests.unit.engine.test_forking import CHARGE, called, heir, ordered


@pytest.fixture
async def waiting(server: Server) -> Instance:
    return await ordered(server)


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(hibernate_after_idle_ms=10)


def shown(told: Told) -> dict[str, Any]:
    row = EntryRow(0, "x", told.seq, told.time, told.fact.type, fact_json(told.fact), None)
    return entry_json(row)


async def file_of(instance: Instance) -> dict[str, Any]:
    past = await instance.past()
    head = {"run": {"id": past.id, "created": past.created}, "params": value_json(past.params)}
    document: dict[str, Any] = msgspec.json.decode(b"".join(run_file(past, head, shown)))
    return document


def read(server: Server, document: dict[str, Any]) -> Past:
    return read_run_file(document, server.settings, server.clock.now())


async def test_a_file_goes_on_as_a_fork_does(server: Server, waiting: Instance) -> None:
    document = await file_of(waiting)
    await waiting.delete()
    run = await heir(server, read(server, document), why="file")
    await server.waiting(run)
    await run.send_event(type="approval", payload="yes")
    assert await output(server, run) == ["charged 12", "one two", "yes"]
    assert called == {"price": 1, "report": 1, "charge": 1}


async def test_a_file_goes_on_from_a_step(server: Server, waiting: Instance) -> None:
    document = await file_of(waiting)
    run = await heir(server, read(server, document), CHARGE, why="file")
    await server.waiting(run)
    assert called["charge"] == 2


async def test_previews_are_made_anew(server: Server, waiting: Instance) -> None:
    document = await file_of(waiting)
    completed = next(entry for entry in document["entries"] if entry["type"] == "step_completed")
    completed.update(output="<b>a lie</b>", size=10**12)
    run = await heir(server, read(server, document), why="file")
    [first, *_] = await server.entries(run, "step_completed")
    assert (first["output"], first["size"]) == (12, 3)


async def test_a_sensitive_output_leaves_in_no_file(server: Server) -> None:
    async def secret(step: WorkflowStep) -> Any:
        await step.do("key", lambda: "hunter2", config={"sensitive": "output"})
        await step.do("use", lambda: 1)
        await step.wait_for_event("decide", type="approval")

    instance = await server.start(secret)
    await server.waiting(instance)
    document = await file_of(instance)
    assert "hunter2" not in msgspec.json.encode(document).decode()
    with pytest.raises(WorkflowError, match=r'instance\.no_value: the output of step "key" .*sensitive'):
        await heir(server, read(server, document))
    run = await heir(server, read(server, document), StepKey("do", "key", 1))
    await server.waiting(run)


def spoil(document: dict[str, Any], of: str, /, **change: Any) -> dict[str, Any]:
    spoilt = copy.deepcopy(document)
    entry = next(entry for entry in spoilt["entries"] if entry["type"] == of)
    for key, value in change.items():
        if value is ...:
            entry.pop(key.replace("_S_", "$"), None)
        else:
            entry[key.replace("_S_", "$")] = value
    return spoilt


HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    ("workflow_started", {"seq": 1}, "seq must be"),
    ("workflow_started", {"seq": True}, "seq must be"),
    ("workflow_started", {"time": -1}, "time must be"),
    ("workflow_started", {"time": "now"}, "time must be"),
    ("workflow_started", {"type": "__proto__"}, "its type is not one"),
    ("workflow_started", {"type": ["x"]}, "its type is not one"),
    ("step_started", {"step": {"kind": "sleep", "name": "price", "count": 1}}, "kind do"),
    ("step_started", {"step": {"kind": "do", "name": "a\0b", "count": 1}}, "Step name"),
    ("step_started", {"step": {"kind": "do", "name": "price", "count": 0}}, "step.count"),
    ("step_started", {"step": {"kind": "do", "name": "price", "count": 10**30}}, ""),
    ("step_started", {"step": ...}, "missing required field"),
    ("step_started", {"config": {"retries": {"limit": 10**9}}}, "invalid format"),
    ("step_started", {"config": {"timeout": -1}}, "invalid format"),
    ("step_started", {"config": {"surprise": 1}}, "invalid format"),
    ("step_started", {"config": []}, "Expected `object`"),
    ("attempt_started", {"attempt": 7}, "does not follow"),
    ("attempt_started", {"step": {"kind": "do", "name": "nobody", "count": 1}}, "has not begun"),
    ("attempt_completed", {"attempt": 2}, "not under way"),
    ("step_completed", {"_S_value": "x"}, "is no value"),
    ("step_completed", {"_S_value": "t" + '{"$error":'}, "is no value"),
    ("step_completed", {"_S_value": "j" + "[" * 100_000}, "is no value"),
    ("step_completed", {"_S_value": {"base64": "%"}}, "base64"),
    ("step_completed", {"_S_value": "j" + '"' + "x" * 2_000_000 + '"'}, "too large"),
    ("step_completed", {"_S_value": ...}, "has a \\$value"),
    ("step_completed", {"_S_value": "j1", "_S_stream": ""}, "more than one value"),
    ("step_completed", {"step": {"kind": "do", "name": "report", "count": 1}}, "has not begun"),
    ("wait_started", {"until": 10**18}, "until must be"),
    ("wait_started", {"eventType": "no spaces"}, "eventType"),
    ("log", {"message": 5}, "Expected `str`"),
]


@pytest.mark.parametrize(
    ("type", "change", "message"), HOSTILE, ids=[f"{t} {list(c)}" for t, c, _ in HOSTILE]
)
async def test_a_hostile_file_is_refused_whole(
    server: Server, waiting: Instance, type: str, change: dict[str, Any], message: str
) -> None:
    document = spoil(await file_of(waiting), type, **change)
    with pytest.raises(WorkflowError, match=rf"run_file\.bad: entry \d+: .*{message}"):
        read(server, document)


async def test_what_is_no_file_of_a_run_is_refused(server: Server, waiting: Instance) -> None:
    good = await file_of(waiting)
    read(server, good)
    bad: list[Any] = [
        None,
        [],
        {},
        {**good, "format": "other"},
        {**good, "formatVersion": 2},
        {**good, "run": None},
        {**good, "run": {**good["run"], "id": "../../etc"}},
        {**good, "run": {**good["run"], "created": 10**20}},
        {**good, "params": 5},
        {**good, "params": "jnope"},
        {**good, "entries": []},
        {**good, "entries": {}},
        {**good, "entries": good["entries"][1:]},
        {**good, "entries": [None]},
        {**good, "entries": [good["entries"][0]] * 2},
    ]
    for document in bad:
        with pytest.raises(WorkflowError, match=r"run_file\.bad"):
            read(server, document)


async def test_an_event_is_taken_once_and_by_a_wait_for_its_type(server: Server, waiting: Instance) -> None:
    await waiting.send_event(type="approval", payload="yes")
    await server.ended(waiting)
    document = await file_of(waiting)
    for change in ({"event": 2}, {"event": 10**9}):
        with pytest.raises(WorkflowError, match="takes an event that is not there"):
            read(server, spoil(document, "wait_completed", **change))
    with pytest.raises(WorkflowError, match="takes an event that is not there"):
        read(server, spoil(document, "event_received", eventType="refusal"))
    with pytest.raises(WorkflowError, match="has a"):
        read(server, spoil(document, "event_received", _S_value=...))


async def test_times_of_another_clock_are_not_later_than_now(server: Server, waiting: Instance) -> None:
    document = await file_of(waiting)
    for entry in document["entries"]:
        entry["time"] += 10_000_000
    past = read(server, document)
    assert max(told.time for told in past.log) == server.clock.now()


def test_base64_stands_for_what_is_no_text() -> None:
    value = encode("half \ud800")
    told = value_json(value)
    assert told == value.data.decode() or base64.b64decode(told["base64"]) == value.data


async def test_no_mutilated_file_does_more_than_be_refused(server: Server, waiting: Instance) -> None:
    await waiting.send_event(type="approval", payload={"yes": 1})
    await server.ended(waiting)
    good = await file_of(waiting)
    chance = random.Random(20)
    accepted = 0
    for _ in range(400):
        document = copy.deepcopy(good)
        for _ in range(chance.randint(1, 3)):
            mutilate(document["entries"], chance)
        try:
            past = read(server, document)
            past.until(chance.choice([None, *past.history.steps]))
        except WorkflowError:
            continue
        accepted += 1
    assert accepted, "some of it is harmless"


def mutilate(entries: list[Any], chance: random.Random) -> None:
    """Change something anywhere in there."""
    place = chance.randrange(len(entries))
    match chance.randrange(5):
        case 0:
            del entries[place]
        case 1:
            entries.insert(chance.randrange(len(entries)), copy.deepcopy(entries[place]))
        case 2:
            entries[place], entries[place - 1] = entries[place - 1], entries[place]
            for seq, entry in enumerate(entries, 1):
                if isinstance(entry, dict):
                    entry["seq"] = seq
        case 3 if isinstance(entries[place], dict) and entries[place]:
            entries[place].pop(chance.choice(list(entries[place])))
        case _ if isinstance(entries[place], dict) and entries[place]:
            odd: list[Any] = [
                None,
                True,
                -1,
                2**70,
                1.5,
                "",
                "x",
                "do:1:x",
                [],
                [[]],
                {},
                {"kind": "do"},
                {"base64": 5},
            ]
            entries[place][chance.choice(list(entries[place]))] = chance.choice(odd)
    if not entries:
        entries.append(None)
