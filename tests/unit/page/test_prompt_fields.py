"""What an event's payload should hold, read from the source, and what follows from it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

READER = "static/editor/fields/index.js"
FIELDS = "static/js/run/prompt_fields.js"

TYPED = """
interface Who { id: number; /** as on the door */ name?: string }
type Level = 'low' | "high";
enum Kind { A = 'a', B = 'b' }
enum Place { First, Second = 5, Third }
interface Base { ref: string }
interface Approval extends Base {
  approved: boolean; level: Level; kind: Kind; place: Place; who: Who; tags: string[]; more: Array<Who>;
  size: 1 | 2; when: Date; x: string | null; y: number | undefined; odd: () => void; both: true | false;
}
interface Loop { next: Loop }
export class TenantWorkflow extends WorkflowEntrypoint<Env> {
  async run(event: WorkflowEvent<unknown>, step: WorkflowStep) {
    const a = await step.waitForEvent<Approval>('sign', { type: 'approval', timeout: '1 hour' });
    const b = await step.waitForEvent<Partial<Who> & { z: boolean }>('b', { type: 'b' });
    const c: WorkflowStepEvent<{ q: string }> = await step.waitForEvent('c', { type: 'c' });
    const d = await step.waitForEvent<string>('d', { type: 'd' });
    const e = await step.waitForEvent<Omit<Who, 'name'>>(`e`, { type: 'e' });
    const f = await step.waitForEvent<Imported>('f', { type: 'f' });
    const g = await step.waitForEvent<any>('g', { type: 'g' });
    const h = await step.waitForEvent<Loop>('h', { type: 'h' });
    const one = await step.waitForEvent<{ a: 1 }>('one', { type: 'same' });
    const two = await step.waitForEvent<{ b: 1 }>('two', { type: 'same' });
  }
}
"""

OTHER_FILE = "export type Imported = { from: string };"


def payload(type: str, *sources: str, name: str = "?") -> Any:
    body = "return it.payloadOf(value.sources, value.wait);"
    return evaluate(READER, body, {"sources": sources, "wait": {"name": name, "type": type}})


def fields(type: str, *sources: str, name: str = "?") -> dict[str, Any]:
    found = payload(type, *sources, name=name)
    return {field.pop("name"): field for field in found["field"]["fields"]}


def test_types_become_fields() -> None:
    optional = {"optional": False}
    who = [
        {"name": "id", "type": "number", "optional": False},
        {"name": "name", "type": "string", "optional": True, "hint": "as on the door"},
    ]
    assert payload("approval", TYPED)["from"] == "type"
    assert fields("approval", TYPED) == {
        "ref": {"type": "string", **optional},
        "approved": {"type": "boolean", **optional},
        "level": {"type": "string", "options": ["low", "high"], **optional},
        "kind": {"type": "string", "options": ["a", "b"], **optional},
        "place": {"type": "number", "options": [0, 5, 6], **optional},
        "who": {"type": "object", "fields": who, **optional},
        "tags": {"type": "array", "item": {"type": "string"}, **optional},
        "more": {"type": "array", "item": {"type": "object", "fields": who}, **optional},
        "size": {"type": "number", "options": [1, 2], **optional},
        "when": {"type": "date", **optional},
        "x": {"type": "string", "nullable": True, **optional},
        "y": {"type": "number", "optional": True},
        "odd": {"type": "json", **optional},
        "both": {"type": "boolean", **optional},
    }


@pytest.mark.parametrize(
    ("type", "names"),
    [("b", {"id", "name", "z"}), ("c", {"q"}), ("e", {"id"}), ("f", {"from"}), ("h", {"next"})],
    ids=["partial", "annotated", "omit", "of another file", "of itself"],
)
def test_types_are_followed(type: str, names: set[str]) -> None:
    assert set(fields(type, TYPED, OTHER_FILE)) == names


def test_a_payload_may_be_no_object() -> None:
    assert payload("d", TYPED) == {"from": "type", "field": {"type": "string"}}


@pytest.mark.parametrize(
    ("type", "source"),
    [("g", TYPED), ("f", TYPED), ("unheard", TYPED), ("x", "this is {{ no code"), ("x", "")],
    ids=["any", "unknown type", "other event", "broken", "nothing"],
)
def test_what_the_source_does_not_say_is_not_made_up(type: str, source: str) -> None:
    assert payload(type, source) is None


def test_of_two_waits_for_one_type_the_name_tells_which() -> None:
    assert set(fields("same", TYPED, name="one")) == {"a"}
    assert set(fields("same", TYPED, name="two")) == {"b"}


USED = """
export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const decision = await step.waitForEvent('approve', { type: 'approval', timeout: '1 hour' });
    if (!decision.payload?.approved) return 'no';
    const { note, level: height = 3 } = decision.payload ?? {};
    if (decision.payload.kind === 'a' || decision.payload.kind === 'b') note.trim();
    const given = decision.payload;
    if (given.amount > 10) console.log(given.who.name.toUpperCase(), given.list.map(String));
    const { payload } = await step.waitForEvent('two', { type: 'two' });
    return payload.go ? payload.code.toFixed(2) : null;
  }
}
const decision = { payload: { other: 1 } };
console.log(decision.payload.other);
"""


def test_uses_are_hints_where_there_is_no_type() -> None:
    assert payload("approval", USED)["from"] == "use"
    found = {name: (field["type"], field.get("options")) for name, field in fields("approval", USED).items()}
    assert found == {
        "approved": ("boolean", None),
        "note": ("string", None),
        "level": ("string", None),
        "kind": ("string", ["a", "b"]),
        "amount": ("number", None),
        "who": ("object", None),
        "list": ("array", None),
    }
    assert all(field["optional"] for field in fields("approval", USED).values())
    two = {name: field["type"] for name, field in fields("two", USED).items()}
    assert two == {"go": "boolean", "code": "number"}


def object_of(*fields: dict[str, Any], origin: str = "type") -> dict[str, Any]:
    return {"from": origin, "field": {"type": "object", "fields": list(fields)}}


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (object_of({"name": "approved", "type": "boolean"}), "approved"),
        (
            object_of({"name": "ok", "type": "boolean"}, {"name": "n", "type": "string", "optional": True}),
            "ok",
        ),
        (object_of({"name": "approved", "type": "boolean"}, {"name": "n", "type": "string"}), None),
        (object_of({"name": "approved", "type": "string"}), None),
        ({"from": "type", "field": {"type": "boolean"}}, None),
        (None, None),
    ],
    ids=["alone", "with an optional one", "with a needed one", "no boolean", "no object", "nothing known"],
)
def test_which_payloads_are_decisions(payload: Any, name: str | None) -> None:
    assert evaluate(FIELDS, "return it.decisionIn(value);", payload) == name


def test_what_does_not_fit_is_told_with_its_place() -> None:
    field = payload("approval", TYPED)["field"]
    good = {
        "ref": "r",
        "approved": True,
        "level": "low",
        "kind": "a",
        "place": 5,
        "who": {"id": 1},
        "tags": [],
        "more": [],
        "size": 1,
        "when": "2026-01-31T12:00:00Z",
        "x": None,
        "odd": 1,
        "both": True,
    }
    body = "return it.troublesOf(value.value, value.field);"
    assert evaluate(FIELDS, body, {"field": field, "value": good}) == []
    bad = {**good, "approved": "yes", "level": "middle", "who": {"name": None}, "tags": ["a", 1]}
    assert evaluate(FIELDS, body, {"field": field, "value": bad}) == [
        "approved should be true or false.",
        'level should be one of "low", "high".',
        "who.id is missing.",
        "who.name is null, and should be a text.",
        "tags[1] should be a text.",
    ]
    assert evaluate(FIELDS, body, {"field": field, "value": []}) == ["The payload should be an object."]


def test_an_example_fits() -> None:
    body = "const { field } = value; return it.troublesOf(it.exampleOf(field), field);"
    assert evaluate(FIELDS, body, payload("approval", TYPED)) == []


def test_links_to_approvers_say_the_fields() -> None:
    told = evaluate(FIELDS, "return it.flatFields(value);", payload("approval", TYPED))
    found = {field.pop("name"): field for field in told}
    assert found["level"] == {"type": "string", "options": ["low", "high"], "optional": False}
    assert found["when"] == {"type": "date", "optional": False}
    assert found["tags"]["item"] == {"type": "string", "optional": False}
    assert found["who"]["fields"][1] == {
        "name": "name",
        "type": "string",
        "hint": "as on the door",
        "optional": True,
    }
    assert found["x"]["nullable"] is True
    assert found["odd"]["type"] == "json"


def test_links_to_approvers_name_no_options_that_are_guesses() -> None:
    told = evaluate(FIELDS, "return it.flatFields(value);", payload("approval", USED))
    assert all("options" not in field for field in told)


def test_links_to_approvers_have_one_level_of_what_is_too_long() -> None:
    deep = {"type": "object", "fields": [{"name": "x" * 300, "type": "string"}] * 40}
    told = evaluate(FIELDS, "return it.flatFields(value);", object_of({"name": "who", **deep}))
    assert told == [{"name": "who", "type": "json", "optional": False}]
