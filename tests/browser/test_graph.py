"""The graph: the shape of the source with live states, before and after it ran."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.live.workflows import workflow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SHAPED = workflow("""
    for (const item of [1, 2, 3]) await step.do(`pack ${item}`, async () => item);
    if (event.payload.name === 'Ada') await step.do('greet', async () => 'hello');
    else await step.do('ignore', async () => null);
    return 'sent';
""")

UNNAMED = workflow("""
    const names = ['one', 'two', 'three'];
    const call = step.do.bind(step);
    for (const name of names) await call(name, async () => name);
    return 1;
""")


async def test_the_graph_has_the_shape_and_lights_up_the_way_that_was_taken(visit: Opener) -> None:
    page = await visit()
    await page.run(SHAPED, {"name": "Ada"})
    await page.page.locator("#tab-graph").click()
    await page.ends("Complete")
    nodes = page.page.locator(".graph-step")
    await expect(nodes).to_have_count(3)
    for at, state in enumerate(["completed", "completed", "missed"]):
        await expect(nodes.nth(at)).to_have_attribute("data-state", state)
    await expect(nodes.first).to_have_accessible_name("pack … all done ×3")
    await expect(page.page.locator(".graph-title")).to_contain_text("×3")
    await expect(page.page.locator(".graph-choice")).to_contain_text("event.payload.name === 'Ada'")
    await expect(page.page.locator(".graph-end[data-status='complete']")).to_have_text("Complete")
    assert await page.page.locator(".graph-way.taken").count() >= 6
    assert await page.page.locator(".graph-way:not(.taken)").count() >= 2


async def test_arrows_go_from_step_to_step_and_enter_selects(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.page.locator("#tab-graph").click()
    await page.page.locator(".graph-step").first.focus()
    await page.page.keyboard.press("ArrowDown")
    await page.page.keyboard.press("Enter")
    await expect(page.page.locator(".graph-step[aria-pressed='true'] .graph-step-name")).to_have_text(
        "second"
    )
    await expect(page.page.locator("#dock")).to_be_visible()


async def test_where_the_source_names_no_steps_the_graph_is_what_ran(visit: Opener) -> None:
    page = await visit()
    await page.run(UNNAMED)
    await page.ends("Complete")
    await page.page.locator("#tab-graph").click()
    await expect(page.page.locator(".graph-step-name")).to_have_text(["one", "two", "three"])


async def test_it_is_moved_and_zoomed_and_comes_back(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.page.locator("#tab-graph").click()
    world = page.page.locator(".graph-world")
    await expect(page.page.locator(".graph-step").first).to_be_visible()
    first = await world.evaluate("world => world.style.transform")
    area = await page.page.locator(".graph-area").bounding_box()
    assert area is not None
    await page.page.mouse.move(area["x"] + 20, area["y"] + 20)
    await page.page.mouse.down()
    await page.page.mouse.move(area["x"] + 60, area["y"] + 40, steps=3)
    await page.page.mouse.up()
    assert await world.evaluate("world => world.style.transform") != first
    await page.page.locator(".graph").get_by_role("button", name="Fit all").click()
    assert await world.evaluate("world => world.style.transform") == first
