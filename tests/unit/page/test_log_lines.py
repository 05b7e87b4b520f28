"""The lines of a log: which are wanted, how they are written, what is in them and between them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

LINES = "static/js/console/lines.js"
SEGMENTS = "static/js/console/segments.js"
ITEMS = "static/js/console/items.js"
MARKS = "static/js/console/marks.js"


def line(seq: int, message: str, **more: Any) -> dict[str, Any]:
    made = {"seq": seq, "time": 1000 + seq, "level": "log", "kind": "log", "step": None, "attempt": None}
    return {**made, "message": message, **more}


LOG = [
    line(1, "Start"),
    line(2, "orders", level="info", step="do:1:fetch", attempt=1),
    line(3, "a.b", level="warn", step="do:1:fetch", attempt=2),
    line(4, "thrown", kind="exception", level="log"),
]


@pytest.mark.parametrize(
    ("wanted", "seqs"),
    [
        ({"text": ""}, [1, 2, 3, 4]),
        ({"text": "START"}, [1]),
        ({"text": "START", "exact": True}, []),
        ({"text": "a.b"}, [3]),
        ({"text": "^(start|thr)", "regex": True}, [1, 4]),
        ({"text": "fetch"}, [2, 3]),
        ({"text": "", "level": "error"}, [4]),
        ({"text": "", "level": "warn"}, [3, 4]),
        ({"text": "", "step": "do:1:fetch"}, [2, 3]),
    ],
    ids=["all", "text", "capitals", "no expression", "expression", "step name", "errors", "warnings", "step"],
)
def test_which_lines_are_wanted(wanted: dict[str, Any], seqs: list[int]) -> None:
    body = """
    const { pattern } = it.patternOf(value.wanted);
    const keeps = it.filterOf({ pattern, level: value.wanted.level, step: value.wanted.step });
    return value.log.filter(keeps).map(({ seq }) => seq);"""
    assert evaluate(LINES, body, {"log": LOG, "wanted": wanted}) == seqs


def test_what_is_no_expression_is_told() -> None:
    found = evaluate(LINES, "return it.patternOf({ text: '(', regex: true });")
    assert found["pattern"] is None
    assert "group" in found["error"].lower()


@pytest.mark.parametrize(
    ("ms", "text"),
    [(12, "0.012"), (62_500, "1:02.500"), (93_601_000, "26:00:01"), (-5, "-0.005"), (59_999.7, "1:00.000")],
)
def test_time_since_the_start(ms: float, text: str) -> None:
    assert evaluate(LINES, "return it.sinceText(value);", ms) == text


def test_lines_as_text_and_as_json() -> None:
    texts = evaluate(LINES, "return value.map(it.asText);", [LOG[2], line(5, "two\nlines")])
    assert texts[0] == "1970-01-01T00:00:01.003Z WARN  [fetch #2] a.b"
    assert texts[1].endswith("LOG   two\n    lines")
    written = evaluate(LINES, "return value.map((each) => JSON.parse(it.asJson(each)));", LOG)
    assert written[3] == {
        "seq": 4,
        "time": "1970-01-01T00:00:01.004Z",
        "level": "log",
        "kind": "exception",
        "message": "thrown",
    }


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ('got {"a":[1,"}"]} and [2]', ["got ", {"a": [1, "}"]}, " and ", [2]]),
        ("no { object } here", ["no { object } here"]),
        ("empty {} and []", ["empty {} and []"]),
        ('open {"a": 1', ['open {"a": 1']),
        ('code[0] x="{"', ['code[0] x="{"']),
        ("", []),
    ],
    ids=["objects", "words", "empty", "cut off", "marks", "nothing"],
)
def test_objects_in_messages(message: str, parts: list[Any]) -> None:
    body = "return it.segmentsOf(value).map((part) => part.json ?? part.text);"
    assert evaluate(SEGMENTS, body, message) == parts


def test_places_in_stacks_lead_to_the_source() -> None:
    body = "return it.segmentsOf(value, (module) => module).filter(({ line }) => line !== undefined);"
    assert evaluate(SEGMENTS, body, "at run (lib/pay.ts:14:3) and 12:30") == [
        {"text": "lib/pay.ts:14:3", "module": "lib/pay.ts", "line": 14}
    ]


NAMES = "const nameOf = (module) => (module === 'index.js' ? 'workflow.js' : module);"
THROWN = line(7, "Uncaught Error: no\n    at <anonymous> (index.js:6:80)", kind="exception")


def test_places_have_the_names_that_the_visitor_knows_and_lead_where_the_run_says() -> None:
    body = f"{NAMES} return it.segmentsOf(value, nameOf).filter(({{ line }}) => line !== undefined);"
    assert evaluate(SEGMENTS, body, THROWN["message"]) == [
        {"text": "workflow.js:6:80", "module": "index.js", "line": 6}
    ]
    plain = evaluate(SEGMENTS, "return it.segmentsOf(value);", THROWN["message"])
    assert plain == [{"text": THROWN["message"]}]


def test_lines_are_found_and_written_down_with_the_names_that_are_shown() -> None:
    body = f"""{NAMES}
    const finds = (text) => it.filterOf({{ ...it.patternOf({{ text }}), nameOf }});
    const shown = value.map((each) => it.shownLine(each, nameOf));
    const same = shown.map((each, at) => each === value[at]);
    const seqs = (text) => value.filter(finds(text)).map(({{ seq }}) => seq);
    const found = ["workflow.js:6", "index.js:6"].map(seqs);
    return [same, it.asText(shown[0]), JSON.parse(it.asJson(shown[0])).message, found];"""
    said = line(8, "see index.js:6:80")
    other = line(9, "lib/pay.ts:1:2", level="error")
    same, text, message, found = evaluate(LINES, body, [THROWN, said, other])
    assert same == [False, True, True]
    assert text.endswith("Uncaught Error: no\n        at <anonymous> (workflow.js:6:80)")
    assert message == "Uncaught Error: no\n    at <anonymous> (workflow.js:6:80)"
    assert found == [[7], [8]]


STEP = {"kind": "do", "count": 1, "name": "pay"}
OTHER = {"kind": "do", "count": 1, "name": "look"}
JOURNAL = [
    {"seq": 1, "time": 1, "type": "step_started", "step": OTHER},
    {"seq": 2, "time": 2, "type": "step_started", "step": STEP},
    {"seq": 6, "time": 6, "type": "workflow_restarted", "from": STEP},
    {"seq": 7, "time": 7, "type": "step_started", "step": STEP},
]


def test_a_restart_from_a_step_puts_aside_what_it_and_later_ones_wrote() -> None:
    body = """
    const marks = it.createMarks();
    marks.read(value.journal, 9);
    return value.log.map(marks.aside);"""
    log = [
        line(1, "before"),
        line(3, "of the other, which began before", step="do:1:look"),
        line(4, "of the step", step="do:1:pay"),
        line(5, "outside of steps"),
        line(8, "of the step, again", step="do:1:pay"),
    ]
    assert evaluate(MARKS, body, {"journal": JOURNAL, "log": log}) == [None, None, 6, 6, None]


def test_marks_are_read_on_and_begin_anew_with_a_restart_from_the_top() -> None:
    body = """
    const marks = it.createMarks();
    const first = marks.read(value, 2);
    const texts = () => marks.marks().map(({ text }) => text);
    const before = texts();
    const more = [marks.read(value, 3), texts(), marks.read(value, 3), marks.read(value, 1)];
    return [first, before, ...more, texts()];"""
    journal = [
        {"seq": 1, "time": 1, "type": "workflow_started"},
        {"seq": 2, "time": 2, "type": "sleep_skipped", "step": STEP},
        {"seq": 3, "time": 3, "type": "workflow_restarted"},
    ]
    skipped = "Skipped the rest of the sleep “pay”"
    again = "Restarted from the top"
    expected = [False, ["Started", skipped], True, [again], False, True, ["Started"]]
    assert evaluate(MARKS, body, journal) == expected


def test_what_was_skipped_is_marked_with_virtual_time() -> None:
    body = """
    const marks = it.createMarks();
    marks.read(value, 99);
    return marks.marks().map(({ text }) => text.replace(/time is .*$/, "time is told"));"""
    hour = 3_600_000
    nap = {"kind": "sleep", "count": 1, "name": "nap"}
    journal = [
        {"seq": 1, "time": 0, "type": "workflow_queued", "debug": {"pace": 3600}},
        {"seq": 2, "time": 0, "type": "sleep_started", "step": nap, "until": 2 * hour},
        {"seq": 3, "time": 2_000, "type": "sleep_skipped", "step": nap, "by": "pace"},
        {"seq": 4, "time": 2_000, "type": "debug_set", "pace": 1},
        {"seq": 5, "time": 2_000, "type": "debug_set", "breakpoints": ["pay"]},
        {"seq": 6, "time": 3_000, "type": "attempt_failed", "step": STEP, "attempt": 1, "retryAt": 63_000},
        {"seq": 7, "time": 3_000, "type": "retry_skipped", "step": STEP},
    ]
    assert evaluate(MARKS, body, journal) == [
        "The clock is set: 1 s = 1 h",
        "The clock skipped 1 h 59 min of the sleep “nap”: virtual time is told",
        "The clock goes in real time",
        "Skipped 1 min 00 s of the delay before the next attempt of “pay”: virtual time is told",
    ]


ROWS = """
const items = it.createItems();
const aside = ({ seq }) => (value.cut.includes(seq) ? 9 : null);
const all = { marks: value.marks, aside, wanted: () => true, quiet: false };
const update = (logs, opened = [], anew = false) =>
  items.update({ ...all, logs, opened: new Set(opened), anew });
const shown = (row) => row.mark?.text ?? (row.fold ? `fold ${row.count}` : row.line.seq);
const look = () => items.items().map(shown);
const said = [update(value.logs.slice(0, 2)), look(), update(value.logs), look(), update(value.logs)];
said.push(update(value.logs, [9], true), look(), items.count());
return said;
"""


def test_rows_come_in_order_with_marks_between_and_folds_where_lines_were_put_aside() -> None:
    value = {
        "marks": [{"seq": 2, "text": "mark"}],
        "logs": [line(seq, str(seq)) for seq in (1, 3, 4, 5)],
        "cut": [3, 4],
    }
    assert evaluate(ITEMS, ROWS, value) == [
        "more",
        [1, "mark", "fold 1"],
        "more",
        [1, "mark", "fold 2", 5],
        "none",
        "all",
        [1, "mark", "fold 2", 3, 4, 5],
        4,
    ]
