"""The log: which lines it shows, how they are opened, found, copied and kept, and how it holds very many."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import workflows
from tests.browser.conftest import Opener
from tests.browser.visit import Visit
from tests.live.workflows import workflow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def talked(visit: Opener) -> Visit:
    """A page with a run that has said many kinds of things."""
    page = await visit()
    await page.run(workflows.TALKATIVE)
    await page.ends("Complete")
    return page


async def test_lines_are_found_by_text_and_by_expression_and_marked(visit: Opener) -> None:
    page = await talked(visit)
    field = page.page.get_by_role("searchbox", name="Filter lines by text")
    await field.fill("try")
    await expect(page.lines.locator(".line-text")).to_have_text(["try 1", "try 2"])
    await expect(page.lines.locator("mark")).to_have_text(["try", "try"])
    await page.page.get_by_role("button", name="Regular expression").click()
    await field.fill("^try [2-9]$")
    await expect(page.lines.locator(".line-text")).to_have_text(["try 2"])
    await field.fill("(")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(page.lines).to_have_count(1)
    await field.press("Escape")
    await expect(page.lines).to_have_count(6)


async def test_steps_are_seen_before_their_lines_are_laid_out(visit: Opener) -> None:
    page = await visit()
    await page.write(workflows.TALKATIVE)
    await page.page.evaluate(_FRAMES)
    await page.run()
    await page.ends("Complete")
    await expect(page.page.locator("#console-count")).to_have_text("6")
    frames = await page.page.evaluate("globalThis.frames_")
    frames = frames[frames.index(["steps"]) :]  # a line may be committed before its step is
    assert ["lines"] in frames
    assert ["steps", "lines"] not in frames


async def test_what_the_system_says_of_the_lines_is_no_line_of_the_code(visit: Opener) -> None:
    page = await visit()
    await page.run(workflow("for (let i = 0; i < 1003; i += 1) console.log('line', i);"))
    await page.ends("Complete")
    note = page.lines.last
    await expect(note.locator(".line-text")).to_have_text("3 lines were not kept: too many were logged")
    await expect(note).to_have_attribute("data-level", "notice")
    await expect(note.locator(".line-level")).to_have_text("Not from the code:")
    await page.page.get_by_label("Levels").select_option("warn")
    await expect(page.lines).to_have_count(1)


async def test_levels_leave_lines_out(visit: Opener) -> None:
    page = await talked(visit)
    await page.page.get_by_label("Levels").select_option("warn")
    await expect(page.lines.locator(".line-text")).to_have_text(["careful 42"])
    await expect(page.page.locator(".console-count")).to_have_text("1 of 6")


async def test_attempts_are_told_and_a_line_leads_to_its_step(visit: Opener) -> None:
    page = await talked(visit)
    last = page.lines.filter(has_text="try 2")
    await expect(last.locator(".line-step")).to_have_text("flaky #2")
    await last.locator(".line-step").click()
    await expect(page.step("flaky").locator(".step-detail")).to_be_visible()
    await expect(page.lines.locator(".line-text")).to_have_text(["try 1", "try 2"])
    await page.page.get_by_role("button", name="Only lines of flaky; show all").click()
    await expect(page.lines).to_have_count(6)
    await expect(page.page.locator(".line.of-step")).to_have_count(2)


async def test_objects_open_as_trees_and_stay_open(visit: Opener) -> None:
    page = await talked(visit)
    line = page.lines.filter(has_text="orders")
    brief = line.locator(".line-object")
    await expect(brief).to_have_text('{count: 2, items: [{id: 1, name: "lamp"}, {id: 2, name: "chair"}]}')
    await brief.click()
    await expect(line.get_by_role("treeitem").filter(has_text="chair").last).to_be_visible()
    field = page.page.get_by_role("searchbox", name="Filter lines by text")
    await field.fill("careful")
    await expect(page.lines).to_have_count(1)
    await field.fill("")
    await expect(line.get_by_role("tree")).to_be_visible()


async def test_long_messages_are_folded_until_they_are_opened(visit: Opener) -> None:
    page = await talked(visit)
    line = page.lines.filter(has_text="one")
    await expect(line.locator(".line-text")).not_to_contain_text("twelve")
    await line.get_by_role("button", name="8 more lines").click()
    await expect(line.locator(".line-text")).to_contain_text("twelve")
    await line.get_by_role("button", name="Show less").click()
    await expect(line.locator(".line-text")).not_to_contain_text("twelve")


async def test_times_are_shown_as_they_are_chosen(visit: Opener) -> None:
    page = await talked(visit)
    await page.press("Times, copy and download")
    await page.page.get_by_label("Since the start").check()
    times = await page.lines.locator(".line-time").all_text_contents()
    assert all(time.startswith("+") for time in times)
    assert [float(time) for time in times] == sorted(float(time) for time in times)


async def test_what_is_shown_is_a_file_in_either_form(visit: Opener, tmp_path: Path) -> None:
    page = await talked(visit)
    for name in ("Download as text", "Download as NDJSON"):
        await page.press("Times, copy and download")
        async with page.page.expect_download() as begun:
            await page.press(name)
        await (await begun.value).save_as(tmp_path / name)
    text = (tmp_path / "Download as text").read_text("utf-8").splitlines()
    assert text[-1].endswith("LOG   [flaky #2] try 2")
    lines = [json.loads(line) for line in (tmp_path / "Download as NDJSON").read_text("utf-8").splitlines()]
    assert [line["message"] for line in lines[-2:]] == ["try 1", "try 2"]
    assert lines[-1]["attempt"] == 2


async def test_keys_go_from_line_to_line_and_open_them(visit: Opener) -> None:
    page = await talked(visit)
    await page.page.locator(".console-lines").focus()
    await page.page.keyboard.press("End")
    await page.page.keyboard.press("Home")
    for _ in range(2):
        await page.page.keyboard.press("ArrowDown")
    line = page.lines.filter(has_text="orders")
    await expect(line).to_be_focused()
    await page.page.keyboard.press("Enter")
    await expect(line.get_by_role("tree")).to_be_visible()


async def test_lines_that_a_restart_puts_aside_are_folded(visit: Opener) -> None:
    page = await talked(visit)
    await page.step("flaky").locator(".step-row").click()
    await page.press("Restart from flaky")
    await page.page.keyboard.press("Escape")
    await expect(page.page.locator(".log-mark", has_text="Restarted from “flaky”")).to_be_visible()
    fold = page.page.get_by_role("button", name="2 lines from before the restart")
    await expect(fold).to_be_visible()
    await fold.click()
    await expect(page.page.locator(".line.aside")).to_have_count(2)


async def test_a_hundred_thousand_lines_stay_smooth(visit: Opener) -> None:
    page = await visit()
    measured = await page.page.evaluate(_MANY)
    print(
        f"100,000 lines: first {measured['first']:.0f} ms, 100 more {measured['more']:.1f} ms, "
        f"filter {measured['filter']:.0f} ms, frames while scrolling {measured['middle']:.0f} ms "
        f"(the longest {measured['longest']:.0f} ms), {measured['rows']} rows in the document"
    )
    assert measured["rows"] < 200
    assert measured["shown"] == "line 100099"
    assert measured["more"] < 50
    assert measured["middle"] < 200
    assert measured["gaps"] == 0


_MANY = """async () => {
  const { mountLogs } = await import("/static/js/console/logs.js");
  const root = document.querySelector("#console-pane");
  const logs = mountLogs(root, { journal: () => [], onStep() {}, onLine() {} });
  const line = (seq) => ({ seq, time: 1e12 + seq, level: "log", kind: "log", step: "do:1:many", attempt: 1,
    message: seq % 10 === 3 ? `line ${seq} ${"and more words ".repeat(seq % 97)}` : `line ${seq}` });
  const lines = Array.from({ length: 100_000 }, (_, seq) => line(seq));
  const frame = () => new Promise(requestAnimationFrame);
  const run = { id: "r", seq: 100_000, created: 1e12, started: 1e12, logs: lines, steps: [] };
  const timed = (work) => { const from = performance.now(); work(); return performance.now() - from; };
  const measured = { first: timed(() => logs.update(run, null)) };
  await frame();
  const more = [];
  for (let round = 0; round < 100; round += 1) {
    const grown = [...lines];
    for (let at = 0; at <= round; at += 1) grown.push(line(100_000 + at));
    more.push(timed(() => logs.update({ ...run, seq: 100_001 + round, logs: grown }, null)));
  }
  measured.more = more.sort((a, b) => a - b)[50];
  await frame();
  const body = root.querySelector(".console-lines");
  measured.shown = [...body.querySelectorAll(".line-text")].at(-1).textContent.trim();
  const frames = [];
  measured.gaps = 0;
  let before = performance.now();
  for (let at = 0; at < 40; at += 1) {
    body.dispatchEvent(new WheelEvent("wheel"));
    body.scrollTop = (body.scrollHeight * ((at * 17) % 40)) / 40;
    await frame();
    await frame();
    frames.push((performance.now() - before) / 2);
    before = performance.now();
    const box = body.getBoundingClientRect();
    const rows = [...body.querySelectorAll(".line")].map((row) => row.getBoundingClientRect());
    if (rows[0].top > box.top + 8 || rows.at(-1).bottom < box.bottom - 16) measured.gaps += 1;
  }
  frames.sort((a, b) => a - b);
  Object.assign(measured, { middle: frames[20], longest: frames.at(-1) });
  measured.rows = body.querySelectorAll(".line").length;
  const field = root.querySelector(".log-search");
  field.value = "77";
  measured.filter = timed(() => field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" })));
  return measured;
}"""


async def test_the_end_stays_in_sight_where_rows_are_lower_than_was_thought(visit: Opener) -> None:
    page = await visit()
    assert await page.page.evaluate(_LOWER_ROWS) == {"following": True, "left": 0}


_LOWER_ROWS = """async () => {
  const { createVirtualList } = await import("/static/js/base/virtual_list.js");
  const { followTail } = await import("/static/js/base/follow_tail.js");
  const scroller = document.createElement("div");
  scroller.style.cssText = "position: fixed; top: 0; left: 0; width: 200px; height: 200px; overflow: auto";
  document.body.append(scroller);
  const row = (place) => {
    const element = document.createElement("div");
    element.style.height = place % 3 === 0 ? "140px" : "20px";
    return element;
  };
  const end = followTail(scroller);
  const ways = { onSizing: end.loosen, onSized: end.pin, atEnd: end.following };
  const list = createVirtualList(scroller, { draw: row, estimate: () => 60, ...ways });
  for (const count of [10, 30, 31, 60]) {
    if (count === 10) list.reset(count);
    else list.grow(count);
    end.pin();
    list.refresh();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    end.pin();
  }
  const left = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
  return { following: end.following(), left: Math.round(left) };
}"""


_FRAMES = """() => {
  const [steps, lines] = [".steps .step[data-state=completed]", ".console-lines .line"];
  const counts = () => [steps, lines].map((each) => document.querySelectorAll(each).length);
  let before = counts();
  globalThis.frames_ = [];
  const look = () => {
    const now = counts();
    const changed = ["steps", "lines"].filter((_, at) => now[at] !== before[at]);
    if (changed.length > 0) globalThis.frames_.push(changed);
    before = now;
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""
