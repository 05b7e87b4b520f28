"""The workflows of goldens, and what is done to them from outside.

A Python flow has `run(event, step)`; one in JavaScript or TypeScript is the body of `run(event, step)`, and
may import the modules in the folder of its name. `DRIVE` (there a first line `// drive: …`) is a list of what
a recording does, in turn, each as soon as nothing else is to be done without time passing:

    ["until", TYPE, N]      let time pass until the log holds N entries of that type
    ["event", TYPE, PAYLOAD], ["pause"], ["resume"], ["terminate", ROLLBACK], ["restart", FROM],
    ["skip", KIND, NAME], ["skip all"], ["debug", SETTINGS], ["continue", MODE], ["answer", NAME, PAYLOAD]
                            do that to the instance; an answer is an event for the wait of that name
    ["move"]                go on with other code: as it is with CHANGED set (Python only)
    ["crash"]               end the engine, and start another one
    ["cuts"]                cuts are tried from here on
    ["change"]              the same, and go on with the code as it is with CHANGED set

`PARAMS` are the instance's, `RETENTION` is how long it is kept, `FREE` says that branches may take turns in
another order after a cut, `STRICT` that its replays are strict (Python only), `SETTINGS` are the engine's,
`LIMITS` those of its code, in an isolate that it shares with nobody, and `ENTRYPOINT` is the class that is
asked for (JavaScript only, both).

`BEGIN` is how it comes to be, where nobody just creates it: `{"schedule": CRON}`, `{"debug": SETTINGS}`, or
as a fork of another instance of the same flow, with which a drive is done before:
`{"fork": {"drive": DRIVE, "from": NAME}}` (the name of a `do`; None: from where that is). `{"file": …}` is
the same by way of a file.
"""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Final

FLOWS: Final = Path(__file__).parent / "flows"
_HEADERS: Final = frozenset(
    {"drive", "params", "retention", "free", "begin", "strict", "settings", "limits", "entrypoint"}
)
_BODY: Final = """{imports}
import {{ WorkflowEntrypoint }} from 'cloudflare:workers';
import {{ NonRetryableError }} from 'cloudflare:workflows'; const CHANGED = {changed};
export class Flow extends WorkflowEntrypoint {{ async run(event, step) {{
{body}
}} }}
export default {{}};
"""


@dataclass(frozen=True)
class Flow:
    """One workflow. `source` is JavaScript, `module` Python; one of them is None."""

    feature: str
    file: str
    drive: list[list[Any]] = field(default_factory=list)
    params: Any = None
    retention: dict[str, Any] | None = None
    free: bool = False
    begin: dict[str, Any] = field(default_factory=dict)
    strict: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    limits: dict[str, int] | None = None
    entrypoint: str = "Flow"
    source: str | None = None
    module: ModuleType | None = None

    def modules(self, *, changed: bool) -> tuple[str, dict[str, str]]:
        """The name of the main module, and all of them. `changed` is CHANGED."""
        assert self.source is not None
        lines = self.source.splitlines()
        imports = " ".join(line for line in lines if line.startswith("import "))
        body = "\n".join(line for line in lines if not line.startswith("import "))
        main = f"index{Path(self.file).suffix}"
        text = _BODY.format(imports=imports, body=body, changed=json.dumps(changed))
        others = {path.relative_to(FLOWS).as_posix(): path.read_text() for path in imported(self.file)}
        return main, {main: text, **others}


def imported(file: str) -> list[Path]:
    """The modules beside the one in that file of `flows/`."""
    folder = FLOWS / Path(file).stem
    return sorted(path for path in folder.rglob("*") if path.is_file())


def flow(file: str) -> Flow:
    """The flow of that file."""
    path = FLOWS / file
    if path.suffix == ".py":
        module = importlib.import_module(f"tests.goldens.flows.{path.stem}")
        feature = path.stem.replace("_", "-")
        said = {name: getattr(module, name.upper()) for name in _HEADERS if hasattr(module, name.upper())}
        return Flow(f"python-{feature}", file, **said, module=module)
    source = path.read_text()
    lines = dict(line[3:].split(": ", 1) for line in source.splitlines() if line.startswith("// "))
    given = {name: json.loads(text) for name, text in lines.items()}
    assert given.keys() <= _HEADERS, f"{file} says what is unknown"
    feature = f"{'typescript' if path.suffix == '.ts' else 'javascript'}-{path.stem}"
    return Flow(feature, file, **given, source=source)


def flows() -> list[Flow]:
    """All that there are."""
    return [flow(path.name) for path in sorted(FLOWS.iterdir()) if _is_flow(path)]


def _is_flow(path: Path) -> bool:
    return path.suffix in (".js", ".ts") or (path.suffix == ".py" and path.stem != "__init__")
