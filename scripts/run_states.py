"""States of a run and of what is made of it, for screenshots.py: each is come to once, and is kept in every
size and scheme.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from playwright.sync_api import Locator, Page

from scripts.camera import Camera, choose, run, status, write
from scripts.link_states import LINKS
from scripts.run_sources import (
    BIG,
    LOOP,
    MANY_LINES,
    ORDER,
    OUTPUTS,
    RETRIED,
    SAGA,
    SHAPES,
    SLEEPER,
    SLOW,
    TALKATIVE,
    TAXED,
)


def open_step(page: Page, name: str) -> None:
    page.locator(".steps .step-row", has_text=name).first.click()


def reach(page: Page, name: str, state: str) -> None:
    exact = re.compile(f"^{re.escape(name)}$")
    page.locator(
        f".steps > .step[data-state={state}]", has=page.locator(".step-name", has_text=exact)
    ).wait_for()


def view(page: Page, name: str) -> None:
    page.click(f"#tab-{name}")
    page.wait_for_timeout(250)


def debug(page: Page) -> Locator:
    page.locator(".debug-button").click()
    return page.get_by_role("dialog", name="Debug")


def checklist(camera: Camera) -> None:
    """Planned, under way with all shapes, over; and the other views of the same run."""
    page = camera.page()
    write(page, SHAPES)
    camera.sweep(page, "checklist-planned")
    view(page, "graph")
    camera.sweep(page, "graph-planned")
    view(page, "timeline")
    camera.sweep(page, "timeline-empty")
    view(page, "details")
    camera.sweep(page, "details-empty")
    view(page, "checklist")
    run(page, payload={"name": "Ada", "order": 17})
    status(page, "Waiting for you")
    camera.sweep(page, "checklist-shapes")
    open_step(page, "insure")
    camera.sweep(page, "checklist-open")
    open_step(page, "insure")
    for name in ("graph", "timeline", "details"):
        view(page, name)
        camera.sweep(page, f"{name}-live")
    view(page, "checklist")
    page.locator(".prompt").get_by_role("button", name="Approve", exact=True).click()
    status(page, "Complete")
    for name in ("checklist", "graph", "timeline", "details"):
        view(page, name)
        camera.sweep(page, f"{name}-complete")
    view(page, "graph")
    page.locator(".graph-step", has_text="insure").first.click()
    camera.sweep(page, "graph-step")
    view(page, "checklist")
    told(camera, page)


def told(camera: Camera, page: Page) -> None:
    """The story of the run that is shown."""
    page.keyboard.press("Escape")
    page.click(".story-toggle")
    slider = page.get_by_role("slider", name="The run's entries")
    slider.wait_for()
    camera.sweep(page, "story-now")
    slider.evaluate(_SLIDE, 0.5)
    for name in ("checklist", "graph", "timeline", "details"):
        view(page, name)
        camera.sweep(page, f"story-past-{name}")
    slider.evaluate(_SLIDE, 0)
    page.locator(".story").get_by_role("button", name="Play").click()
    page.wait_for_timeout(900)
    camera.sweep(page, "story-playing")


def loops(camera: Camera) -> None:
    page = camera.page()
    run(page, LOOP)
    status(page, "Complete")
    camera.sweep(page, "loop-folded")
    page.locator(".group-more .group-row").first.click()
    camera.sweep(page, "loop-open")


def big(camera: Camera) -> None:
    page = camera.page()
    run(page, BIG)
    page.locator(".run-status .pill", has_text="Complete").wait_for(timeout=120_000)
    for name in ("checklist", "graph", "timeline"):
        view(page, name)
        camera.sweep(page, f"{name}-big")
    for _ in range(3):
        page.locator(".view-timeline [aria-label^='Zoom in']").click()
    camera.sweep(page, "timeline-zoomed")


def retried(camera: Camera) -> None:
    page = camera.page()
    run(page, RETRIED)
    reach(page, "book", "retrying")
    camera.sweep(page, "retries")
    open_step(page, "call the bank")
    camera.sweep(page, "retries-step")
    view(page, "timeline")
    camera.sweep(page, "timeline-retries-step")
    page.locator("#dock").get_by_role("button", name="Close the step").click()
    camera.sweep(page, "timeline-retries")
    page.click(".run-controls [data-action=pause]")
    status(page, "Paused")
    camera.sweep(page, "timeline-paused")
    view(page, "checklist")
    camera.sweep(page, "paused")


def asleep(camera: Camera) -> None:
    """The clock: faster, skipped; what the log says of it."""
    page = camera.page()
    run(page, SLEEPER)
    reach(page, "wait for the season", "sleeping")
    view(page, "timeline")
    camera.sweep(page, "timeline-asleep")
    view(page, "checklist")
    panel = debug(page)
    camera.sweep(page, "debug-this-run", pane=None)
    panel.get_by_role("radio", name="1 s = 1 day").click()
    page.keyboard.press("Escape")
    page.wait_for_timeout(1500)
    camera.sweep(page, "clock-fast")
    debug(page).get_by_role("radio", name="Skip").click()
    page.keyboard.press("Escape")
    status(page, "Complete")
    camera.sweep(page, "clock-over")
    camera.sweep(page, "log-skips", pane="console")
    view(page, "timeline")
    camera.sweep(page, "timeline-folded")
    page.locator(".tl-fold").first.click()
    camera.sweep(page, "timeline-unfolded")


def lost(camera: Camera) -> None:
    page = camera.page()
    run(page, SLOW)
    reach(page, "copy the archive", "running")
    camera.sweep(page, "running")
    choose(page, "crash")
    page.locator(".debug-back:not([hidden])").wait_for()
    camera.sweep(page, "crashed")
    reach(page, "rest", "sleeping")
    open_step(page, "count")
    page.locator(".step.selected").get_by_role("button", name="Restart").click()
    page.locator(".happening", has_text="Restart").first.wait_for()
    camera.sweep(page, "restarted")


def stopped(camera: Camera) -> None:
    """Breakpoints, faults and pins."""
    page = camera.page()
    write(page, ORDER)
    camera.sweep(page, "breakpoint-to-set")
    page.locator(".cm-break-gutter .cm-gutterElement").nth(2).click()
    panel = debug(page)
    panel.get_by_label("Of which step").select_option(label="price")
    panel.get_by_label("Message of the error").fill("out of paper")
    panel.get_by_role("button", name="Add", exact=True).click()
    camera.sweep(page, "debug-next-runs", pane=None)
    page.keyboard.press("Escape")
    panel = debug(page)
    panel.get_by_role("radio", name="Skip").click()
    page.keyboard.press("Escape")
    run(page)
    page.locator(".debug-stop:not([hidden])").wait_for()
    camera.sweep(page, "stopped")
    open_step(page, "price")
    camera.sweep(page, "fault-step")
    page.get_by_role("button", name="Pin output").click()
    camera.sweep(page, "debug-pin", pane=None)
    page.get_by_role("dialog", name="Debug").get_by_role("button", name="Pin", exact=True).click()
    page.keyboard.press("Escape")
    page.locator(".debug-stop").get_by_role("button", name="Continue").click()
    status(page, "Waiting for you")
    run(page)
    page.locator(".debug-stop:not([hidden])").wait_for()
    camera.sweep(page, "pinned")


def undone(camera: Camera) -> None:
    page = camera.page()
    run(page, SAGA)
    status(page, "Failed")
    camera.sweep(page, "rolled-back-by-itself")
    view(page, "graph")
    camera.sweep(page, "graph-failed")
    view(page, "timeline")
    camera.sweep(page, "timeline-failed")
    view(page, "details")
    camera.sweep(page, "details-failed")


def outputs(camera: Camera) -> None:
    """A step's panel, whatever the step gave."""
    page = camera.page()
    run(page, OUTPUTS, payload={"rows": [{"id": at, "name": f"row {at}"} for at in range(400)]})
    status(page, "Waiting for you")
    page.locator(".prompt").get_by_role("button", name="Approve", exact=True).click()
    status(page, "Failed")
    for name in ("report", "large", "bytes", "stream", "secret", "sign", "flaky"):
        open_step(page, name)
        camera.sweep(page, f"step-{name}")
        open_step(page, name)
    view(page, "details")
    camera.sweep(page, "details-large")


