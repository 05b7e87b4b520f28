"""The page for everybody: axe-core finds nothing against WCAG 2.2 AA in any of its states; keys alone do
everything; what happens is announced, seldom; nothing moves for people who asked for that.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.axe import violations
from tests.browser.conftest import Opener
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

Reach = Callable[[Visit], Awaitable[None]]
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "narrow": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
}


async def pane(page: Visit, name: str) -> None:
    """Bring a pane forward where there is room for one only."""
    tab = page.page.locator(f"[data-show={name}]")
    if await tab.is_visible():
        await tab.click()


async def keys(page: Visit, *presses: str) -> None:
    """Press keys outside of fields."""
    await page.page.evaluate("() => document.activeElement.blur()")
    for press in presses:
        await page.page.keyboard.press(press)


async def clean(page: Visit) -> None:
    found = await violations(page.page)
    assert found == [], "\n".join(found)


async def waiting(page: Visit) -> None:
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    await clean(page)
    await keys(page, "Control+k")
    await expect(page.page.get_by_role("combobox", name="Find a command")).to_be_focused()
    await clean(page)
    await page.page.keyboard.type("re")
    await clean(page)
    await page.page.keyboard.press("Escape")
    await page.page.locator(".why-button").click()
    await clean(page)
    await page.page.keyboard.press("Escape")
    await page.page.locator(".run-picker").click()
    await clean(page)


async def failed(page: Visit) -> None:
    await page.run(workflows.FAILING)
    await page.ends("Failed")
    await page.step("broken").locator(".step-row").click()
    await clean(page)


async def views(page: Visit) -> None:
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await pane(page, "run")
    tabs = page.page.locator(".view-tab")
    for at in range(await tabs.count()):
        await tabs.nth(at).click()
        await expect(page.page.locator(".view:not([hidden])")).not_to_be_empty()
        await clean(page)
    await tabs.first.click()
    await page.page.locator(".story-toggle").click()
    await expect(page.page.get_by_role("slider", name="The run's entries")).to_be_focused()
    await page.page.keyboard.press("Home")
    await expect(page.page.locator("body")).to_have_attribute("data-past", "true")
    await clean(page)


async def empty(page: Visit) -> None:
    await clean(page)
    await pane(page, "run")
    await clean(page)
    await keys(page, "g")
    await expect(page.page.get_by_role("dialog").get_by_role("button", name="Hello")).to_be_visible()
    await clean(page)
    await page.page.keyboard.press("Escape")
    await keys(page, "?")
    await expect(page.page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
    await clean(page)


async def refused(page: Visit) -> None:
    page.forgive("status of 500")
    await page.run(workflows.SYNTAX_ERROR)
    await expect(page.page.locator("#diagnostic")).to_be_visible()
    await pane(page, "code")
    await clean(page)


async def versions(page: Visit) -> None:
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await pane(page, "code")
    await page.write(workflows.FAILING)
    await expect(page.page.locator("#version-note")).to_be_visible()
    await clean(page)
    await page.press("Versions")
    await expect(page.page.get_by_role("dialog").locator(".diff .cm-content").first).to_be_visible()
    await clean(page)


async def conflicting(page: Visit) -> None:
    page.forgive("ERR_FAILED")
    page.forgive("409")
    await page.page.request.post(f"{page.base}/api/sessions", data={})
    await page.open()
    other = Visit(await page.page.context.new_page(), page.base)
    await other.open()
    away = re.compile(r"/draft$|/stream|/api/sessions/[^/]+$")
    await page.page.route(away, lambda route: route.abort())
    await page.write("// typed here")
    await other.write("// typed there")
    await expect(other.page.locator("#save-state")).to_have_text("Saved")
    await page.page.unroute(away)
    await page.page.evaluate("dispatchEvent(new Event('online'))")
    note = page.page.locator("#conflict-note")
    await expect(note).to_be_visible()
    await clean(page)
    await note.get_by_role("button", name="Compare").click()
    await expect(page.page.get_by_role("dialog").locator(".diff .cm-content").first).to_be_visible()
    await clean(page)


async def watching(page: Visit) -> None:
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    await page.open()
    session = await page.page.evaluate(_SESSION)
    made = await page.page.request.post(
        f"{page.base}/api/sessions/{session}/shares", data={"scope": "approve"}
    )
    await page.page.context.clear_cookies()
    await page.open((await made.json())["url"].removeprefix(page.base))
    await expect(page.page.locator("#watching-banner")).to_be_visible()
    await clean(page)
    await pane(page, "run")
    await expect(page.prompt.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    await clean(page)


async def sharing(page: Visit) -> None:
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.page.locator("#share-button").click()
    await expect(page.page.get_by_role("dialog")).to_be_visible()
    await clean(page)


async def asleep(page: Visit) -> None:
    await page.run(workflows.HELD_UP)
    await page.reaches("nap", "sleeping")
    await clean(page)
    await page.choose("Terminate this run")
    await expect(page.page.get_by_role("dialog")).to_be_visible()
    await clean(page)
    await page.answer("Keep it")
    await page.press("Pause")
    await expect(page.pill).to_have_text("Paused")
    await clean(page)


async def edited(page: Visit) -> None:
    await page.run(workflows.ORDER)
    await page.reaches("decide", "waiting")
    await pane(page, "code")
    await page.write(workflows.TAXED_ORDER)
    await pane(page, "run")
    await page.press("Try this code on Run 1")
    await expect(page.page.locator(".rehearsal")).to_be_visible()
    await clean(page)
    await page.press("Fork at “charge”")
    await expect(page.page.locator(".lineage")).to_be_visible()
    await page.choose("Compare")
    await expect(page.page.locator(".comparison .cm-content").first).to_be_visible()
    await clean(page)


async def debugged(page: Visit) -> None:
    await page.run(workflows.HELD_UP)
    await page.reaches("nap", "sleeping")
    await pane(page, "run")
    await page.press("Debug")
    panel = page.page.get_by_role("dialog", name="Debug")
    await expect(panel.get_by_role("radio", name="This run")).to_be_checked()
    await clean(page)
    await panel.get_by_role("radio", name="Next runs").click()
    await panel.get_by_label("Message of the error").fill("out of paper")
    await panel.get_by_role("button", name="Add", exact=True).click()
    await expect(panel.locator(".debug-fault")).to_be_visible()
    await clean(page)


async def approving(page: Visit) -> None:
    await page.run(workflows.APPROVED, {"letter": "to Ada"})
    await page.ends("Waiting for you")
    await pane(page, "run")
    await page.press("Send to an approver")
    await clean(page)
    await page.answer("Create link")
    await page.page.goto(await page.page.get_by_label("Link: decide").input_value())
    await expect(page.page.locator("#question h1")).to_be_visible()
    await clean(page)
    await page.page.get_by_label("Your name").fill("Ada")
    await page.press("Approve")
    await expect(page.page.locator("#verdict h1")).to_have_text("Approved by Ada")
    await clean(page)


REACHED: Final = (
    empty,
    waiting,
    failed,
    views,
    refused,
    versions,
    conflicting,
    watching,
    sharing,
    asleep,
    edited,
    debugged,
    approving,
)
STATES: Final[dict[str, Reach]] = {each.__name__: each for each in REACHED}


IN_CI: Final = frozenset({"waiting", "failed", "views", "approving"})
"""States that are looked at in dark and on a phone each time; the others are with what is marked slow."""


def _looks() -> Iterator[Any]:
    for state in STATES:
        for look in LOOKS:
            seldom = look != "light" and state not in IN_CI
            yield pytest.param(state, look, marks=[pytest.mark.slow] if seldom else [])


@pytest.mark.parametrize(("state", "look"), list(_looks()))
async def test_axe_finds_nothing(visit: Opener, state: str, look: str) -> None:
    page = await visit(reduced_motion="reduce", **LOOKS[look])
    await STATES[state](page)


async def test_keys_alone_run_answer_and_look_around(visit: Opener) -> None:
    page = await visit()
    keyboard = page.page.keyboard
    await page.write(workflows.APPROVED)
    await keyboard.press("Control+Enter")
    await page.ends("Waiting for you")
    await keyboard.press("Control+k")
    await expect(page.page.get_by_role("combobox", name="Find a command")).to_be_focused()
    await keyboard.type("why")
    await keyboard.press("Escape")
    await keys(page, "l")
    await expect(page.page.locator(".run-option")).to_be_focused()
    await keyboard.press("Escape")
    await expect(page.page.locator(".run-picker")).to_be_focused()
    approve = page.prompt.get_by_role("button", name="Approve", exact=True)
    for _ in range(20):
        await keyboard.press("Tab")
        if await approve.evaluate("(button) => button === document.activeElement"):
            break
    await expect(approve).to_be_focused()
    await keyboard.press("Enter")
    await page.ends("Complete")


async def test_every_stop_of_the_tab_key_is_seen(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.page.locator(".skip-link").focus()
    hidden = []
    for _ in range(40):
        await page.page.keyboard.press("Tab")
        seen = await page.page.evaluate(_SEEN)
        if seen is not None:
            hidden.append(seen)
    assert hidden == []


async def test_what_happens_is_announced_once_and_late(visit: Opener) -> None:
    page = await visit()
    await page.page.evaluate(_HEAR)
    await page.run(workflows.APPROVED)
    await page.ends("Waiting for you")
    announcer = page.page.locator("#announcer")
    await expect(announcer).to_contain_text("Waiting for you: sign the letter")
    await page.prompt.get_by_role("button", name="Approve", exact=True).click()
    await page.ends("Complete")
    await expect(announcer).to_contain_text("The run is over: Complete")
    said = await page.page.evaluate("() => window.heard")
    assert len(said) <= 3, said
    tree = await page.page.locator("body").aria_snapshot()
    assert re.search(r"status:.*The run is over: Complete", tree)


async def test_nothing_moves_for_who_asked_for_that(visit: Opener) -> None:
    page = await visit(reduced_motion="reduce")
    await page.run(workflows.HELD_UP)
    await page.reaches("nap", "sleeping")
    moving = await page.page.evaluate(_MOVING)
    assert moving == []


async def test_forced_colours_leave_states_to_be_told_apart(visit: Opener) -> None:
    page = await visit(forced_colors="active")
    await page.run(workflows.FAILING)
    await page.ends("Failed")
    for name in ("fine", "broken"):
        box = await page.step(name).locator(".glyph-icon").bounding_box()
        assert box is not None
        assert box["width"] > 0
    names = [await page.step(name).locator(".step-row").aria_snapshot() for name in ("fine", "broken")]
    assert "done" in names[0]
    assert "failed" in names[1]


_SESSION = "() => JSON.parse(document.getElementById('page-data').textContent).session"

_SEEN = """() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return null;
  const box = at.getBoundingClientRect();
  const style = getComputedStyle(at);
  const ring = style.outlineStyle !== "none" || style.boxShadow !== "none";
  const marked = at.matches(":focus-visible") && (ring || at.closest(".cm-editor, .tour") !== null);
  const across = box.width > 0 && box.right > 0 && box.left < innerWidth;
  const inside = across && box.bottom > 0 && box.top < innerHeight;
  if (marked && inside) return null;
  return `${at.tagName}#${at.id}.${at.className} ${JSON.stringify(box)} ${style.outlineStyle}`;
}"""

_HEAR = """() => {
  window.heard = [];
  const box = document.getElementById("announcer");
  new MutationObserver(() => window.heard.push(box.textContent)).observe(box, { childList: true });
}"""

_MOVING = """() => document.getAnimations()
  .filter((each) => each.playState === "running" && each.effect.getTiming().duration > 1)
  .map((each) => `${each.animationName} of ${each.effect.target?.className}`)"""
