"""The worker of types in Node: the bundle that the page loads, asked over its messages."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from tests.unit.page.node import ROOT, _node

_SCRIPT = """
const waiting = new Map();
globalThis.postMessage = ({ id, answer, error }) => {
  if (id !== undefined) waiting.get(id)(error === undefined ? { answer } : { error });
};
await import(BUNDLE);
const chunks = []; for await (const chunk of process.stdin) chunks.push(chunk);
const answers = [];
for (const [id, [method, ...values]] of JSON.parse(Buffer.concat(chunks)).entries()) {
  const answer = new Promise((resolve) => waiting.set(id, resolve));
  globalThis.onmessage({ data: { id, method, values } });
  answers.push(await answer);
}
process.stdout.write(JSON.stringify(answers));
"""


def ask(questions: Sequence[Sequence[Any]]) -> list[Any]:
    """The answers to `[method, *values]` of static/editor/service/service.js, asked one after the other."""
    bundle = json.dumps((ROOT / "static" / "build" / "types.js").as_uri())
    done = subprocess.run(
        [_node(), "--input-type=module", "-e", _SCRIPT.replace("BUNDLE", bundle)],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout)
    assert [each for each in answers if "error" in each] == []
    return [each.get("answer") for each in answers]


def complaints(files: Mapping[str, str], *names: str) -> list[str]:
    """What is wrong with the files of these names (all where none is named): `name: what: message`."""
    wanted = names or tuple(files)
    _, *found = ask([["open", files], *(["diagnostics", name] for name in wanted)])
    return [
        f"{name}: {_part(files[name], each)}: {each['message']}"
        for name, list_ in zip(wanted, found, strict=True)
        for each in list_
    ]


def _part(text: str, span: Mapping[str, int]) -> str:
    """Offsets count UTF-16 units, as JavaScript's do."""
    units = text.encode("utf-16-le")
    return units[2 * span["from"] : 2 * span["to"]].decode("utf-16-le")
