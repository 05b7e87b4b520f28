"""A run is saved as a file, opened to look at, and run on from."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def saved(visit: Opener, folder: Path) -> Path:
    """The file of a run that waits for an approval."""
    page = await visit()
    await page.run(workflows.ORDER)
    await page.reaches("decide", "waiting")
    async with page.page.expect_download() as download:
        await page.choose("Save as a file")
    file = folder / "run.json"
    await (await download.value).save_as(file)
    return file


def bar(page: Visit) -> Locator:
    return page.page.get_by_role("region", name="A run from a file")


async def opened(page: Visit, file: Path) -> None:
    await page.page.locator("input[type=file][accept*=json]").set_input_files(file)


async def test_a_file_is_looked_at_by_a_stranger_and_run_on_from_a_step(
    visit: Opener, tmp_path: Path
) -> None:
    file = await saved(visit, tmp_path)
    page = await visit()
    posts: list[str] = []
    page.page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    await opened(page, file)
    await expect(bar(page)).to_contain_text("nothing of it runs")
    assert await page.states() == {
        "price": "completed",
        "charge": "completed",
        "decide": "waiting",
        "ship": "planned",
    }
    await expect(page.page.get_by_role("button", name="Pause", exact=True)).to_be_hidden()
    await expect(page.prompt).to_have_count(0)
    assert posts == [], "nothing was asked of the server"
    await bar(page).get_by_label("Run on from").select_option(label="“charge”")
    await bar(page).get_by_role("button", name="Run on", exact=True).click()
    await expect(page.page.locator(".lineage")).to_have_text("Runs on from a file of another run at “charge”")
    await page.reaches("decide", "waiting")
    await page.press("Approve")
    await page.ends("Complete")
    await expect(page.result).to_contain_text("shipped")


async def test_a_file_is_closed_again(visit: Opener, tmp_path: Path) -> None:
    file = await saved(visit, tmp_path)
    page = await visit()
    await opened(page, file)
    await page.reaches("decide", "waiting")
    await bar(page).get_by_role("button", name="Close").click()
    await expect(bar(page)).to_be_hidden()
    await expect(page.step("charge")).to_have_count(0)


async def test_what_is_no_file_of_a_run_is_refused_aloud(visit: Opener, tmp_path: Path) -> None:
    page = await visit()
    for content, trouble in (("nonsense", "it is not JSON"), ('{"format": "x"}', "not the file of a run")):
        file = tmp_path / "bad.json"
        file.write_text(content, encoding="utf-8")
        await opened(page, file)
        await expect(page.page.get_by_role("alert").filter(has_text=trouble)).to_be_visible()
    await expect(bar(page)).to_be_hidden()


async def test_a_dropped_file_is_opened(visit: Opener, tmp_path: Path) -> None:
    file = await saved(visit, tmp_path)
    page = await visit()
    await page.page.evaluate(_DROP, file.read_text(encoding="utf-8"))
    await expect(bar(page)).to_contain_text("dropped.json")
    await page.reaches("charge", "completed")


_DROP = """(text) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], "dropped.json", { type: "application/json" }));
  for (const type of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }
}"""
