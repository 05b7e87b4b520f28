"""What cannot run is refused where it stands, in words."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_syntax_error_is_marked_at_its_line(visit: Opener) -> None:
    page = await visit()
    page.forgive("status of 500")
    await page.run(workflows.SYNTAX_ERROR)
    trouble = page.page.locator("#diagnostic")
    await expect(trouble).to_be_visible()
    await expect(trouble).to_contain_text("SyntaxError")
    await expect(trouble).to_contain_text(f"line {workflows.SYNTAX_ERROR_LINE}")
    marked = page.page.locator(".cm-line", has=page.page.locator(".cm-lintRange-error"))
    await expect(marked).to_contain_text("const = 2")
    await expect(page.page.locator(".diagnostic-frame")).to_contain_text("const = 2")
    await expect(page.page.locator(".cm-lint-marker-error")).to_have_count(1)


async def test_editing_takes_the_mark_away_and_the_next_run_goes(visit: Opener) -> None:
    page = await visit()
    page.forgive("status of 500")
    await page.run(workflows.SYNTAX_ERROR)
    await expect(page.page.locator("#diagnostic")).to_be_visible()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await expect(page.page.locator("#diagnostic")).to_be_hidden()
    await expect(page.page.locator(".cm-lintRange-error")).to_have_count(0)


async def test_a_payload_that_is_no_json_is_refused_before_it_is_sent(visit: Opener) -> None:
    page = await visit()
    sent: list[str] = []
    page.page.on("request", lambda request: sent.append(request.url) if "/api/run" in request.url else None)
    await page.run(workflows.QUICK, '{"name": Ada}')
    await expect(page.page.locator("#payload-state")).to_contain_text("line 1, column 10")
    await expect(page.page.locator("#payload")).to_have_attribute("aria-invalid", "true")
    await expect(page.page.locator(".payload .cm-content")).to_be_focused()
    await expect(page.page.get_by_role("alert").filter(has_text="Not run")).to_be_visible()
    assert sent == []


async def test_markup_in_names_lines_and_outputs_is_text(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.HOSTILE)
    await page.ends("Failed")
    await expect(page.steps.locator(".step-name")).to_have_text([workflows.HOSTILE_NAME])
    await expect(page.lines.locator(".line-text").first).to_have_text(workflows.HOSTILE_LINE)
    await expect(page.result).to_contain_text("<i>slanted</i>")
    await page.steps.first.locator(".step-row").click()
    await expect(page.steps.first.locator(".step-detail")).to_contain_text("<b>bold</b>")
    injected = page.page.locator("#right img, #right script, #right b, #right i")
    await expect(injected).to_have_count(0)


async def test_a_part_that_does_not_load_says_so(visit: Opener) -> None:
    page = await visit()
    page.forgive("share_dialog")
    page.forgive("Failed to load")
    await page.page.route(re.compile(r"/static/.*share_dialog"), lambda route: route.abort())
    await page.page.get_by_role("button", name="Share", exact=True).click()
    note = page.page.get_by_role("alert").filter(has_text="could not be loaded")
    await expect(note.get_by_role("button", name="Load the page again")).to_be_visible()
    await note.get_by_role("button", name="Load the page again").click()
    await page.page.unroute_all()
    await expect(page.page.locator("#editor-host .cm-content")).to_be_visible()
