"""Runs as files over HTTP: what is too much, what is counted, and what the audit trail says of them."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from playground.core.errors import WorkflowError
from playground.web import run_file_body
from playground.web.run_file_body import MOST_PARTS, MOST_PARTS_OF_ONE, read_entry, read_run_file_body
from tests.web.conftest import Playground
from tests.web.test_rehearsals import CHARGE, Run, begun

JSON = {"content-type": "application/json"}
FROM_FILE = "/api/runs/from-file"


@pytest.fixture
async def waiting(playground: Playground, visitor: httpx.AsyncClient) -> Run:
    return await begun(playground, visitor)


def test_a_body_of_countless_parts_is_refused_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PARTS == 4_000_000
    monkeypatch.setattr(run_file_body, "MOST_PARTS", 10_000)
    for part in (b"[],", b"{},", b"0,", b'"",', b'"\\"\\\\",'):
        body = b'{"file":{"entries":[' + part * 9_000
        with pytest.raises(WorkflowError, match="more parts"):
            read_run_file_body(body + part * 1_000 + b"0]}}")
    for field in (b'"run":', b'"entries":[0],"code":'):
        monkeypatch.setattr(run_file_body, "MOST_PARTS", MOST_PARTS)
        body = b'{"file":{' + field + b"[" + b"[]," * MOST_PARTS_OF_ONE + b"0]}}"
        with pytest.raises(WorkflowError, match="more parts"):
            read_run_file_body(body)


def test_each_entry_is_made_when_it_is_its_turn() -> None:
    dense = b"[" + b"[]," * MOST_PARTS_OF_ONE + b"0]"
    body = read_run_file_body(b'{"from":"do:1:a","file":{"entries":[{"seq":1},' + dense + b"]}}")
    first, second = body["file"]["entries"]
    assert (body["from"], read_entry(first)) == ("do:1:a", {"seq": 1})
    with pytest.raises(WorkflowError, match="more parts"):
        read_entry(second)


def test_long_texts_are_one_part() -> None:
    text = b'"' + b'[{,\\"' * (2 * MOST_PARTS_OF_ONE) + b'"'
    [entry] = read_run_file_body(b'{"file":{"entries":[' + text + b"]}}")["file"]["entries"]
    assert len(read_entry(entry)) == 8 * MOST_PARTS_OF_ONE


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[]", "bad_body"),
        (b"{", "invalid_json"),
        (b'{"file":{"entries":[}}', "invalid_json"),
        (b'{"file":[]}', "run_file.bad"),
        (
            b'{"file":{"format":"playground-run","formatVersion":1,"run":{"id":"a"},"entries":{}}}',
            "run_file.bad",
        ),
        (b'{"file":"\xff"}', "run_file.bad"),
        (b'{"file":{"format":' + b"[" * 300 + b"]" * 300 + b"}}", "too_deep"),
        (b"", "run_file.bad"),
    ],
)
async def test_bad_bodies(visitor: httpx.AsyncClient, body: bytes, code: str) -> None:
    answer = await visitor.post(FROM_FILE, content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_the_server_s_log_says_what_was_wrong_with_a_file(
    visitor: httpx.AsyncClient, waiting: Run, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "playground.web.errors")
    document = (await visitor.get(f"/api/instances/{waiting['runId']}/file")).json()
    document["entries"][2]["step"] = "pri\nce"
    answer = await visitor.post(FROM_FILE, json={"file": document})
    assert (answer.status_code, answer.json()["code"]) == (400, "run_file.bad")
    assert "entry 3: " in caplog.text
    assert "because of ValidationError(" in caplog.text
    assert "pri\nce" not in caplog.text
    await visitor.post(FROM_FILE, content=b"{", headers=JSON)
    assert "DecodeError(" in caplog.text


async def test_a_visitor_has_two_files_on_the_way(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    arrives = asyncio.Event()

    async def slowly() -> Any:
        yield b'{"file":'
        await arrives.wait()
        yield b"null}"

    first = [asyncio.create_task(visitor.post(FROM_FILE, content=slowly(), headers=JSON)) for _ in range(2)]
    files = playground.app.state.desk.files
    while files.total < 2:
        await asyncio.sleep(0)
    path = f"/api/instances/{waiting['runId']}/file"
    for refused in (await visitor.get(path), await visitor.post(FROM_FILE, json={})):
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_files")
    assert (await playground.visitor().post(FROM_FILE, json={})).status_code == 400
    arrives.set()
    assert [(await each).status_code for each in first] == [400, 400]
    assert (await visitor.get(path)).status_code == 200
    assert files.total == 0


async def test_what_a_link_runs_from_a_file_is_in_the_audit_trail(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    session = waiting["session"]
    share = await visitor.post(f"/api/sessions/{session}/shares", json={"scope": "edit", "label": "Ann"})
    _, _, secret = share.json()["url"].partition("#share=")
    editor = playground.visitor()
    await editor.post("/api/shares/redeem", json={"session": session, "secret": secret})
    document = (await editor.get(f"/api/instances/{waiting['runId']}/file")).json()
    body = {"file": document, "from": CHARGE, "session": session}
    run = (await editor.post(FROM_FILE, json=body)).json()["id"]
    rows = (await visitor.get(f"/api/sessions/{session}/audit")).json()["rows"]
    told = [(row["action"], row["link"]["label"]) for row in rows if row["instance"] == run]
    assert told == [("run", "Ann")]