def logged(camera: Camera) -> None:
    page = camera.page()
    camera.sweep(page, "log-empty", pane="console")
    run(page, TALKATIVE)
    reach(page, "nap", "sleeping")
    page.evaluate(_TALL_LOG)
    camera.sweep(page, "log", pane="console")
    page.locator(".line-object").first.click()
    page.locator(".line-more").first.click()
    camera.sweep(page, "log-trees", pane="console")
    page.locator(".log-search").fill("try")
    camera.sweep(page, "log-filter", pane="console")
    page.locator(".log-search").fill("")
    page.locator(".console-head [aria-label='Times, copy and download']").click()
    page.locator(".log-menu label", has_text="Since the start").click()
    camera.sweep(page, "log-menu", pane="console")
    page.keyboard.press("Escape")
    page.locator(".step[data-state=sleeping] .step-actions .button").first.click()
    status(page, "Complete")
    open_step(page, "flaky")
    camera.sweep(page, "log-step", pane="console")


def many_lines(camera: Camera) -> None:
    page = camera.page()
    run(page, MANY_LINES)
    page.locator(".run-status .pill", has_text=re.compile("Complete|Failed")).wait_for(timeout=120_000)
    page.evaluate(_TALL_LOG)
    camera.sweep(page, "log-many", pane="console")


