"""The worker of types in Node: the bundle that the page loads, asked over its messages by one process."""

from __future__ import annotations

import atexit
import json
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from tests.unit.page.node import ROOT, _node

_SCRIPT = """
import { createInterface } from "node:readline";
let heard;
globalThis.postMessage = (message) => message.id !== undefined && heard(message);
await import(BUNDLE);
for await (const line of createInterface({ input: process.stdin })) {
  const answers = [];
  for (const [method, ...values] of JSON.parse(line)) {
    const answer = new Promise((resolve) => (heard = resolve));
    globalThis.onmessage({ data: { id: 1, method, values } });
    answers.push(await answer);
  }
  process.stdout.write(JSON.stringify(answers) + "\\n");
}
"""


@cache
def _worker(built_at: int) -> subprocess.Popen[str]:
    """The process that has loaded the bundle of that time."""
    bundle = json.dumps((ROOT / "static" / "build" / "types.js").as_uri())
    worker = subprocess.Popen(
        [_node(), "--input-type=module", "-e", _SCRIPT.replace("BUNDLE", bundle)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(_end, worker)
    return worker


def _end(worker: subprocess.Popen[str]) -> None:
    worker.communicate()


def ask(questions: Sequence[Sequence[Any]]) -> list[Any]:
    """The answers to `[method, *values]` of static/editor/service/service.js, asked one after the other."""
    worker = _worker((ROOT / "static" / "build" / "types.js").stat().st_mtime_ns)
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(json.dumps(questions) + "\n")
    worker.stdin.flush()
    answers = json.loads(worker.stdout.readline())
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
