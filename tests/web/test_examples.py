"""The gallery's routes: what there is, one of them whole, and asking again costs little."""

from __future__ import annotations

from tests.web.conftest import Open


async def test_the_list_names_each_with_its_lesson(open_playground: Open) -> None:
    visitor = (await open_playground()).visitor()
    answer = await visitor.get("/api/examples")
    assert answer.status_code == 200
    listed = answer.json()["examples"]
    assert [example["id"] for example in listed][:2] == ["hello", "walk"]
    assert set(listed[0]) == {"id", "title", "group", "shows", "sketch", "try", "language", "files"}
    (typescript,) = [example for example in listed if example["language"] == "ts"]
    assert typescript["files"] == ["workflow.ts", "prices.ts", "types.ts"]


async def test_one_comes_with_its_files_and_payload(open_playground: Open) -> None:
    visitor = (await open_playground()).visitor()
    whole = (await visitor.get("/api/examples/hello")).json()
    assert whole["main"] == "workflow.js"
    assert "export class TenantWorkflow" in whole["files"]["workflow.js"]
    assert whole["payload"] == {"name": "Ada"}


async def test_what_a_browser_has_is_not_sent_again(open_playground: Open) -> None:
    visitor = (await open_playground()).visitor()
    first = await visitor.get("/api/examples/hello")
    again = await visitor.get("/api/examples/hello", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    other = await visitor.get("/api/examples/retries", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


async def test_what_there_is_not_is_not_found(open_playground: Open) -> None:
    visitor = (await open_playground()).visitor()
    for id in ("nothing", "..", "%2e%2e%2fweb"):
        assert (await visitor.get(f"/api/examples/{id}")).status_code == 404
