"""Code in a link: what goes in comes out, and nothing that a stranger puts there does harm."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest

from tests.unit.page.node import evaluate

MODULE = "static/js/share/code_fragment.js"
CODE = {
    "files": {"workflow.js": "// ü 日本 😀\n", "data.json": {"json": {"a": 1}}},
    "main": "workflow.js",
}


def opened(fragment: str) -> Any:
    """What a fragment opens to, or the words with which it is refused."""
    body = """return it.fromFragment(value).catch((error) => {
      if (!(error instanceof it.BadFragment)) throw error;
      return error.message;
    });"""
    return evaluate(MODULE, body, fragment)


def packed(value: Any, prefix: str = "code=1.") -> str:
    """A fragment made by somebody else: `value` as JSON, or the bytes that it is."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = compressor.compress(text) + compressor.flush()
    return prefix + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_what_goes_in_comes_out() -> None:
    body = "const fragment = await it.toFragment(value); return [fragment, await it.fromFragment(fragment)];"
    fragment, out = evaluate(MODULE, body, {**CODE, "payload": '{"a":1}'})
    assert fragment.startswith("code=1.")
    assert all(character.isalnum() or character in "-_" for character in fragment[len("code=1.") :])
    assert out == {**CODE, "payload": '{"a":1}'}
    assert list(out["files"]) == list(CODE["files"])


def test_it_is_small() -> None:
    source = "await step.do('the same again', async () => 1);\n" * 500
    body = "return (await it.toFragment(value)).length;"
    value = {"files": {"workflow.js": source}, "main": "workflow.js", "payload": ""}
    assert evaluate(MODULE, body, value) < len(source) / 20


def test_what_is_too_large_makes_no_link() -> None:
    value = {"files": {"workflow.js": "x" * 1_100_000}, "main": "workflow.js", "payload": ""}
    assert evaluate(MODULE, "return it.toFragment(value);", value) is None


@pytest.mark.parametrize(
    ("fragment", "why"),
    [
        ("code=2.abc", "another version"),
        ("code=", "another version"),
        ("code=1.", "missing"),
        ("code=1.!!!!", "missing"),
        ("code=1.AAAA", "missing"),
        ("code=1." + "A" * 600_000, "longer than"),
        (packed(CODE)[:-8], "missing"),
        (packed(b"\xff\xfe not utf-8"), "missing"),
        (packed(b"{"), "missing"),
        (packed(b" " * 50_000_000), "unpacks to more"),
        (packed([]), "no code"),
        (packed(None), "no code"),
        (packed({"files": {}, "main": "x"}), "no code"),
        (packed({"files": {"a.js": 7}, "main": "a.js"}), "no code"),
        (packed({"files": {"a.js": "x"}, "main": "b.js"}), "no code"),
        (packed({"files": {"a.js": "x"}, "main": "toString"}), "no code"),
        (packed({"files": {"": "x"}, "main": ""}), "no code"),
        (packed({"files": {str(n): "x" for n in range(101)}, "main": "0"}), "no code"),
        (packed({"files": ["x"], "main": "0"}), "no code"),
    ],
)
def test_what_is_no_code_is_refused(fragment: str, why: str) -> None:
    refusal = opened(fragment)
    assert isinstance(refusal, str)
    assert why in refusal


def test_names_of_objects_own_are_names() -> None:
    files = {"__proto__": "x", "constructor": "y"}
    text = '{"files": {"__proto__": "x", "constructor": "y"}, "main": "constructor", "payload": 7}'
    body = "const code = await it.fromFragment(value); return [Object.entries(code.files), code.payload];"
    assert evaluate(MODULE, body, packed(text.encode())) == [[list(pair) for pair in files.items()], ""]
