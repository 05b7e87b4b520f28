"""States of a run, of what is made of it and of links to it, for screenshots.py: each once, in every size and scheme."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from playwright.sync_api import Locator, Page

from scripts.camera import Camera, choose, run, show, status, write

_HEAD: Final = "import { WorkflowEntrypoint } from 'cloudflare:workers';\n\n"
_TAIL: Final = """
export default {
  async fetch(request, env) {
    const { id, payload } = await request.json();
    const instance = await env.WORKFLOWS.create({ id, params: payload });
    return Response.json({ id: await instance.id, status: await instance.status() });
  },
};
"""


def workflow(body: str) -> str:
    """A module whose workflow runs `body`."""
    lines = "\n".join(f"    {line}" if line else "" for line in body.strip("\n").split("\n"))
    start = "export class TenantWorkflow extends WorkflowEntrypoint {\n  async run(event, step) {\n"
    return f"{_HEAD}{start}{lines}\n  }}\n}}\n{_TAIL}"


SHAPES: Final = workflow("""
const order = await step.do('load the order', async () => ({ id: 17, items: ['lamp', 'chair'], express: true }));
for (const item of order.items) {
  await step.do(`reserve ${item}`, async () => ({ item, shelf: item.length }));
  await step.do(`pack ${item}`, async () => 'packed');
}
await Promise.all([
  step.do('print the label', async () => 'label-17'),
  step.do('tell the customer', async () => 'sent'),
]);
await Promise.race([
  step.do('ask the fast carrier', async () => 'fast'),
  step.do('ask the cheap carrier', () => new Promise((done) => setTimeout(() => done('cheap'), 900))),
]);
if (order.express) {
  await step.do('book the express van', async () => 'van 4');
} else {
  await step.do('book the slow van', async () => 'van 9');
}
try {
  await step.do('insure', { retries: { limit: 1, delay: 400 } }, async () => {
    throw new Error('the insurer is closed');
  });
} catch {
  await step.do('go without insurance', async () => 'noted');
}
const answer = await step.waitForEvent('sign the papers', { type: 'signature', timeout: '2 days' });
await step.do('ship', async () => answer.payload);
return { shipped: order.id };
""")
LOOP: Final = workflow("""
for (let i = 0; i < 200; i++) {
  await step.do(`resize image ${i}`, async () => {
    console.log('image', i, 'has', i * 37, 'pixels');
    return { width: i * 3, ok: true };
  });
}
return 'done';
""")
BIG: Final = workflow("""
for (let round = 0; round < 60; round++) {
  await Promise.all(Array.from({ length: 50 }, (_, at) => step.do(`round ${round} part ${at}`, async () => at)));
}
return 'all of them';
""")
RETRIED: Final = workflow("""
await step.do('call the bank', { retries: { limit: 4, delay: 700, backoff: 'exponential' } }, async ({ attempt }) => {
  console.warn('attempt', attempt, 'of the call');
  if (attempt < 4) throw new TypeError('the line is busy', { cause: new Error('no answer after 3 rings') });
  return { account: 'AT12', balance: 4200 };
});
await step.do('book', { retries: { limit: 3, delay: '10 minutes' } }, async () => {
  throw new Error('the ledger is locked');
});
""")
SLEEPER: Final = workflow("""
console.log('before the nap');
await step.do('pack the bags', async () => 'packed');
await step.sleep('wait for the season', '30 days');
console.log('after the nap');
await step.do('book the train', { retries: { limit: 2, delay: '2 hours' } }, async ({ attempt }) => {
  if (attempt < 2) throw new Error('sold out');
  return { seat: '12A' };
});
await step.sleep('sleep on it', '8 hours');
await step.do('book the hotel', async () => 'room 7');
return 'have a good trip';
""")
SLOW: Final = workflow("""
await step.do('read the list', async () => ['a', 'b']);
await step.do('count', async () => 2);
await step.do('copy the archive', async ({ attempt }) => {
  if (attempt < 2) await new Promise((done) => setTimeout(done, 25_000));
  return 'copied in attempt ' + attempt;
});
await step.sleep('rest', '1 hour');
""")
OUTPUTS: Final = workflow("""
await step.do('report', { retries: { limit: 5, delay: '10 seconds', backoff: 'linear' }, timeout: '30 minutes' }, async () => {
  for (let at = 1; at <= 6; at++) console.log('line', at);
  const people = [{ name: 'Ada', langs: ['fr', 'en'] }, { name: 'Bob' }, { name: 'Cyd' }];
  return { count: 3, when: new Date(0), big: 12n, seen: new Map([['a', 1]]), people, text: 'x'.repeat(700) };
});
await step.do('large', async () => Array.from({ length: 4000 }, (_, id) => ({ id, name: 'item ' + id })));
await step.do('bytes', async () => new TextEncoder().encode('hello bytes'));
await step.do('stream', async () => new Blob(['one\\ntwo\\n']).stream());
await step.do('secret', { sensitive: 'output' }, async () => 'a password');
await step.waitForEvent('sign', { type: 'signature', timeout: '2 days' });
await step.do('flaky', { retries: { limit: 1, delay: 20 } }, async () => {
  throw new TypeError('not this time', { cause: new RangeError('the line is busy', { cause: 'nobody there' }) });
});
""")
TALKATIVE: Final = workflow("""
const items = [{ id: 1, name: 'lamp' }, { id: 2, name: 'chair' }];
await step.do('fetch the orders', async () => {
  console.debug('asking shard 4');
  console.log('starting');
  console.info('orders', { count: 2, items });
  console.log('one two three four five six seven eight nine ten eleven twelve'.split(' ').join('\\n'));
});
console.warn('careful', 42);
await step.do('flaky', { retries: { limit: 1, delay: 50 } }, async ({ attempt }) => {
  console.log('try', attempt);
  if (attempt < 2) throw new TypeError('not this time', { cause: new Error('the line is busy') });
});
await step.sleep('nap', '1 hour');
console.error(new Error('something odd'));
""")
MANY_LINES: Final = workflow("""
for (let part = 0; part < 20; part++) {
  await step.do(`part ${part}`, async () => {
    for (let at = 0; at < 500; at++) console.log('part', part, 'line', at, { at, odd: at % 2 === 1 });
  });
}
""")
ORDER: Final = workflow("""
const price = await step.do('price', async () => ({ net: 12, items: ['tea', 'cups'] }));
const charge = await step.do('charge', async () => ({ paid: price.net }));
const answer = await step.waitForEvent('decide', { type: 'approval', timeout: '1 hour' });
return await step.do('ship', async () => ['shipped', charge.paid, answer.payload]);
""")
TAXED: Final = ORDER.replace(
    "    const charge",
    "    const taxes = await step.do('taxes', async () => price.net / 4);\n    const charge",
).replace("price.net }", "price.net + taxes }")
SAGA: Final = workflow("""
const rollback = async ({ output }) => console.log('given back:', output);
await step.do('book a room', async () => 'room 7', { rollback });
await step.do('book a flight', async () => 'seat 12A', { rollback });
await step.do('pay', { retries: { limit: 0, delay: 0 } }, async () => {
  throw new Error('card declined');
});
await step.do('celebrate', async () => 'cake');
""")
FIELDS: Final = workflow("""
const { payload } = await step.waitForEvent('approve the expense', { type: 'expense', timeout: '2 days' });
if (payload.approved && payload.amount > 100) await step.do('tell ' + payload.manager, async () => payload.note.trim());
return payload;
""")

PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}


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
    page.locator(".prompt button", has_text="Approve").click()
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
    page.locator(".tl-scroll").focus() if page.locator(".tl-scroll[tabindex]").count() else None
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
    camera.sweep(page, "debug-this-run")
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
    reach(page, "rest", "sleeping")
    camera.sweep(page, "restarted")


def stopped(camera: Camera) -> None:
    """Breakpoints, faults and pins."""
    page = camera.page()
    write(page, ORDER)
    page.locator(".cm-break-gutter .cm-gutterElement").nth(2).click()
    panel = debug(page)
    panel.get_by_label("Of which step").select_option(label="price")
    panel.get_by_label("Message of the error").fill("out of paper")
    panel.get_by_role("button", name="Add", exact=True).click()
    camera.sweep(page, "debug-next-runs")
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
    camera.sweep(page, "debug-pin")
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
    page.locator(".prompt button", has_text="Approve").click()
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
    camera.sweep(page, "compare")
    page.locator(".comparison .compare-step, .comparison summary").last.click()
    camera.sweep(page, "compare-open")
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        choose(page, "run.save")
    page.set_input_files("input[type=file][accept*=json]", download.value.path())
    page.locator(".file-run-bar:not([hidden])").wait_for()
    camera.sweep(page, "file-opened")


def approver(camera: Camera, page: Page, url: str) -> Page:
    context = camera.browser.new_context(**PHONE)
    phone = context.new_page()
    phone.set_default_timeout(30_000)
    phone.goto(url)
    phone.locator("body:not([data-state=opening])").wait_for()
    return phone


def ask(page: Page, camera: Camera | None = None) -> str:
    page.evaluate("document.activeElement?.blur()")
    page.get_by_role("button", name="Send to an approver", exact=True).click()
    dialog = page.get_by_role("dialog", name="Send to an approver")
    dialog.get_by_label("Who is asked").fill("Ada")
    if camera is not None:
        camera.sweep(page, "ask-form", pane=None)
    dialog.get_by_role("button", name="Create link").click()
    url = dialog.get_by_label("Link: decide").input_value()
    if camera is not None:
        camera.sweep(page, "ask-made", pane=None)
    page.keyboard.press("Escape")
    return url


def approved(camera: Camera) -> None:
    """The approver's page in each of its states, and the share dialog that knows of it."""
    page = camera.page()
    run(page, FIELDS, payload={"expense": 112, "by": "Bob", "for": "train to Vienna"})
    status(page, "Waiting for you")
    camera.sweep(page, "share-ask")
    first = approver(camera, page, ask(page, camera))
    camera.sweep(first, "approver-fields", pane=None)
    second = approver(camera, page, ask(page))
    revoked = ask(page)
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("button", name="Revoke the link Ada").first.click()
    page.locator(".share-dialog", has_text="Revoked").wait_for()
    camera.sweep(page, "share-list", pane=None)
    page.locator(".share-dialog .link-form").get_by_role("button", name="Create link").click()
    page.locator("#share-url").wait_for()
    camera.sweep(page, "share-made", pane=None)
    page.keyboard.press("Escape")
    camera.sweep(approver(camera, page, revoked), "approver-revoked", pane=None)
    first.get_by_label("Your name").fill("Ada")
    first.get_by_role("button", name="Reject").click()
    first.locator("#verdict h1", has_text="Rejected").wait_for()
    camera.sweep(first, "approver-decided", pane=None)
    second.locator("#verdict h1", has_text="Already").wait_for()
    camera.sweep(second, "approver-already", pane=None)
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("tab", name="Decisions").click()
    camera.sweep(page, "share-decisions", pane=None)
    page.keyboard.press("Escape")
    run(page, ORDER)
    status(page, "Waiting for you")
    third = approver(camera, page, ask(page))
    camera.sweep(third, "approver-open", pane=None)
    choose(page, "terminate")
    page.locator("dialog .danger").click()
    third.locator("#verdict:not([hidden]) h1").wait_for()
    camera.sweep(third, "approver-run-over", pane=None)
    camera.sweep(
        approver(camera, page, f"{camera.url}/a/AAAAAAAAAAAAAAAA#nothing"), "approver-unknown", pane=None
    )
    run(page, FIELDS.replace("2 days", "8 seconds"))
    status(page, "Waiting for you")
    fourth = approver(camera, page, ask(page))
    fourth.locator("#verdict:not([hidden]) h1").wait_for()
    camera.sweep(fourth, "approver-timed-out", pane=None)


