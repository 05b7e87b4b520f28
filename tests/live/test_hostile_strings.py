"""Strings and names that mean something elsewhere: data everywhere, or refused with a clear error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.live.afterwards import Afterwards
from tests.live.arena import Arena, check_gapless
from tests.live.workflows import workflow

CPU_MS = 1000
REFUSED_NAME = "exceeds max length (256 chars) or invalid characters"
PLAIN = {
    "NFC": "\u00e9",
    "NFD": "e\u0301",
    "bidi": "\u202egnp.exe\u202c\u2066x\u2069",
    "zero width": "a\u200bb\u200d\u2060\ufeffc",
    "byte order mark": "\ufeffx",
    "256 units": "x" * 256,
    "128 pairs": "\U0001f600" * 128,
    "empty": "",
    "blank": " ",
    "__proto__": "__proto__",
    "constructor": "constructor",
    "toString": "toString",
    "markup": "<img src=x onerror=alert(1)>",
    "script": "</script><script>alert(1)</script>",
    "link": "javascript:alert(1)",
    "SQL": "'; DROP TABLE entries; --",
    "path": "../../etc/passwd",
    "format": "%s%n%d{0}{x}${x}",
    "delete": "a\x7fb",
    "C1": "a\x85\x9bb",
    "line separators": "a\u2028b\u2029c",
    "non-character": "\uffff\ufffe\U0010ffff",
    "tag": '{"$undefined":0}',
    "number": "1e400",
}
"""Strings that may be a step's name as well."""
CONTROLS = {
    "NUL": "a\x00b",
    "CR LF": "a\r\nSet-Cookie: b=c\r\n\r\n",
    "event stream": "data: x\n\nevent: done\nid: 999\n\n",
    "ANSI": "\x1b[31mred\x1b]0;title\x07",
    "tab": "a\tb",
    "bell and backspace": "\x07\x08",
}
"""Strings that are data, and no names."""
TOO_LONG = {"257 units": "x" * 257, "129 pairs": "\U0001f600" * 129, "a megabyte": "x" * 1_000_000}
LONE = {"high": "'\\ud83d'", "low": "'\\ude00'", "reversed": "'\\ude00\\ud83d'", "amid": "'a\\ud800b'"}
"""Lone surrogates, as JavaScript writes them: JSON over HTTP cannot hold them."""

EVERYWHERE = """
    const text = event.payload;
    const name = NAME;
    console.log(text);
    console.log('%s', text, { [text]: text });
    const made = await step.do(name, async () => {
      console.log(text);
      return { [text]: [text, text.length] };
    });
    const error = await step.do(name, { retries: { limit: 0, delay: 0 } }, async () => {
      throw Object.assign(new Error(text), { name: 'E' + text });
    }).catch((caught) => caught);
    await step.sleep(name, 1);
    const late = await step.waitForEvent(name, { type: 'go', timeout: '1 minute' });
    return [Object.keys(made)[0] === text, made[text]?.[0] === text, made[text]?.[1] === text.length,
      error.message === text, error.name === ('E' + text).slice(0, 256), late.payload === text, text];
"""


def events_of(stream: str) -> list[tuple[str, Any]]:
    """The events of a whole stream, by the rules of the format: (event, data)."""
    found = []
    for block in stream.replace("\r\n", "\n").replace("\r", "\n").split("\n\n"):
        fields = [line.partition(": ") for line in block.split("\n") if not line.startswith(":")]
        data = "\n".join(value for name, _, value in fields if name == "data")
        if data:
            event = next((value for name, _, value in fields if name == "event"), "message")
            found.append((event, json.loads(data)))
    return found


