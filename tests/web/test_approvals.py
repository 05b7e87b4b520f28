"""Links to one wait of one run: what they show, that they decide once, and what has become of them."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from playground.storage import approvals
from tests.web.conftest import Open, Playground

HOUR = 3_600_000
UNKNOWN = "AAAAAAAAAAAAAAAA"
YES = {"verdict": "approved", "by": "Ada", "note": "go on"}


class Asked:
    """A run that waits, its owner, and a link to its wait."""

    def __init__(self, playground: Playground) -> None:
        self.playground = playground
        self.owner = playground.visitor()
        self.session = self.run = self.id = self.secret = ""

    async def set(self, source: str = "wait") -> None:
        started = (await self.owner.post("/api/run", json={"source": source})).json()
        self.session, self.run = started["session"], started["runId"]
        await self.playground.reached(self.session, self.run, "workflow_waiting")
        link = (await self.made(expires="1 day", label="Ada")).json()
        self.id = link["id"]
        address, _, self.secret = link["url"].partition("#")
        assert address == f"http://play.test/a/{self.id}"

    async def made(self, **options: Any) -> httpx.Response:
        wanted = {"instance": self.run, "step": "wait:1:decide", **options}
        return await self.owner.post(f"/api/sessions/{self.session}/approvals", json=wanted)

    async def opened(self) -> httpx.AsyncClient:
        """A phone on which the link was opened."""
        client = self.playground.visitor()
        answer = await client.post(f"/api/approvals/{self.id}/open", json={"secret": self.secret})
        assert answer.status_code == 200, answer.text
        return client

    async def view(self, client: httpx.AsyncClient) -> dict[str, Any]:
        answer = await client.get(f"/api/approvals/{self.id}")
        assert answer.status_code == 200, answer.text
        view: dict[str, Any] = answer.json()
        return view

    async def decide(self, client: httpx.AsyncClient, body: Any = None) -> httpx.Response:
        return await client.post(f"/api/approvals/{self.id}/decide", json=YES if body is None else body)

    async def events(self) -> list[dict[str, Any]]:
        entries = (await self.owner.get(f"/api/instances/{self.run}")).json()["entries"]
        return [entry for entry in entries if entry["type"] == "event_received"]

    async def trail(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = (await self.owner.get(f"/api/sessions/{self.session}/audit")).json()[
            "rows"
        ]
        return rows


@pytest.fixture
async def asked(playground: Playground) -> Asked:
    asked = Asked(playground)
    await asked.set()
    return asked


async def test_an_approver_sees_what_is_asked(asked: Asked) -> None:
    phone = await asked.opened()
    view = await asked.view(phone)
    assert (view["state"], view["question"], view["decision"]) == ("open", "decide", None)
    assert view["run"]["type"] == "approval"
    assert view["run"]["until"] - view["run"]["since"] == 24 * HOUR
    async with asked.playground.stream(phone, f"/api/approvals/{asked.id}/stream") as stream:
        entries = await stream.until("entry", "workflow_waiting")
    types = [entry.data["type"] for entry in entries]
    assert types[0] == "workflow_queued"
    assert "log" not in types


async def test_a_decision_is_an_event_and_a_row_of_the_trail(asked: Asked) -> None:
    phone = await asked.opened()
    answer = await asked.decide(phone, {**YES, "payload": {"limit": 3, "approved": "never mine to say"}})
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "decided"
    await asked.playground.ended(asked.session, asked.run)
    [event] = await asked.events()
    assert event["payload"] == {"limit": 3, "approved": True, "by": "Ada", "note": "go on"}
    newest, opened, made = await asked.trail()
    assert (newest["action"], newest["actor"], newest["step"]) == ("decided", "link", "wait:1:decide")
    assert newest["link"] == {"id": asked.id, "label": "Ada", "scope": "approve"}
    detail = {"type": "approval", "verdict": "approved", "by": "Ada", "note": "go on"}
    assert newest["detail"] == detail
    assert (opened["action"], made["action"], made["actor"]) == ("link_opened", "link_made", "owner")
    later = await asked.opened()  # a second visit, on another device
    view = await asked.view(later)
    assert view["state"] == "decided"
    assert (view["decision"]["by"], view["decision"]["verdict"]) == ("Ada", "approved")


async def test_a_rejection_and_an_answer_of_other_fields(playground: Playground) -> None:
    for body, payload in (
        ({"verdict": "rejected", "by": " Bo "}, {"approved": False, "by": "Bo", "note": ""}),
        ({"verdict": "answered", "by": "Bo", "payload": [1, None]}, [1, None]),
    ):
        asked = Asked(playground)
        await asked.set()
        assert (await asked.decide(await asked.opened(), body)).status_code == 200
        assert [event["payload"] for event in await asked.events()] == [payload]


async def test_double_clicks_and_two_tabs_decide_once(asked: Asked) -> None:
    one, two = await asked.opened(), await asked.opened()
    no = {"verdict": "rejected", "by": "Bo"}
    answers = await asyncio.gather(*(asked.decide(*each) for each in 4 * [(one, YES), (two, no)]))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + 7 * [409]
    [taken] = [answer.json() for answer in answers if answer.status_code == 200]
    for answer in answers:
        if answer.status_code == 409:
            refusal = answer.json()
            assert refusal["code"] == "already_decided"
            assert refusal["approval"]["decision"] == taken["decision"]
    await asked.playground.ended(asked.session, asked.run)
    assert len(await asked.events()) == 1
    assert [row["action"] for row in await asked.trail()].count("decided") == 1


async def test_looking_decides_nothing(asked: Asked) -> None:
    """Link previews follow links and read pages, without the secret and with other methods."""
    phone = await asked.opened()
    preview = asked.playground.visitor()
    for client in (preview, phone):
        for method in ("GET", "HEAD"):
            await client.request(method, f"/a/{asked.id}")
            await client.request(method, f"/api/approvals/{asked.id}")
            await client.request(method, f"/api/approvals/{asked.id}/decide")
            await client.request(method, f"/api/approvals/{asked.id}/open")
    page = await preview.get(f"/a/{asked.id}")
    nobody_s = await preview.get(f"/a/{UNKNOWN}")
    assert (page.status_code, page.content) == (200, nobody_s.content)
    assert "set-cookie" not in page.headers
    assert await asked.events() == []
    assert (await asked.view(phone))["state"] == "open"


async def test_the_link_opens_nothing_else(asked: Asked) -> None:
    phone = await asked.opened()
    redeemed = await phone.post("/api/shares/redeem", json={"session": asked.session, "secret": asked.secret})
    assert redeemed.status_code == 404
    phone.cookies.set(f"pg_share_{asked.session}", asked.secret)
    for path in (
        f"/api/sessions/{asked.session}",
        f"/api/sessions/{asked.session}/stream",
        f"/api/sessions/{asked.session}/audit",
        f"/api/instances/{asked.run}",
        f"/api/status/{asked.run}",
        f"/api/stream/{asked.run}",
    ):
        assert (await phone.get(path)).status_code == 404, path
    event = await phone.post(f"/api/instances/{asked.run}/events", json={"type": "approval"})
    assert event.status_code == 404


async def test_what_is_not_yours_answers_as_what_is_not_there(asked: Asked) -> None:
    other = Asked(asked.playground)
    await other.set()
    stranger, elsewhere = asked.playground.visitor(), await other.opened()
    elsewhere.cookies.set("pg_approval", other.secret)
    for client in (stranger, elsewhere):
        for method, rest, body in (
            ("GET", "", None),
            ("GET", "/stream", None),
            ("POST", "/decide", YES),
            ("POST", "/open", {"secret": other.secret}),
            ("POST", "/open", {"secret": asked.secret[:-1]}),
            ("POST", "/open", {"secret": None}),
        ):
            there = await client.request(method, f"/api/approvals/{asked.id}{rest}", json=body)
            unknown = await client.request(method, f"/api/approvals/{UNKNOWN}{rest}", json=body)
            assert there.status_code == 404
            assert (there.content, sorted(there.headers.multi_items())) == (
                unknown.content,
                sorted(unknown.headers.multi_items()),
            )
    assert await asked.events() == []


async def test_a_link_says_what_has_become_of_it__revoked(asked: Asked) -> None:
    phone = await asked.opened()
    async with asked.playground.stream(phone, f"/api/approvals/{asked.id}/stream") as stream:
        await stream.until("entry", "workflow_waiting")
        path = f"/api/sessions/{asked.session}/shares/{asked.id}"
        assert (await asked.owner.delete(path)).status_code == 204
        await asked.owner.post(f"/api/instances/{asked.run}/pause", json={})
        assert await stream.next() is None
    view = await asked.view(phone)
    assert (view["state"], view["run"]) == ("revoked", None)
    refused = await asked.decide(phone)
    assert (refused.status_code, refused.json()["approval"]["state"]) == (409, "revoked")
    assert (await phone.get(f"/api/approvals/{asked.id}/stream")).status_code == 404
    assert await asked.events() == []
    assert [row["action"] for row in await asked.trail()][:2] == ["pause", "link_revoked"]


async def test_a_link_says_what_has_become_of_it__expired(playground: Playground, asked: Asked) -> None:
    short = (await asked.made(expires="1 hour")).json()
    asked.id, asked.secret = short["id"], short["url"].partition("#")[2]
    phone = await asked.opened()
    await playground.clock.advance(HOUR)
    view = await asked.view(phone)
    assert (view["state"], view["run"]) == ("expired", None)
    assert (await asked.decide(phone)).json()["approval"]["state"] == "expired"
    assert await asked.events() == []


async def test_a_link_says_what_has_become_of_it__timed_out(playground: Playground, asked: Asked) -> None:
    never = (await asked.made(expires="never")).json()
    asked.id, asked.secret = never["id"], never["url"].partition("#")[2]
    phone = await asked.opened()
    await playground.clock.advance(24 * HOUR)
    await playground.ended(asked.session, asked.run)
    assert (await asked.view(phone))["state"] == "timed_out"
    assert (await asked.decide(phone)).json()["approval"]["state"] == "timed_out"


@pytest.mark.parametrize(
    ("verb", "state"), [("terminate", "ended"), ("restart", "restarted"), ("delete", "deleted")]
)
async def test_a_link_says_what_has_become_of_it__run(asked: Asked, verb: str, state: str) -> None:
    phone = await asked.opened()
    answer = await asked.owner.post(f"/api/instances/{asked.run}/{verb}", json={})
    assert answer.status_code == 200
    if verb == "restart":
        waits = asked.playground.services.engine.workflow("dynamic-workflow", asked.session)
        instance = await waits.get(asked.run)
        while not await instance.waits():
            await asyncio.sleep(0)
    assert (await asked.view(phone))["state"] == state
    refused = await asked.decide(phone)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_open")
    if verb != "delete":
        assert await asked.events() == []


async def test_a_link_says_what_has_become_of_it__answered_by_the_owner(asked: Asked) -> None:
    phone = await asked.opened()
    path = f"/api/instances/{asked.run}/events"
    assert (await asked.owner.post(path, json={"type": "approval", "payload": 1})).status_code == 202
    await asked.playground.ended(asked.session, asked.run)
    assert (await asked.view(phone))["state"] == "answered"
    assert (await asked.decide(phone)).status_code == 409
    assert len(await asked.events()) == 1
    row = (await asked.trail())[0]
    assert (row["action"], row["actor"], row["link"]) == ("event_sent", "owner", None)
    assert row["detail"] == {"type": "approval", "payload": 1}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verdict": "perhaps", "by": "Ada"},
        {"verdict": ["approved"], "by": "Ada"},
        {"verdict": "approved"},
        {"verdict": "approved", "by": "  "},
        {"verdict": "approved", "by": 7},
        {"verdict": "approved", "by": "x" * 101},
        {"verdict": "approved", "by": "Ada", "note": "x" * 2001},
        {"verdict": "approved", "by": "Ada", "payload": [1]},
        {"verdict": "answered", "by": "Ada"},
    ],
)
async def test_decide__no(asked: Asked, body: dict[str, Any]) -> None:
    phone = await asked.opened()
    assert (await asked.decide(phone, body)).status_code == 400
    assert await asked.events() == []


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"step": "wait:2:decide"}, 409),
        ({"step": "do:1:decide"}, 409),
        ({"step": 7}, 400),
        ({"instance": "00000000-0000-4000-8000-000000000000"}, 404),
        ({"question": "x" * 501}, 400),
        ({"fields": {"name": "x"}}, 400),
        ({"fields": [{"name": 1}]}, 400),
        ({"fields": [{"name": "x" * 9000}]}, 400),
        ({"expires": "soon"}, 400),
    ],
)
async def test_make__no(asked: Asked, options: dict[str, Any], status: int) -> None:
    assert (await asked.made(**options)).status_code == status


async def test_a_link_to_another_session_s_run_cannot_be_made(asked: Asked) -> None:
    other = Asked(asked.playground)
    await other.set()
    assert (await asked.made(instance=other.run)).status_code == 404


async def test_the_owner_sees_what_has_become_of_the_link(asked: Asked) -> None:
    path = f"/api/sessions/{asked.session}/shares"
    [before] = (await asked.owner.get(path)).json()["shares"]
    assert before["lastUsed"] is None
    assert before["approval"]["decision"] is None
    await asked.decide(await asked.opened())
    [after] = (await asked.owner.get(path)).json()["shares"]
    assert after["lastUsed"] == asked.playground.clock.now()
    assert after["approval"]["decision"]["by"] == "Ada"
    assert asked.secret not in (await asked.owner.get(path)).text


async def test_links_that_were_used_leave_room(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approvals, "MOST_OPEN", 1)
    monkeypatch.setattr(approvals, "MOST_KEPT", 1)
    assert (await asked.made()).json()["code"] == "too_many_shares"
    first = asked.id
    for _ in range(2):
        await asked.decide(await asked.opened())
        asked.playground.clock.set(asked.playground.clock.now() + 1)
        await asked.set()
    shares = (await asked.owner.get(f"/api/sessions/{asked.session}/shares")).json()["shares"]
    assert (first in [share["id"] for share in shares], len(shares)) == (False, 2)
    assert [row["link"]["id"] for row in await asked.trail() if row["action"] == "decided"][-1] == first


async def test_another_run_of_the_same_id_is_none_of_the_approvers(asked: Asked) -> None:
    phone = await asked.opened()
    settings, engine = asked.playground.services.settings, asked.playground.services.engine
    workflow = engine.workflow(settings.workflow, asked.session)
    await (await workflow.get(asked.run)).delete()
    asked.playground.clock.set(asked.playground.clock.now() + 1)
    again = await workflow.create(asked.run, {"secret": "of another run"})
    view = await asked.view(phone)
    assert (view["state"], view["run"]) == ("deleted", None)
    assert (await phone.get(f"/api/approvals/{asked.id}/stream")).status_code == 404
    assert (await asked.decide(phone)).json()["code"] == "not_open"
    await again.delete()


async def test_an_approver_cannot_use_up_what_the_owner_may_change(open_playground: Open) -> None:
    asked = Asked(await open_playground(changes_per_minute=5))
    await asked.set()
    phone = await asked.opened()
    answers = [await asked.decide(phone, {}) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429] * 3
    assert (await asked.owner.post(f"/api/instances/{asked.run}/pause", json={})).status_code == 200


async def test_what_is_not_seen_is_no_part_of_a_name(playground: Playground) -> None:
    asked = Asked(playground)
    await asked.set()
    link = await asked.made(label="\u202eAda\x1b[2J\n B", question="Ship\x00 it?\u2066")
    asked.id, asked.secret = link.json()["id"], link.json()["url"].partition("#")[2]
    assert link.json()["label"] == "Ada[2J B"
    phone = await asked.opened()
    assert (await asked.view(phone))["question"] == "Ship it?"
    nobody = await asked.decide(phone, {**YES, "by": "\u202e \x07"})
    assert (nobody.status_code, nobody.json()["code"]) == (400, "no_name")
    decided = await asked.decide(phone, {**YES, "by": "Ada\r\nBo\u200f", "note": "one\r\ntwo\x1b"})
    assert decided.status_code == 200, decided.text
    [event] = await asked.events()
    assert (event["payload"]["by"], event["payload"]["note"]) == ("Ada Bo", "one\ntwo")


async def test_what_has_become_of_a_wait_is_told_without_reading_lines(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await asked.opened()
    await asked.owner.post(f"/api/instances/{asked.run}/events", json={"type": "approval"})
    await asked.playground.ended(asked.session, asked.run)
    read: list[str] = []
    journal = asked.playground.services.engine._journal
    for_replay, history = journal.for_replay, journal.history

    async def noted(*given: Any) -> Any:
        rows = await history(*given)
        read.extend(row.type for row in rows)
        return rows

    async def noted_replay(*given: Any) -> Any:
        rows, lines = await for_replay(*given)
        read.extend(row.type for row in rows)
        return rows, lines

    monkeypatch.setattr(journal, "history", noted)
    monkeypatch.setattr(journal, "for_replay", noted_replay)
    assert (await asked.view(phone))["state"] == "answered"
    assert "wait_completed" in read
    assert "log" not in read
