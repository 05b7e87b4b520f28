"""Write, run, watch: the checklist, the console, the result."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_plan_is_there_before_anything_ran_and_follows_the_typing(visit: Opener) -> None:
    page = await visit()
    states = await page.states()
    assert list(states)[:2] == ["compose a greeting", "let the ink dry"]
    assert set(states.values()) == {"planned"}
    await page.write(workflows.QUICK)
    await expect(page.steps).to_have_count(2)
    assert await page.states() == {"first": "planned", "second": "planned"}


async def test_a_run_lights_up_the_checklist_and_ends_with_its_output(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    assert await page.states() == {"first": "completed", "second": "completed"}
    await expect(page.step("first")).to_contain_text('{"greeting":"hello Ada"}')
    await expect(page.result).to_contain_text('greeting: "hello Ada"')
    await expect(page.result).to_contain_text("second: 9")


async def test_a_run_under_an_id_of_its_own_is_shown_and_stays_when_it_creates_others(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.PARENT)
    await page.reaches("go", "waiting")  # the others have come and gone
    await expect(page.page.locator(".run-number")).to_have_text("Run 1")
    await expect(page.step("make others")).to_have_attribute("data-state", "completed")


async def test_console_lines_have_level_time_and_step(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await expect(page.lines.locator(".line-text")).to_have_text(
        ["starting for Ada", "inside first", "almost there"]
    )
    await expect(page.lines.locator(".line-level")).to_have_text(["log", "info", "warn"])
    await expect(page.lines.nth(1).locator(".line-step")).to_have_text("first")
    times = await page.lines.locator(".line-time").all_text_contents()
    assert times == sorted(times)


async def test_a_step_that_is_chosen_filters_the_console_and_opens(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.QUICK, {"name": "Ada"})
    await page.ends("Complete")
    await page.step("first").locator(".step-row").click()
    await expect(page.lines.locator(".line-text")).to_have_text(["inside first"])
    await expect(page.step("first").locator(".step-detail")).to_contain_text("Attempt 1")
    await page.page.keyboard.press("Escape")
    await expect(page.lines).to_have_count(3)


async def test_control_enter_in_the_editor_runs(visit: Opener) -> None:
    page = await visit()
    await page.write(workflows.QUICK)
    await page.pay({"name": "Ada"})
    await page.page.locator(".editor-host .cm-content").click()
    await page.page.keyboard.press("ControlOrMeta+Enter")
    await page.ends("Complete")


async def test_a_retry_counts_down_to_the_next_attempt(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.RETRIED_LATE)
    await page.reaches("stubborn", "retrying")
    step = page.step("stubborn")
    await expect(step).to_contain_text("TypeError: not this time")
    await expect(step).to_contain_text("attempt 2 of up to 4 next")
    before = float((await step.locator(".step-time").inner_text()).removesuffix(" s"))
    await page.page.wait_for_timeout(400)
    after = float((await step.locator(".step-time").inner_text()).removesuffix(" s"))
    assert 0 <= after < before <= 9.0
    await page.press("Skip the wait of stubborn")
    await page.ends("Complete")
    await expect(step.locator(".attempt-bar")).to_have_count(2)


async def test_an_answer_is_for_the_wait_that_asks(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.TWO_QUESTIONS)
    second = page.page.locator(".prompt", has_text="Question B")
    await second.get_by_role("button", name="Reject", exact=True).click()
    await page.reaches("Question B", "completed")
    await page.reaches("Question A", "waiting")
    await page.prompt.get_by_role("button", name="Approve", exact=True).click()
    await page.ends("Complete")
    await expect(page.result.locator(".tree-row", has_text="approved")).to_contain_text(["true", "false"])


async def test_a_sleep_counts_down_and_says_until_when(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.SLEEPY)
    await page.reaches("long nap", "sleeping")
    await expect(page.page.locator(".why")).to_contain_text("Asleep until")
    arc = page.step("long nap").locator(".glyph-arc")
    await expect(arc).not_to_have_css("stroke-dashoffset", "100px")
    await expect(page.step("after")).to_have_attribute("data-state", "planned")
    await page.ends("Complete")
    await expect(page.result).to_contain_text("kept and gone on")


async def test_a_failing_run_names_its_error_and_the_step(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.FAILING)
    await page.ends("Failed")
    await expect(page.result).to_contain_text("RangeError: out of paper")
    assert await page.states() == {"fine": "completed", "broken": "failed", "never": "missed"}
    await page.result.get_by_role("button", name="broken").click()
    await expect(page.step("broken").locator(".step-detail")).to_be_visible()


async def test_terminating_asks_first_and_stops_the_run(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.ENDLESS)
    await page.reaches("hibernate", "sleeping")
    await page.choose("Terminate this run")
    await page.answer("Terminate")
    await page.ends("Terminated")
    await page.reaches("hibernate", "stopped")


async def test_two_hundred_steps_and_five_thousand_lines_stay_smooth(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.MANY)
    await expect(page.pill).to_have_text("Complete", timeout=60_000)
    await expect(page.page.locator(".group-turns").first).to_have_text("×200")
    await expect(page.page.locator(".console-count")).to_have_text("5,000")
    frames_ms = sorted(await page.page.evaluate(_FRAMES))
    middle_ms, longest_ms = frames_ms[len(frames_ms) // 2], frames_ms[-1]
    print(f"frames while scrolling 5,000 lines: {middle_ms:.0f} ms, the longest {longest_ms:.0f} ms")
    assert middle_ms < 200


_FRAMES = """async () => {
  const lines = document.querySelector('.console-lines');
  const frames = [];
  let before = performance.now();
  for (let at = 0; at < 30; at += 1) {
    lines.dispatchEvent(new WheelEvent('wheel'));
    lines.scrollTop = (lines.scrollHeight * ((at * 7) % 30)) / 30;
    await new Promise(requestAnimationFrame);
    frames.push(performance.now() - before);
    before = performance.now();
  }
  return frames;
}"""


async def test_a_rollback_is_in_the_checklist_with_its_handlers(visit: Opener) -> None:
    page = await visit()
    await page.run(workflows.ROLLED_BACK)
    await page.ends("Failed")
    undone = page.page.locator('.step[data-kind="rollback"]')
    await expect(undone.locator(".step-name")).to_have_text(["book a flight", "book a room"])
    await expect(undone.locator(".tag")).to_have_text(["rollback", "rollback"])
    await expect(undone.first).to_have_attribute("data-state", "completed")
    await expect(page.lines.locator(".line-text")).to_have_text(
        ["undo book a flight seat 12A", "undo book a room room 7"]
    )
    await undone.first.locator(".step-row").click()
    await expect(undone.first.locator(".step-detail")).to_contain_text("Attempt 1")