def goes_through(arena: Arena, text: str, name: str) -> None:
    """A run in which `text` is everything that it can be ends well, and each place says it as it is."""
    tenant = arena.tenant()
    run = tenant.started(workflow(EVERYWHERE.replace("NAME", name)), text)
    tenant.wait_for_entry(run, "wait_started")
    assert tenant.send_event(run, "go", text).status_code == 202
    status = tenant.wait_for(run, "complete", "errored")
    key = text == "__proto__"  # in an object literal it is not a key of its own when it is computed
    assert status["output"] == [True, True, True, True, True, True, text] or key, status
    entries = tenant.entries(run)
    check_gapless(entries)
    named = {entry["step"]["name"] for entry in entries if "step" in entry}
    assert named == {text if name == "text" else "plain"}
    events = events_of(tenant.request("GET", f"/api/stream/{run}").text)
    assert [event for event, _ in events].count("done") == 1
    assert events[-1] == ("done", None)
    assert [data["message"] for event, data in events if event == "log"].count(text) == 2
    seqs = [data["seq"] for event, data in events if event in ("log", "entry")]
    assert seqs == [entry["seq"] for entry in entries]


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_data_and_names_are_kept_as_they_are(arena: Arena, text: str) -> None:
    goes_through(arena, text, "text")


@pytest.mark.parametrize("text", CONTROLS.values(), ids=CONTROLS)
def test_controls_are_data(arena: Arena, text: str) -> None:
    goes_through(arena, text, "'plain'")


NAMED = """
    const name = event.payload;
    const kinds = [
      () => step.do(name, async () => 1),
      () => step.sleep(name, 1),
      () => step.sleepUntil(name, Date.now() + 1e6),
      () => step.waitForEvent(name, { type: 'go' }),
    ];
    const told = [];
    for (const kind of kinds) await kind().catch((error) => told.push([error.name, error.message]));
    return told;
"""


@pytest.mark.parametrize("text", [*CONTROLS.values(), *TOO_LONG.values()], ids=[*CONTROLS, *TOO_LONG])
def test_names_that_are_none_are_refused(arena: Arena, text: str) -> None:
    tenant = arena.tenant()
    run = tenant.started(workflow(NAMED), text)
    told = tenant.wait_for(run, "complete", "errored")["output"]
    assert [name for name, _ in told] == ["WorkflowFatalError"] * 4
    assert all(REFUSED_NAME in message for _, message in told)
    assert not any("step" in entry for entry in tenant.entries(run))


@pytest.mark.parametrize("literal", LONE.values(), ids=LONE)
def test_lone_surrogates_are_data_and_no_names(arena: Arena, literal: str) -> None:
    tenant = arena.tenant()
    run = tenant.started(
        workflow(f"""
        const text = {literal};
        console.log(text);
        const kept = await step.do('kept', async () => ({{ [text]: text }}));
        const refused = await step.do(text, async () => 1).catch((error) => error.message);
        const thrown = await step.do('thrown', {{ retries: {{ limit: 0, delay: 0 }} }}, async () => {{
          throw new Error(text);
        }}).catch((error) => error.message);
        return [kept[text] === text, refused.includes({REFUSED_NAME!r}), thrown === text];
    """)
    )
    assert tenant.wait_for(run, "complete", "errored")["output"] == [True, True, True]
    assert events_of(tenant.request("GET", f"/api/stream/{run}").text)[-1] == ("done", None)


