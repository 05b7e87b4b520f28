"""SIGKILL of a real server around a decision: it is there with its event and its row, or not at all."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.live.server import LiveServer, Visitor
from tests.live.workflows import workflow

pytestmark = [
    pytest.mark.crash,
    # httpcore leaves a socket to the garbage collector where the server dies in the middle of an answer
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

POINTS = ["answer_committed_not_acknowledged", "event_taken_not_committed", "wait_committed_not_acknowledged"]

ASKS = workflow("""
    const got = await step.waitForEvent('decide', { type: 'go', timeout: '1 hour' });
    const again = await step.waitForEvent('again', { type: 'go', timeout: 500 }).catch(() => 'no other');
    return [got.payload, again];
""")
YES = {"verdict": "approved", "by": "Ada", "note": "once"}
SENT = {"approved": True, "by": "Ada", "note": "once"}


class Asked:
    """A run that asks, and a phone with the link."""

    def __init__(self, server: LiveServer, visitor: Visitor) -> None:
        self.server = server
        self.visitor = visitor
        self.phone = server.client()
        self.run = visitor.started(ASKS)
        visitor.wait_for_entry(self.run, "workflow_waiting")
        self.session = str(visitor.session()["id"])
        made = visitor.request(
            "POST",
            f"/api/sessions/{self.session}/approvals",
            json={"instance": self.run, "step": "wait:1:decide", "expires": "1 day"},
        )
        assert made.status_code == 201, made.text
        self.id = str(made.json()["id"])
        secret = made.json()["url"].partition("#")[2]
        opened = self.phone.request("POST", f"/api/approvals/{self.id}/open", json={"secret": secret})
        assert opened.status_code == 200, opened.text

    def decide(self) -> httpx.Response:
        return self.phone.request("POST", f"/api/approvals/{self.id}/decide", json=YES)

    def state(self) -> dict[str, Any]:
        view: dict[str, Any] = self.phone.request("GET", f"/api/approvals/{self.id}").json()
        return view

    def check(self) -> None:
        """Decided once, sent once, noted once."""
        assert self.visitor.wait_for(self.run, "complete")["output"] == [SENT, "no other"]
        types = [entry["type"] for entry in self.visitor.entries(self.run)]
        assert types.count("event_received") == 1
        rows = self.visitor.request("GET", f"/api/sessions/{self.session}/audit").json()["rows"]
        assert [row["action"] for row in rows if row["instance"] == self.run].count("decided") == 1
        view = self.state()
        assert (view["state"], view["decision"]["by"]) == ("decided", "Ada")


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_sends_the_decision_once(
    server: LiveServer, visitor: Visitor, point: str
) -> None:
    server.start(PLAYGROUND_FAULT=point)
    asked = Asked(server, visitor)
    with suppress(httpx.TransportError):
        asked.decide()
    assert server.await_death() == -signal.SIGKILL
    server.start()
    again = asked.decide()
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    asked.check()
    asked.phone.close()


def test_a_kill_at_any_moment_leaves_all_of_a_decision_or_nothing(
    server: LiveServer, visitor: Visitor
) -> None:
    server.start()
    for delay_ms in (0, 1, 2, 4, 8):
        asked = Asked(server, visitor)
        timer = _kill_after(server, delay_ms)
        with suppress(httpx.TransportError):
            asked.decide()
        timer.join()
        server.kill()
        server.start()
        decided = asked.state()["state"] == "decided"
        sent = any(entry["type"] == "event_received" for entry in visitor.entries(asked.run))
        assert decided == sent
        again = asked.decide()
        assert again.status_code == (409 if decided else 200)
        asked.check()
        asked.phone.close()


def _kill_after(server: LiveServer, delay_ms: int) -> threading.Thread:
    def kill() -> None:
        time.sleep(delay_ms / 1000)
        server.process.send_signal(signal.SIGKILL)

    timer = threading.Thread(target=kill)
    timer.start()
    return timer