def forked(camera: Camera) -> None:
    """A link that carries code, and who forks by typing."""
    page = camera.page()
    run(page, ORDER)
    status(page, "Waiting for you")
    page.click("#share-button")
    page.locator(".share-dialog .link-form").get_by_role("button", name="Create link").click()
    url = page.locator("#share-url").input_value()
    stranger = camera.page(url)
    stranger.locator(".step[data-state=completed]").first.wait_for()
    camera.sweep(stranger, "watching-run")
    stranger.locator(".editor-host .cm-content").click()
    stranger.keyboard.type("x")
    stranger.locator("body[data-access=own]").wait_for()
    camera.sweep(stranger, "forked-session", pane="code")
    code = page.evaluate(_CODE_LINK, json.dumps(ORDER))
    reader = camera.page(code if code.startswith("http") else camera.url + code)
    camera.sweep(reader, "code-link", pane="code")


_SLIDE: Final = """(slider, share) => {
  slider.value = Math.round(Number(slider.max) * share);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""
_TALL_LOG: Final = """() => document.getElementById("right").style.setProperty("--console-height", "520px")"""
_CODE_LINK: Final = """async (source) => {
  const { toFragment } = await import("/static/js/share/code_fragment.js");
  return "/#" + (await toFragment({ files: { "index.js": JSON.parse(source) }, main: "index.js", payload: "{}" }));
}"""

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
        approved,
        forked,
    )
}
