"""The page's files: compressed ones in place of large ones, where the browser takes them."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.routing import Mount

from playground.web.static_files import PageFiles, accepted_encodings

TEXT = b"export const word = 'first';\n" * 50


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "both.js").write_bytes(TEXT)
    (tmp_path / "both.js.gz").write_bytes(gzip.compress(TEXT, mtime=0))
    (tmp_path / "both.js.br").write_bytes(b"what Brotli made of it")
    (tmp_path / "plain.css").write_bytes(b"p { margin: 0 }")
    app = Starlette(routes=[Mount("/", PageFiles(directory=tmp_path))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://play.test") as client:
        yield client


async def raw(client: httpx.AsyncClient, path: str, encodings: str, **headers: str) -> httpx.Response:
    return await client.get(path, headers={"accept-encoding": encodings, **headers})


async def test_brotli_goes_before_gzip(client: httpx.AsyncClient) -> None:
    async with client.stream("GET", "/both.js", headers={"accept-encoding": "gzip, deflate, br"}) as answer:
        body = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "br"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert body == b"what Brotli made of it"


async def test_gzip_is_what_it_was_made_from(client: httpx.AsyncClient) -> None:
    answer = await raw(client, "/both.js", "gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == TEXT


async def test_who_takes_neither_gets_the_file(client: httpx.AsyncClient) -> None:
    answer = await raw(client, "/both.js", "identity, br;q=0")
    assert "content-encoding" not in answer.headers
    assert answer.content == TEXT


async def test_a_known_file_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await raw(client, "/both.js", "gzip")
    again = await raw(client, "/both.js", "gzip", **{"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    other = await raw(client, "/both.js", "identity", **{"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


async def test_what_was_not_compressed_goes_as_it_is(client: httpx.AsyncClient) -> None:
    assert (await raw(client, "/plain.css", "gzip, br")).text == "p { margin: 0 }"
    assert (await raw(client, "/nothing.js", "gzip, br")).status_code == 404


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip, deflate, br", {"gzip", "deflate", "br"}),
        ("BR;q=0.5 , gzip;q=0", {"br"}),
        ("gzip;q=0.000", set()),
        ("", {""}),
    ],
)
def test_which_encodings_are_taken(header: str, expected: set[str]) -> None:
    assert accepted_encodings(header) == expected


async def test_pictures_are_kept_for_a_while(client: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "icons.svg").write_text("<svg/>")
    assert (await client.get("/img/icons.svg")).headers["cache-control"] == "public, max-age=600"
    assert "cache-control" not in (await client.get("/img/none.svg")).headers
    assert "cache-control" not in (await client.get("/plain.css")).headers
