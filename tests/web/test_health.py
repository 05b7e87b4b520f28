"""For operators: alive, counted, described."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from playground.web import create_app
from playground.web.routes import ENDPOINTS
from tests.web.conftest import Open


async def test_healthz_says_that_it_is_alive(open_playground: Open) -> None:
    visitor = (await open_playground(version="1.2.3")).visitor()
    answer = await visitor.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": "1.2.3"})


class Isolates:
    """Stands in for the worker processes."""

    def __init__(self, degraded: bool) -> None:
        self.degraded = degraded

    def health(self) -> dict[str, Any]:
        return {
            "layers": ["seccomp"],
            "missing": ["landlock (ENOSYS)"],
            "isolates": 3,
            "lost": 2,
            "recycled": 1,
        }


@pytest.mark.parametrize(("degraded", "status"), [(False, "ok"), (True, "degraded")])
async def test_healthz_shows_the_isolates_and_stays_alive_without_them(
    open_playground: Open, degraded: bool, status: str
) -> None:
    playground = await open_playground(version="1.2.3")
    services = replace(playground.services, isolates=Isolates(degraded))
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://play.test") as operator:
        answer = await operator.get("/healthz")
        assert answer.status_code == 200
        isolates = Isolates(degraded).health()
        assert answer.json() == {"status": status, "version": "1.2.3", "isolates": isolates}
        lines = (await operator.get("/metrics")).text.splitlines()
        assert {"playground_workers_isolates 3", "playground_workers_lost 2"} <= set(lines)


class Storage:
    """Stands in for a database whose disk has failed."""

    broken = "the disk failed during a commit (disk I/O error); nothing more is written, restart the server"


async def test_healthz_fails_once_nothing_can_be_stored(open_playground: Open) -> None:
    playground = await open_playground(version="1.2.3")
    transport = httpx.ASGITransport(create_app(replace(playground.services, storage=Storage())))
    async with httpx.AsyncClient(transport=transport, base_url="http://play.test") as operator:
        answer = await operator.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failed")
    assert "Restart the server" in answer.json()["storage"]


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
