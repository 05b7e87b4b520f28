"""For operators: alive, counted, described."""

from __future__ import annotations

import re

import httpx

from playground.web.routes import ENDPOINTS
from tests.web.conftest import Open


async def test_healthz_says_that_it_is_alive(open_playground: Open) -> None:
    visitor = (await open_playground(version="1.2.3")).visitor()
    answer = await visitor.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": "1.2.3"})


async def test_metrics_count_answers_by_route_and_runs_by_outcome(visitor: httpx.AsyncClient) -> None:
    run = (await visitor.post("/api/run", json={"source": "greet"})).json()
    await visitor.post("/api/run", json={"source": "syntax error"})
    for id in (run["runId"], "unknown-1", "unknown-2"):
        await visitor.get(f"/api/status/{id}")
    await visitor.get("/no/such/page")
    answer = await visitor.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert 'playground_http_answers_total{method="GET",route="/api/status/{id}",status="200"} 1' in lines
    assert 'playground_http_answers_total{method="GET",route="/api/status/{id}",status="404"} 2' in lines
    assert 'playground_http_answers_total{method="any",route="other",status="404"} 1' in lines
    assert 'playground_runs_total{outcome="started"} 1' in lines
    assert 'playground_runs_total{outcome="failed"} 1' in lines
    assert "playground_http_seconds_count 6" in lines
    assert 'playground_http_seconds_bucket{le="+Inf"} 6' in lines
    sample = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in lines)


async def test_the_description_is_of_the_routes_that_there_are(visitor: httpx.AsyncClient) -> None:
    description = (await visitor.get("/openapi.json")).json()
    assert description["openapi"] == "3.1.0"
    described = {(method.upper(), path) for path, row in description["paths"].items() for method in row}
    assert described == {(row.method, row.path) for row in ENDPOINTS if not row.hidden}
    for row in description["paths"].values():
        for operation in row.values():
            assert operation["summary"]
            assert operation["responses"]
    run = description["paths"]["/api/run"]["post"]
    assert "application/json" in run["requestBody"]["content"]
    status = description["paths"]["/api/status/{id}"]["get"]
    assert [parameter["name"] for parameter in status["parameters"]] == ["id"]


def test_no_two_routes_are_the_same() -> None:
    rows = [(row.method, row.path) for row in ENDPOINTS]
    assert len(rows) == len(set(rows))
    names = [row.handler.__name__ for row in ENDPOINTS]
    assert len(names) == len(set(names))
