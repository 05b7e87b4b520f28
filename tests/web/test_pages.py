"""Pages: what stands in the HTML before any script has run."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from tests.web.conftest import Playground

PAGE_DATA = re.compile(r'<script type="application/json" id="page-data">(.*?)</script>', re.DOTALL)


def page_data(answer: httpx.Response) -> dict[str, object]:
    assert answer.status_code == 200
    found = PAGE_DATA.search(answer.text)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


async def test_a_newcomer_s_page_has_no_session(visitor: httpx.AsyncClient) -> None:
    data = page_data(await visitor.get("/"))
    assert (data["session"], data["access"]) == (None, None)


async def test_the_page_of_one_s_own_session(visitor: httpx.AsyncClient) -> None:
    session = (await visitor.post("/api/run", json={"source": "greet"})).json()["session"]
    for path in ("/", f"/s/{session}"):
        answer = await visitor.get(path)
        data = page_data(answer)
        assert (data["session"], data["access"]) == (session, "own")
        assert "greet</textarea>" in answer.text


async def test_a_stranger_s_page_of_a_session_tells_nothing(
    playground: Playground, visitor: httpx.AsyncClient
) -> None:
    session = (await visitor.post("/api/run", json={"source": "fail"})).json()["session"]
    stranger = playground.visitor()
    known, unknown = await stranger.get(f"/s/{session}"), await stranger.get("/s/AAAAAAAAAAAAAAAA")
    assert page_data(known)["access"] is None
    blank = re.compile(rf"{session}|AAAAAAAAAAAAAAAA|data-nonce=\"[^\"]*\"")
    assert blank.sub("", known.text) == blank.sub("", unknown.text)


@pytest.mark.parametrize(
    "id", ["</script><script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>", "a\u2028b"]
)
async def test_an_address_cannot_break_out_of_the_page(visitor: httpx.AsyncClient, id: str) -> None:
    answer = await visitor.get(httpx.URL("/s/").join(httpx.URL(path="/s/" + id.replace("/", "∕"))))
    assert page_data(answer)["session"] == id.replace("/", "∕")
    assert "<img src=x" not in answer.text
    assert "<script>alert" not in answer.text


async def test_a_draft_cannot_break_out_of_the_page(visitor: httpx.AsyncClient) -> None:
    session = (await visitor.post("/api/sessions", json={})).json()["id"]
    nasty = "</textarea><script>alert(1)</script>"
    await visitor.put(f"/api/sessions/{session}/draft", json={"source": nasty, "payload": nasty})
    answer = await visitor.get("/")
    assert "<script>alert" not in answer.text
    assert answer.text.count("&lt;/textarea&gt;&lt;script&gt;alert(1)") == 2


async def test_each_page_has_a_nonce_of_its_own_and_no_inline_script(visitor: httpx.AsyncClient) -> None:
    nonces = set()
    for _ in range(2):
        answer = await visitor.get("/")
        policy = answer.headers["content-security-policy"]
        found = re.search(r"style-src 'self' 'nonce-([A-Za-z0-9_-]{22})'", policy)
        assert found is not None
        assert found[1] in answer.text
        nonces.add(found[1])
        assert "'unsafe-" not in policy
        for script in re.findall(r"<script\b[^>]*>", answer.text):
            assert "src=" in script or 'type="application/json"' in script
        assert not re.search(r"\son\w+\s*=|javascript:|<style\b|\sstyle\s*=", answer.text)
    assert len(nonces) == 2


async def test_who_reads_pages_is_told_in_one_that_there_is_none(visitor: httpx.AsyncClient) -> None:
    browser = {"accept": "text/html,application/xhtml+xml"}
    answer = await visitor.get("/no/such/page", headers=browser)
    assert answer.status_code == 404
    assert "<h1>Not Found</h1>" in answer.text
    assert (await visitor.get("/api/nothing", headers=browser)).json()["code"] == "not_found"


async def test_the_page_is_not_cached(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/")).headers["cache-control"] == "no-store"


async def test_what_the_page_asks_for_is_there(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get("/")).text
    wanted = [path for path in re.findall(r'(?:href|src)="(/static/[^"#]+)', text) if "/build/" not in path]
    assert wanted
    for path in sorted(set(wanted)):
        assert (await visitor.get(path)).status_code == 200, path