@pytest.mark.parametrize("escape", ["\\ud800", "\\udc00x", "\\ude00\\ud83d"])
def test_lone_surrogates_do_not_come_in_over_http(arena: Arena, escape: str) -> None:
    body = f'{{"source": "x", "payload": "{escape}"}}'.encode()
    answer = arena.tenant().request(
        "POST", "/api/run", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400


def test_nfc_and_nfd_are_two_names(arena: Arena) -> None:
    tenant = arena.tenant()
    run = tenant.started(
        workflow(r"""
        const made = [];
        for (const name of ['\u00e9', 'e\u0301', '\u00e9']) {
          made.push(await step.do(name, async (context) => context.step));
        }
        return made;
    """)
    )
    assert tenant.wait_for(run, "complete", "errored")["output"] == [
        {"name": "\u00e9", "count": 1},
        {"name": "e\u0301", "count": 1},
        {"name": "\u00e9", "count": 2},
    ]


def test_names_do_not_collide_across_kinds(arena: Arena) -> None:
    tenant = arena.tenant()
    run = tenant.started(
        workflow("""
        const made = [];
        for (const name of ['a', 'a-1', 'do:1:a', 'sleep:1:a', 'wait:1:a', '1']) {
          made.push(await step.do(name, async () => 'do ' + name));
          await step.sleep(name, 1);
          made.push((await step.waitForEvent(name, { type: 'go', timeout: 1 }).catch((error) => error)).name);
        }
        return made;
    """)
    )
    names = ["a", "a-1", "do:1:a", "sleep:1:a", "wait:1:a", "1"]
    expected = [made for name in names for made in (f"do {name}", "WorkflowTimeoutError")]
    assert tenant.wait_for(run, "complete", "errored")["output"] == expected
    entries = tenant.entries(run)
    for kind, end in (("do", "step_completed"), ("sleep", "sleep_completed"), ("wait", "wait_timed_out")):
        ended = [entry["step"] for entry in entries if entry["type"] == end]
        assert ended == [{"kind": kind, "name": name, "count": 1} for name in names]


BAD_TYPES = {**CONTROLS, **{name: PLAIN[name] for name in ("empty", "blank", "markup", "SQL", "path", "NFD")}}


@pytest.mark.parametrize("text", [*BAD_TYPES.values(), "x" * 101], ids=[*BAD_TYPES, "101 units"])
def test_event_types_and_ids_that_are_none_are_refused(arena: Arena, text: str) -> None:
    tenant = arena.tenant()
    run = tenant.started(
        workflow("""
        const told = [];
        const note = (error) => told.push(error.message);
        await step.waitForEvent('a', { type: event.payload }).catch(note);
        if (event.payload !== '') await this.env.WORKFLOWS.create({ id: event.payload }).catch(note);
        return told;
    """),
        text,
    )
    told = tenant.wait_for(run, "complete", "errored")["output"]
    assert len(told) == (1 if text == "" else 2), told
    assert all("invalid" in line or "type" in line for line in told), told
    assert tenant.send_event(run, text).status_code == 400


@pytest.mark.parametrize(
    "id",
    ["..%2f..%2fetc", "%00", "%0d%0aX: y", "%3Cscript%3E", "%ff", "x" * 5000, "__proto__", "'%20OR%201=1"],
)
def test_odd_ids_in_addresses_are_unknown(arena: Arena, id: str) -> None:
    tenant = arena.tenant()
    tenant.session()
    unknown = tenant.request("GET", "/api/status/unknown")
    answer = tenant.request("GET", f"/api/status/{id}")
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert answer.json()["code"] == unknown.json()["code"]
    assert "x-" not in answer.text


class TestAfterwards(Afterwards):
    def test_what_worked_is_the_same_after_a_kill(self, arena: Arena, request: pytest.FixtureRequest) -> None:
        """Each string as a step's result, its key and its error, read again by a replay."""
        tenant = arena.tenant()
        texts = [*PLAIN.values(), *CONTROLS.values()]
        run = tenant.started(
            workflow("""
            const made = [];
            for (const text of event.payload) {
              made.push(await step.do('keep', async () => new Map([[text, text]])));
              made.push(await step.do('throw', { retries: { limit: 0, delay: 0 } }, async () => {
                throw new Error(text);
              }).catch((error) => error.message));
            }
            await step.waitForEvent('the kill', { type: 'killed' });
            return made.map((one) => one instanceof Map ? [...one.entries()][0] : one);
        """),
            texts,
        )
        tenant.wait_for_entry(run, "wait_started")
        arena.neighbour.stop()
        arena.server.restart()
        assert tenant.send_event(run, "killed").status_code == 202
        output = tenant.wait_for(run, "complete", "errored")["output"]
        assert output == [made for text in texts for made in ([text, text], text)]
