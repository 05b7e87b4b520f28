"""Other code for a run over HTTP: rehearsed, applied, forked; and runs as files."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from playground.bridge.envelope import wrap_params
from playground.bridge.starts import Starts
from playground.engine.version_entries import Lineage
from tests.web.conftest import Playground

Run = dict[str, Any]
CHARGE = "do:1:charge"


async def begun(playground: Playground, visitor: httpx.AsyncClient, source: str = "order") -> Run:
    body = {"source": source, "payload": {"sku": 7}}
    run: Run = (await visitor.post("/api/run", json=body)).json()
    await playground.reached(run["session"], run["runId"], "workflow_waiting")
    return run


@pytest.fixture
async def waiting(playground: Playground, visitor: httpx.AsyncClient) -> Run:
    """A run that has two steps behind it and waits for an approval."""
    return await begun(playground, visitor)


async def asked(visitor: httpx.AsyncClient, run: Run, verb: str, source: str, **more: Any) -> httpx.Response:
    return await visitor.post(f"/api/instances/{run['runId']}/{verb}", json={"source": source, **more})


async def rehearsed(visitor: httpx.AsyncClient, run: Run, source: str) -> Run:
    answer = await asked(visitor, run, "rehearse", source)
    assert answer.status_code == 200, answer.text
    view: Run = answer.json()
    return view


async def view_of(visitor: httpx.AsyncClient, run: str) -> Run:
    view: Run = (await visitor.get(f"/api/instances/{run}")).json()
    return view


async def approve(playground: Playground, visitor: httpx.AsyncClient, session: str, run: str) -> Any:
    """The output of the run once it is approved."""
    await visitor.post(f"/api/instances/{run}/events", json={"type": "approval"})
    await playground.ended(session, run)
    return (await view_of(visitor, run))["output"]


async def test_a_rehearsal_says_what_becomes_of_each_step(visitor: httpx.AsyncClient, waiting: Run) -> None:
    before = await view_of(visitor, waiting["runId"])
    same = await rehearsed(visitor, waiting, "sent order")
    assert (same["matches"], same["new"], same["differs"]) == (3, 0, None)
    assert (same["status"], same["seq"]) == ("waiting", before["entries"][-1]["seq"])
    other = await rehearsed(visitor, waiting, "taxed order")
    assert (other["matches"], other["new"], other["differs"]) == (1, 1, CHARGE)
    assert other["steps"] == [
        {"key": "do:1:price", "kind": "do", "name": "price", "count": 1, "verdict": "match"},
        {
            "key": "do:1:taxes",
            "kind": "do",
            "name": "taxes",
            "count": 1,
            "verdict": "new",
            "found": 'step.do "taxes"',
        },
        {
            "key": CHARGE,
            "kind": "do",
            "name": "charge",
            "count": 1,
            "verdict": "differs",
            "expected": 'step.do "charge"',
            "found": 'step.do "taxes"',
        },
        {
            "key": "wait:1:decide",
            "kind": "wait",
            "name": "decide",
            "count": 1,
            "verdict": "missing",
            "expected": 'step.waitForEvent "decide"',
            "open": True,
        },
    ]
    assert await view_of(visitor, waiting["runId"]) == before


async def test_code_that_cannot_be_run_says_where(visitor: httpx.AsyncClient, waiting: Run) -> None:
    broken = await rehearsed(visitor, waiting, "syntax error")
    assert broken["error"] == {
        "name": "SyntaxError",
        "message": "unexpected token",
        "module": "index.js",
        "line": 3,
        "column": 7,
    }
    refused = await asked(visitor, waiting, "apply", "syntax error", seq=broken["seq"])
    assert (refused.status_code, refused.json()["code"]) == (500, "load_error")


async def test_a_run_goes_on_with_other_code(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    seq = (await rehearsed(visitor, waiting, "sent order"))["seq"]
    applied = await asked(visitor, waiting, "apply", "sent order", seq=seq)
    assert applied.status_code == 200, applied.text
    version = applied.json()["version"]
    view = await view_of(visitor, waiting["runId"])
    assert (view["version"], view["source"]) == (version, "sent order")
    session = (await visitor.get(f"/api/sessions/{waiting['session']}")).json()
    assert [run["versionId"] for run in session["runs"]] == [version]
    again = await asked(visitor, waiting, "apply", "sent order", seq=seq)
    assert (again.status_code, again.json()["code"]) == (409, "instance.moved_on")
    output = await approve(playground, visitor, waiting["session"], waiting["runId"])
    assert output == "send by SentOrder"


async def test_code_that_differs_is_applied_from_the_step_that_differs_only(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    seq = (await rehearsed(visitor, waiting, "taxed order"))["seq"]
    refused = await asked(visitor, waiting, "apply", "taxed order", seq=seq)
    assert (refused.status_code, refused.json()["code"]) == (409, "rehearsal.differs")
    assert refused.json()["rehearsal"]["differs"] == CHARGE
    late = await asked(visitor, waiting, "apply", "taxed order", seq=seq, **{"from": "wait:1:decide"})
    assert (late.status_code, late.json()["code"]) == (409, "rehearsal.differs")
    applied = await asked(visitor, waiting, "apply", "taxed order", seq=seq, **{"from": CHARGE})
    assert applied.status_code == 200, applied.text
    output = await approve(playground, visitor, waiting["session"], waiting["runId"])
    assert output == "ship by TaxedOrder"
    steps = {step["name"]: step["output"] for step in (await view_of(visitor, waiting["runId"]))["steps"][:3]}
    assert steps == {
        "price": "price by Order",
        "taxes": "taxes by TaxedOrder",
        "charge": "charge by TaxedOrder",
    }


async def test_a_fork_leaves_the_run_as_it_was(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    before = await view_of(visitor, waiting["runId"])
    forked = await asked(visitor, waiting, "fork", "taxed order", **{"from": CHARGE})
    assert forked.status_code == 201, forked.text
    fork = forked.json()
    assert fork["session"] == waiting["session"]
    assert await view_of(visitor, waiting["runId"]) == before
    assert await approve(playground, visitor, waiting["session"], fork["id"]) == "ship by TaxedOrder"
    queued = (await view_of(visitor, fork["id"]))["entries"][0]
    assert queued["lineage"]["of"] == waiting["runId"]
    assert queued["lineage"]["from"] == {"kind": "do", "name": "charge", "count": 1}
    assert queued["params"] == {"sku": 7}
    refused = await asked(visitor, waiting, "fork", "taxed order")
    assert (refused.status_code, refused.json()["code"]) == (409, "rehearsal.differs")


@pytest.mark.parametrize(
    "start", ["charge", "do:0:charge", {"name": "charge"}, 5, "rollback:1:charge", "do:x:y"]
)
async def test_what_is_no_step_is_refused(visitor: httpx.AsyncClient, waiting: Run, start: Any) -> None:
    answer = await asked(visitor, waiting, "fork", "order", **{"from": start})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_step")


async def test_to_apply_takes_what_was_rehearsed(visitor: httpx.AsyncClient, waiting: Run) -> None:
    for seq in (None, "5", -1, True):
        answer = await asked(visitor, waiting, "apply", "order", seq=seq)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_seq")


VERBS = ("rehearse", "apply", "fork")


@pytest.mark.parametrize("scope", ["view", "approve"])
async def test_who_may_only_look_or_approve_may_do_none_of_it(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run, scope: str
) -> None:
    share = await visitor.post(f"/api/sessions/{waiting['session']}/shares", json={"scope": scope})
    _, _, secret = share.json()["url"].partition("#share=")
    watcher = playground.visitor()
    await watcher.post("/api/shares/redeem", json={"session": waiting["session"], "secret": secret})
    for verb in VERBS:
        assert (await asked(watcher, waiting, verb, "order", seq=1)).status_code == 403
    assert (await watcher.get(f"/api/instances/{waiting['runId']}/file")).status_code == 403
    document = (await visitor.get(f"/api/instances/{waiting['runId']}/file")).json()
    body = {"file": document, "session": waiting["session"]}
    assert (await watcher.post("/api/runs/from-file", json=body)).status_code == 403
    assert playground.services.dispatcher.rehearsed == []  # type: ignore[attr-defined]


async def test_who_has_no_link_finds_nothing(playground: Playground, waiting: Run) -> None:
    stranger = playground.visitor()
    unknown = {"runId": "no-such-run"}
    for run in (waiting, unknown):
        answers = [await asked(stranger, run, verb, "order", seq=1) for verb in VERBS]
        answers.append(await stranger.get(f"/api/instances/{run['runId']}/file"))
        assert {(answer.status_code, answer.content) for answer in answers} == {
            (404, b'{"error":"instance.not_found","code":"not_found"}')
        }


async def test_a_link_that_lets_edit_lets_apply(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    share = await visitor.post(f"/api/sessions/{waiting['session']}/shares", json={"scope": "edit"})
    _, _, secret = share.json()["url"].partition("#share=")
    editor = playground.visitor()
    await editor.post("/api/shares/redeem", json={"session": waiting["session"], "secret": secret})
    seq = (await rehearsed(editor, waiting, "sent order"))["seq"]
    assert (await asked(editor, waiting, "apply", "sent order", seq=seq)).status_code == 200


# -- files


async def file_of(visitor: httpx.AsyncClient, run: Run) -> Run:
    answer = await visitor.get(f"/api/instances/{run['runId']}/file")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment;")
    document: Run = answer.json()
    return document


async def test_a_file_holds_the_run_and_goes_on_anywhere(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    document = await file_of(visitor, waiting)
    assert (document["format"], document["formatVersion"]) == ("playground-run", 1)
    assert document["run"]["id"] == waiting["runId"]
    assert document["code"] == {"main": "index.js", "modules": {"index.js": "order"}}
    assert document["params"] == 'j{"sku":7}'
    assert "__dispatcherMetadata" not in str(document)
    [price, charge] = [entry for entry in document["entries"] if entry["type"] == "step_completed"]
    assert (price["$value"], charge["output"]) == ('j"price by Order"', "charge by Order")
    elsewhere = playground.visitor()
    made = await elsewhere.post("/api/runs/from-file", json={"file": document, "from": CHARGE})
    assert made.status_code == 201, made.text
    run = made.json()
    assert run["session"] != waiting["session"]
    assert await approve(playground, elsewhere, run["session"], run["id"]) == "ship by Order"
    view = await view_of(elsewhere, run["id"])
    assert view["source"] == "order"
    lineage = view["entries"][0]["lineage"]
    assert (lineage["of"], lineage["why"], lineage["from"]["name"]) == (waiting["runId"], "file", "charge")


async def test_of_a_bad_file_nothing_is_kept(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    document = await file_of(visitor, waiting)
    elsewhere = playground.visitor()
    session = (await elsewhere.post("/api/sessions", json={})).json()["id"]
    bad: list[tuple[Any, int, str]] = [
        (None, 400, "run_file.bad"),
        ({**document, "entries": document["entries"][2:]}, 400, "run_file.bad"),
        ({**document, "code": None}, 400, "run_file.bad"),
        ({**document, "code": {"main": "x", "modules": {}}}, 400, "bad_modules"),
        ({**document, "code": {"main": "x", "modules": {"y.js": ""}}}, 400, "bad_main"),
    ]
    for file, status, code in bad:
        answer = await elsewhere.post("/api/runs/from-file", json={"file": file})
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    unknown = await elsewhere.post("/api/runs/from-file", json={"file": document, "from": "do:1:nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "instance.no_step")
    assert (await elsewhere.get(f"/api/sessions/{session}")).json()["runs"] == []
    assert await playground.services.versions.of_runs(session, 10) == {}


async def test_a_run_says_which_one_it_repeats(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    lineage = {"of": waiting["runId"], "why": "replay"}
    again = (await visitor.post("/api/run", json={"source": "order", "lineage": lineage})).json()
    assert (await view_of(visitor, again["runId"]))["entries"][0]["lineage"] == lineage
    for bad in ("x", {}, {"of": "x", "why": "fork"}, {"of": "../x", "why": "replay"}, {**lineage, "at": 1}):
        answer = await visitor.post("/api/run", json={"source": "order", "lineage": bad})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_lineage")


async def test_a_restart_from_the_top_still_says_so(
    visitor: httpx.AsyncClient, waiting: Run, playground: Playground
) -> None:
    lineage = {"of": waiting["runId"], "why": "replay"}
    again = (await visitor.post("/api/run", json={"source": "order", "lineage": lineage})).json()
    for _ in range(2):
        await playground.reached(again["session"], again["runId"], "workflow_waiting")
        restarted = await visitor.post(f"/api/instances/{again['runId']}/restart", json={})
        assert restarted.status_code == 200, restarted.text
        [first, *_] = (await view_of(visitor, again["runId"]))["entries"]
        assert (first["type"], first["lineage"]) == ("workflow_restarted", lineage)


async def test_so_does_a_run_that_the_code_creates_with_others(
    playground: Playground, visitor: httpx.AsyncClient, waiting: Run
) -> None:
    services, starts = playground.services, Starts()
    workflow = services.engine.workflow(services.settings.workflow, waiting["session"])
    starts.begin(waiting["session"], "one", None, Lineage(waiting["runId"], "replay"))
    params = wrap_params({}, {"tenant": waiting["session"], "version": waiting["version"]})
    batch = [{"id": id, "params": params} for id in ("one", "two")]
    await starts.watch(waiting["session"], workflow).create_batch(batch)
    first, second = [(await view_of(visitor, id))["entries"][0] for id in ("one", "two")]
    assert first["lineage"] == {"of": waiting["runId"], "why": "replay"}
    assert "lineage" not in second
