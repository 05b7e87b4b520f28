"""The examples of the gallery, each run as a visitor would: its lesson really happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest

from playground.web.examples import examples
from tests.live.server import LiveServer, Visitor

Entries = list[dict[str, Any]]


class Lesson:
    """One run of an example, over HTTP."""

    def __init__(self, visitor: Visitor, id: str, payload: Mapping[str, Any] | None = None) -> None:
        self.visitor = visitor
        answer = visitor.request("GET", f"/api/examples/{id}")
        assert answer.status_code == 200, answer.text
        whole = answer.json()
        body = {
            "modules": whole["files"],
            "main": whole["main"],
            "payload": {**whole["payload"], **(payload or {})},
        }
        started = visitor.request("POST", "/api/run", json=body)
        assert started.status_code == 200, started.text
        self.run = str(started.json()["runId"])

    def entries(self, *types: str) -> Entries:
        found = self.visitor.entries(self.run)
        return [entry for entry in found if not types or entry["type"] in types]

    def names(self, type: str) -> list[str]:
        """The steps that entries of that type are about."""
        return [entry["step"]["name"] for entry in self.entries(type)]

    def lines(self) -> list[str]:
        return [entry["message"] for entry in self.entries("log")]

    def await_step(self, type: str, name: str) -> dict[str, Any]:
        """Wait for an entry of that type about the step."""
        deadline = time.monotonic() + 30
        while True:
            for entry in self.entries(type):
                if entry["step"]["name"] == name:
                    return entry
            assert time.monotonic() < deadline, f"no {type} of {name}: {self.entries()}"
            time.sleep(0.02)

    def skip(self, name: str) -> None:
        """Wait until the step sleeps, and skip that."""
        self.await_step("sleep_started", name)
        body = {"step": {"kind": "sleep", "name": name, "count": 1}}
        answer = self.visitor.request("POST", f"/api/instances/{self.run}/skip", json=body)
        assert answer.status_code == 200, answer.text

    def answer(self, name: str, type: str, payload: Any) -> None:
        """Wait until the step waits for an event, and send it."""
        assert self.await_step("wait_started", name)["eventType"] == type
        assert self.visitor.send_event(self.run, type, payload).status_code == 202

    def output(self) -> Any:
        status = self.visitor.ended(self.run)
        assert status["status"] == "complete", status
        return status["output"]

    def failure(self) -> str:
        status = self.visitor.ended(self.run)
        assert status["status"] == "errored", status
        return str(status["error"]["message"])


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    with LiveServer(tmp_path_factory.mktemp("examples")) as server:
        visitor = server.client()
        yield visitor
        visitor.close()


def hello(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "hello", {"name": "Grace"})
    assert lesson.output() == {"text": "Hello, Grace", "letters": 12}
    assert lesson.names("step_completed") == ["think of a greeting", "write it on the card"]


def walk(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "walk")
    lesson.await_step("attempt_started", "print the photo")
    crashed = visitor.request("POST", f"/api/instances/{lesson.run}/crash", json={})
    assert crashed.json()["crashed"] is True
    lesson.answer("approve the postcard", "approval", {"approved": True})
    assert lesson.output() == {
        "sent": True,
        "text": "Greetings from the lighthouse!",
        "photo": {"size": "10 × 15 cm", "attempt": 2},
    }
    assert lesson.names("attempt_started").count("write the postcard") == 1


def retries(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "retries")
    assert lesson.output() == {"stock": {"shelf": 9, "left": 3}, "paid": False}
    failed = [entry for entry in lesson.entries("attempt_failed") if "warehouse" in entry["step"]["name"]]
    pauses = [entry["retryAt"] - entry["time"] for entry in failed]
    assert [round(pause, -2) for pause in pauses] == [400, 800, 1600]
    assert lesson.names("step_failed") == ["charge the card"]
    assert "send an invoice instead" in lesson.names("step_completed")


def dynamic_delay(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "dynamic-delay")
    assert lesson.output() == {"city": "Oslo", "sky": "clear", "attempt": 3}
    pauses = [entry["retryAt"] - entry["time"] for entry in lesson.entries("attempt_failed")]
    assert [round(pause, -2) for pause in pauses] == [1500, 500]


def sleeps(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "sleeps")
    lesson.skip("wait for the first coffee")
    lesson.skip("wait for the trial to end")
    lesson.skip("wait for the full second")
    assert lesson.output() == "Would you like to stay?"
    assert lesson.lines().count("this line is written once") == 1
    until = lesson.await_step("sleep_started", "wait for the trial to end")
    assert until["until"] - until["time"] > 6 * 86_400_000


def parallel(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "parallel")
    assert lesson.output() == {"total": 244, "map": "near"}
    types = [entry["type"] for entry in lesson.entries("step_started", "step_completed")]
    assert types[:4] == ["step_started", "step_started", "step_started", "step_completed"]
    assert lesson.names("step_completed")[:3] == ["look for a car", "look for a hotel", "look for a flight"]
    far = Lesson(visitor, "parallel", {"near": 900, "far": 100})
    assert far.output()["map"] == "far"


def approval(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "approval")
    lesson.answer("approve the expense", "approval", {"approved": True})
    assert lesson.output() == {"approved": True, "transfer": {"amount": 480, "reference": "T-2041"}}
    no = Lesson(visitor, "approval")
    no.answer("approve the expense", "approval", {"approved": False, "note": "next year"})
    assert no.output() == {"approved": False, "reason": "next year"}
    nobody = Lesson(visitor, "approval", {"patience": "1 second"})
    assert nobody.output() == {"approved": False, "reason": "nobody answered"}
    assert nobody.names("wait_timed_out") == ["approve the expense"]


def saga(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "saga")
    lesson.skip("think it over")
    assert lesson.failure() == "the hotel is full"
    undone = [line for line in lesson.lines() if line.startswith("cancelling")]
    assert [line.split(",")[0] for line in undone[-2:]] == ["cancelling car C-12", "cancelling flight F-77"]
    good = Lesson(visitor, "saga", {"hotel": True})
    good.skip("think it over")
    assert good.output() == {"flight": "flight F-77", "car": "car C-12", "hotel": "hotel H-3"}
    assert good.entries("rollback_started") == []


def event_order(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "event-order")
    lesson.await_step("sleep_started", "warm up")
    for value in (1, 2):  # before anybody waits
        assert visitor.send_event(lesson.run, "coin", {"value": value}).status_code == 202
    assert visitor.send_event(lesson.run, "choice", {"drink": "cocoa"}).status_code == 202
    lesson.skip("warm up")
    assert lesson.output() == {"drink": "cocoa", "coins": [1, 2], "change": 0}


def pipeline(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "pipeline")
    lesson.answer("approve the release", "release", {"approved": True})
    lesson.skip("watch it for a while")
    assert lesson.output() == {"released": True, "image": "registry/app:a41f9c2", "tests": 381}
    assert lesson.names("attempt_failed") == ["test: browser"]
    sick = Lesson(visitor, "pipeline", {"healthy": False})
    sick.answer("approve the release", "release", {"approved": True})
    sick.skip("watch it for a while")
    assert sick.failure() == "error rate 12 %"
    assert "going back to registry/app:9e03b77" in sick.lines()


def agent(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "agent")
    lesson.answer("allow delete_file", "permission", {"approved": True})
    assert lesson.output()["answer"] == "free some disk space: done"
    assert lesson.names("step_completed") == [
        "think 1",
        "use list_files",
        "think 2",
        "use delete_file",
        "think 3",
    ]
    careful = Lesson(visitor, "agent")
    careful.answer("allow delete_file", "permission", {"approved": False})
    assert careful.output()["answer"] == "compressed the archive"
    assert "use delete_file" not in careful.names("step_started")


def fan_out(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "fan-out")
    output = lesson.output()
    assert output["pictures"] == 100
    assert len(lesson.names("step_completed")) == 101
    assert len(lesson.names("attempt_failed")) == 10


def streams(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "streams")
    output = lesson.output()
    assert {key: output[key] for key in ("lines", "digest", "key")} == {
        "lines": 4001,
        "digest": 32,
        "key": 36,
    }
    path = f"/api/instances/{lesson.run}/steps/do:1:export%20the%20table/output"
    table = visitor.request("GET", path)
    assert table.status_code == 200
    assert len(table.content) == output["bytes"]
    hidden = visitor.request(
        "GET", f"/api/instances/{lesson.run}/steps/do:1:make%20a%20download%20key/output"
    )
    assert hidden.status_code == 403


def replay(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "replay")
    lesson.skip("first nap")
    lesson.skip("second nap")
    output = lesson.output()
    assert output["same"] is True
    assert output["before"] == output["after"]
    assert lesson.lines().count("inside a step: this runs once") == 1


def typescript(visitor: Visitor) -> None:
    lesson = Lesson(visitor, "typescript")
    lesson.answer("confirm the payment", "payment", {"approved": True, "method": "card"})
    assert lesson.output() == {"total": 1460, "state": "paid", "method": "card"}
    odd = Lesson(visitor, "typescript", {"items": [{"name": "whale", "count": 1}]})
    body = {"step": {"kind": "do", "name": "add up the order", "count": 1}}
    for _ in range(5):
        visitor.wait_for(odd.run, "waiting")
        visitor.request("POST", f"/api/instances/{odd.run}/skip", json=body)
        time.sleep(0.05)
    assert "is not on the list" in odd.failure()


LESSONS: Final[dict[str, Callable[[Visitor], None]]] = {
    lesson.__name__.replace("_", "-"): lesson
    for lesson in (
        hello,
        walk,
        retries,
        dynamic_delay,
        sleeps,
        parallel,
        approval,
        saga,
        event_order,
        pipeline,
        agent,
        fan_out,
        streams,
        replay,
        typescript,
    )
}


def test_every_example_has_its_test() -> None:
    assert set(LESSONS) == set(examples())
    assert len(LESSONS) >= 10


@pytest.mark.parametrize("id", LESSONS)
def test_the_lesson_happens(visitor: Visitor, id: str) -> None:
    LESSONS[id](visitor)


@pytest.mark.parametrize("id", LESSONS)
def test_an_example_says_what_it_is_about(id: str) -> None:
    example = examples()[id]
    assert all(text.endswith(".") for text in (example.about.shows, *example.about.tries))
    assert 2 <= len(example.about.tries) <= 4
    assert set(example.about.sketch) <= set("oxzwu ")
    head = example.files[example.about.main].split("\n\n")[1]
    assert head.startswith("// ")
