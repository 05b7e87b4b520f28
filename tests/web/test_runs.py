"""`GET /api/source`, `POST /api/run`, `GET /api/status/{id}`: the shapes of the reference playground, and its
errors.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest

from tests.web.conftest import Open, Playground
from tests.web.dispatcher import PythonDispatcher


async def test_the_default_source_is_served_as_javascript(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/source")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "export class TenantWorkflow extends WorkflowEntrypoint" in answer.text
    assert "waitForEvent" in answer.text


async def test_a_run_is_started_and_its_status_can_be_read(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    answer = await visitor.post("/api/run", json={"source": "greet", "payload": {"name": "Ada"}})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    started = answer.json()
    assert started.keys() == {"runId", "id", "status", "session", "version"}
    assert started["id"] == started["runId"]
    assert started["status"]["status"] in ("queued", "running")
    await playground.ended(started["session"], started["runId"])
    status = await visitor.get(f"/api/status/{started['runId']}")
    assert status.json() == {
        "id": started["runId"],
        "status": {"status": "complete", "output": {"greeting": "Hello, Ada!"}, "error": None},
    }


async def test_a_run_that_failed_says_why(playground: Playground, visitor: httpx.AsyncClient) -> None:
    started = (await visitor.post("/api/run", json={"source": "fail"})).json()
    await playground.ended(started["session"], started["runId"])
    status = (await visitor.get(f"/api/status/{started['runId']}")).json()["status"]
    assert status == {"status": "errored", "output": None, "error": {"name": "Error", "message": "no luck"}}


@pytest.mark.parametrize("payload", [{}, {"payload": None}])
async def test_a_missing_payload_is_an_empty_object(
    playground: Playground, visitor: httpx.AsyncClient, payload: dict[str, Any]
) -> None:
    await visitor.post("/api/run", json={"source": "greet", **payload})
    assert dispatcher(playground).payloads == [{}]


@pytest.mark.parametrize("payload", [0, False, "", [], [None], {"__proto__": 1}, "\u2028", 1.5, -0.0])
async def test_a_payload_is_any_json(
    playground: Playground, visitor: httpx.AsyncClient, payload: object
) -> None:
    await visitor.post("/api/run", json={"source": "greet", "payload": payload})
    assert dispatcher(playground).payloads == [payload]


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"source": NaN}', b'{"source": "\xff"}', b'{"payload": 1e400}']
)
async def test_what_is_no_json_is_400(visitor: httpx.AsyncClient, body: bytes) -> None:
    answer = await visitor.post("/api/run", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"] == "Invalid JSON body"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"source": ""},
        {"source": 1},
        {"source": None},
        {"source": ["x"]},
        [],
        "source",
        None,
        3,
        {"modules": {"a.js": ""}, "main": "a.js"},
    ],
)
async def test_without_source_it_is_400(visitor: httpx.AsyncClient, body: object) -> None:
    headers = {"content-type": "application/json"}
    answer = await visitor.post("/api/run", content=json.dumps(body), headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"] == "Missing source code"


@pytest.mark.parametrize(
    "body",
    [
        {"modules": {}, "main": "a.js"},
        {"modules": [], "main": "a.js"},
        {"modules": {"a.js": 1}, "main": "a.js"},
        {"modules": {"a.js": "greet"}},
        {"modules": {"a.js": "greet"}, "main": "b.js"},
        {"modules": {"a.js": "greet"}, "main": ["a.js"]},
        {"modules": {"a\nb": "greet"}, "main": "a\nb"},
        {"modules": {"": "greet"}, "main": ""},
        {"modules": {"x" * 257: "greet"}, "main": "x" * 257},
        {"modules": {f"{n}.js": "greet" for n in range(101)}, "main": "1.js"},
        {"source": "greet", "language": "cobol"},
        {"source": "greet", "language": ["ts"]},
        {"source": "greet", "language": None},
        {"modules": {"a.ts": "greet"}, "main": "a.ts", "language": "ts"},
        {"modules": {"a.js": "greet", "b.tsx": ""}, "main": "a.js"},
        {"modules": {"a.js": "greet", "b": {"js": 1}}, "main": "a.js"},
        {"modules": {"a.js": "greet", "b": {"data": "not base64"}}, "main": "a.js"},
        {"modules": {"a.js": "greet", "b": {"js": "", "ts": ""}}, "main": "a.js"},
        {"modules": {"a.js": "greet", "b": {}}, "main": "a.js"},
        {"modules": {"a.js": "greet", "b": {"wasm": ""}}, "main": "a.js"},
        {"modules": {"a.js": "greet", "b": None}, "main": "a.js"},
        {"modules": {"a.js": "greet", "./a.js": "greet"}, "main": "a.js"},
        {"modules": {"a.js": "greet", "../b.js": ""}, "main": "a.js"},
        {"modules": {"a.js": "greet", "b/": ""}, "main": "a.js"},
        {"modules": {"a.js": "greet", "\x85": ""}, "main": "a.js"},
        {"modules": {"a.js": "greet", "x" * (256 << 10): ""}, "main": "a.js"},
        {"modules": {"a.txt": "greet"}, "main": "a.txt"},
        {"modules": {"a.js": {"text": "greet"}}, "main": "a.js"},
    ],
)
async def test_odd_modules_are_400(visitor: httpx.AsyncClient, body: object) -> None:
    answer = await visitor.post("/api/run", json=body)
    assert answer.status_code == 400
    assert answer.json()["code"].startswith("bad_")


async def test_what_is_wrong_with_a_module_names_it(visitor: httpx.AsyncClient) -> None:
    body = {"modules": {"a.js": "greet", "view.tsx": "x"}, "main": "a.js"}
    answer = await visitor.post("/api/run", json=body)
    assert answer.json() == {
        "error": 'the module "view.tsx": JSX is not supported; '
        "call the functions that it stands for, in a .ts module",
        "code": "bad_modules",
        "module": "view.tsx",
    }


async def test_a_source_may_be_typescript(playground: Playground, visitor: httpx.AsyncClient) -> None:
    started = (await visitor.post("/api/run", json={"source": "greet", "language": "ts"})).json()
    await playground.ended(started["session"], started["runId"])
    view = (await visitor.get(f"/api/instances/{started['runId']}")).json()
    assert (view["source"], view["language"]) == ("greet", "ts")
    session = (await visitor.get(f"/api/sessions/{started['session']}")).json()
    assert (session["source"], session["language"]) == ("greet", "ts")


async def test_modules_of_every_kind_may_be_sent(playground: Playground, visitor: httpx.AsyncClient) -> None:
    modules = {
        "main": {"ts": "greet"},
        "/lib/./a.js": {"js": "1"},
        "b.json": "[1]",
        "c": {"json": {"__proto__": 1, "a": [None]}},
        "d.md": "# text",
        "e": {"text": "text"},
        "f.wasm": {"data": "AGFzbQ=="},
        "__proto__": "export {}",
    }
    started = (await visitor.post("/api/run", json={"modules": modules, "main": "main"})).json()
    await playground.ended(started["session"], started["runId"])
    view = (await visitor.get(f"/api/instances/{started['runId']}")).json()
    assert view["source"] == "greet"
    assert view["modules"] == {
        **{name: module for name, module in modules.items() if name != "/lib/./a.js"},
        "lib/a.js": "1",
    }


async def test_bytes_count_for_what_they_are(playground: Playground, visitor: httpx.AsyncClient) -> None:
    limit = playground.services.settings.source_limit
    data = base64.b64encode(bytes(limit)).decode()
    body = {"modules": {"a.js": "greet", "b": {"data": data}}, "main": "a.js"}
    answer = await visitor.post("/api/run", json=body)
    assert (answer.status_code, answer.json()["code"]) == (413, "source_too_large")
    assert str(limit + len("greet")) in answer.json()["error"]


async def test_several_modules_may_be_sent(playground: Playground, visitor: httpx.AsyncClient) -> None:
    body = {"modules": {"main.js": "greet", "lib/other.js": "export {}"}, "main": "main.js"}
    started = (await visitor.post("/api/run", json=body)).json()
    view = (await visitor.get(f"/api/instances/{started['runId']}")).json()
    assert view["source"] == "greet"
    assert view["modules"] == body["modules"]


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 2_000_000, 3_000_000])
async def test_a_huge_source_is_413(visitor: httpx.AsyncClient, size: int) -> None:
    answer = await visitor.post("/api/run", json={"source": "x" * size})
    assert answer.status_code == 413
    assert "bytes" in answer.json()["error"]


async def test_a_source_counts_by_its_bytes(open_playground: Open) -> None:
    visitor = (await open_playground(source_limit=10)).visitor()
    assert (await visitor.post("/api/run", json={"source": "é" * 6})).status_code == 413
    assert (await visitor.post("/api/run", json={"source": "é" * 5})).status_code != 413


async def test_code_that_does_not_load_says_where(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/api/run", json={"source": "syntax error"})
    assert answer.status_code == 500
    assert answer.json() == {
        "error": "unexpected token",
        "code": "load_error",
        "name": "SyntaxError",
        "module": "index.js",
        "line": 3,
        "column": 7,
    }


@pytest.mark.parametrize(
    ("source", "status", "content"),
    [
        ("spins", 500, {"error": "used more than 1000 ms", "code": "CPU_LIMIT", "name": "CpuLimitError"}),
        ("throws", 500, {"error": "x is not a function", "code": "tenant_error", "name": "TypeError"}),
        (
            "throws at a place",
            500,
            {
                "error": "not a function",
                "code": "tenant_error",
                "name": "TypeError",
                "module": "index.js",
                "line": 1,
                "column": 8,
                "frame": "> 1 | throws at a place\n    |        ^",
            },
        ),
        (
            "no class",
            500,
            {"error": "no such entrypoint: TenantWorkflow", "code": "no_such_entrypoint", "name": "Error"},
        ),
        ("lost", 503, {"error": "the code's isolate went away; try again", "code": "isolate_lost"}),
        (
            "disk full",
            507,
            {"error": "the server's disk is full; what is stored can still be read", "code": "disk_full"},
        ),
        ("answers 418", 500, {"error": "short and stout", "code": "tenant_answered", "status": 418}),
        (
            "answers 500 with nothing",
            500,
            {"error": "Tenant returned error", "code": "tenant_answered", "status": 500},
        ),
    ],
)
async def test_code_that_fails_is_answered_for(
    visitor: httpx.AsyncClient, source: str, status: int, content: dict[str, Any]
) -> None:
    answer = await visitor.post("/api/run", json={"source": source})
    assert (answer.status_code, answer.json()) == (status, content)


@pytest.mark.parametrize("source", ["answers text", "answers null", "answers a list", "answers deep"])
async def test_an_answer_that_is_none_is_500(visitor: httpx.AsyncClient, source: str) -> None:
    answer = await visitor.post("/api/run", json={"source": source})
    assert answer.status_code == 500
    assert answer.json()["code"] == "bad_answer"


async def test_id_and_status_are_what_the_tenant_answered(visitor: httpx.AsyncClient) -> None:
    answer = (await visitor.post("/api/run", json={"source": "answers its own id"})).json()
    assert (answer["id"], answer["status"]) == ("other", "anything")
    assert answer["runId"] != "other"
    bare = (await visitor.post("/api/run", json={"source": "answers nothing known"})).json()
    assert bare.keys() == {"runId", "session", "version"}


async def test_a_handler_that_never_answers_is_given_up(open_playground: Open) -> None:
    visitor = (await open_playground(start_timeout_s=0.01)).visitor()
    answer = await visitor.post("/api/run", json={"source": "never answers"})
    assert (answer.status_code, answer.json()["code"]) == (500, "start_timeout")


async def test_the_first_run_makes_a_session_and_later_ones_keep_it(visitor: httpx.AsyncClient) -> None:
    first = await visitor.post("/api/run", json={"source": "greet"})
    cookie = first.headers["set-cookie"]
    assert cookie.startswith("pg_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert first.json()["session"] not in cookie
    second = await visitor.post("/api/run", json={"source": "greet"})
    assert "set-cookie" not in second.headers
    assert second.json()["session"] == first.json()["session"]


async def test_a_run_that_fails_to_load_makes_a_session_too(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/api/run", json={"source": "syntax error"})
    assert answer.headers["set-cookie"].startswith("pg_session=")


async def test_a_refused_body_makes_no_session(visitor: httpx.AsyncClient) -> None:
    assert "set-cookie" not in (await visitor.post("/api/run", json={})).headers


async def test_a_bearer_token_is_as_good_as_the_cookie(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    started = (await visitor.post("/api/run", json={"source": "greet"})).json()
    bearer = {"authorization": f"Bearer {visitor.cookies['pg_session']}"}
    other = playground.visitor(headers=bearer)
    assert (await other.get(f"/api/status/{started['runId']}")).status_code == 200
    again = await other.post("/api/run", json={"source": "greet"})
    assert again.json()["session"] == started["session"]
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Bearer ", "Basic YTpi", f"Bearer {'x' * 43}"])
async def test_a_token_that_is_not_ours_is_401(playground: Playground, authorization: str) -> None:
    stranger = playground.visitor(headers={"authorization": authorization})
    answer = await stranger.post("/api/run", json={"source": "greet"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("cookie", ["", "x" * 43, "'; DROP TABLE sessions; --", "x" * 4000])
async def test_a_cookie_that_is_not_ours_is_no_cookie(playground: Playground, cookie: str) -> None:
    stranger = playground.visitor(headers={"cookie": f'pg_session="{cookie}"'})
    answer = await stranger.post("/api/run", json={"source": "greet"})
    assert answer.status_code == 200
    assert answer.headers["set-cookie"].startswith("pg_session=")


async def test_the_database_holds_no_token(
    playground: Playground, visitor: httpx.AsyncClient, tmp_path: Any
) -> None:
    await visitor.post("/api/run", json={"source": "greet"})
    token = visitor.cookies["pg_session"].encode()
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert not any(token in content for content in files)


async def test_over_the_quota_is_429_until_time_has_passed(open_playground: Open) -> None:
    playground = await open_playground(runs_per_minute=60, run_burst=2)
    visitor = playground.visitor()
    codes = [(await visitor.post("/api/run", json={"source": "greet"})).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    refused = await visitor.post("/api/run", json={"source": "greet"})
    assert refused.headers["retry-after"] == "1"
    await playground.clock.advance(1000)
    assert (await visitor.post("/api/run", json={"source": "greet"})).status_code == 200


async def test_one_address_may_not_open_sessions_without_end(open_playground: Open) -> None:
    playground = await open_playground(sessions_per_minute=2)
    codes = [
        (await playground.visitor().post("/api/run", json={"source": "greet"})).status_code for _ in range(3)
    ]
    assert codes == [200, 200, 429]


async def test_the_same_code_is_stored_once(playground: Playground, visitor: httpx.AsyncClient) -> None:
    started = [(await visitor.post("/api/run", json={"source": "greet"})).json() for _ in range(2)]
    views = [(await visitor.get(f"/api/instances/{run['runId']}")).json() for run in started]
    assert views[0]["version"] == views[1]["version"]
    other = (await visitor.post("/api/run", json={"source": "fail"})).json()
    assert (await visitor.get(f"/api/instances/{other['runId']}")).json()["version"] != views[0]["version"]


async def test_an_output_with_a_lone_surrogate_is_answered(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    started = (await visitor.post("/api/run", json={"source": "surrogate"})).json()
    await playground.ended(started["session"], started["runId"])
    answer = await visitor.get(f"/api/status/{started['runId']}")
    output = json.loads(answer.content)["status"]["output"]
    assert (len(output), output[0], output[2]) == (3, "a", "b")


def dispatcher(playground: Playground) -> PythonDispatcher:
    found = playground.services.dispatcher
    assert isinstance(found, PythonDispatcher)
    return found