def rehearsed(camera: Camera) -> None:
    page = camera.page()
    run(page, ORDER)
    status(page, "Waiting for you")
    write(page, ORDER + "\n// nothing of the steps\n")
    camera.sweep(page, "rehearsal-offer")
    page.locator(".edit-offer .button").click()
    page.locator(".rehearsal").wait_for()
    camera.sweep(page, "rehearsal-match")
    page.locator(".rehearsal-actions .button", has_text="Apply").click()
    page.locator(".rehearsal").wait_for(state="hidden")
    camera.sweep(page, "rehearsal-applied")
    write(page, TAXED)
    page.locator(".edit-offer .button").click()
    page.locator(".rehearsal").wait_for()
    camera.sweep(page, "rehearsal-differs")
    page.locator(".rehearsal-actions .button", has_text="Fork").click()
    page.locator(".lineage button").wait_for()
    camera.sweep(page, "rehearsal-forked")
    choose(page, "run.compare")
    page.locator(".comparison .cm-content").first.wait_for()
    camera.sweep(page, "compare", pane=None)
    page.locator(".comparison button.pair-row").last.click()
    camera.sweep(page, "compare-open", pane=None)
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        choose(page, "run.save")
    page.set_input_files("input[type=file][accept*=json]", download.value.path())
    page.locator(".file-run-bar:not([hidden])").wait_for()
    camera.sweep(page, "file-opened")


_SLIDE: Final = """(slider, share) => {
  slider.value = Math.round(Number(slider.max) * share);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""
_TALL_LOG: Final = """() => document.getElementById("right").style.setProperty("--console-height", "520px")"""
RUN_STATES: Final[dict[str, Callable[[Camera], None]]] = {
    shoot.__name__: shoot
    for shoot in (
        checklist,
        loops,
        big,
        retried,
        asleep,
        lost,
        stopped,
        undone,
        outputs,
        logged,
        many_lines,
        rehearsed,
        *LINKS,
    )
}
