"""The programs that stand in the documentation are typed, as a strict checker sees them from outside."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "docs/isolates.md", "docs/python-workflows.md", "docs/testing.md")


def programs() -> dict[str, str]:
    """The blocks in Python that are whole programs, by a name for each."""
    found: dict[str, str] = {}
    for page in PAGES:
        blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
        name = Path(page).stem.lower().replace("-", "_")
        found |= {f"{name}_{number}.py": block for number, block in enumerate(blocks) if "class " in block}
    return found


def test_what_is_documented_passes_a_strict_type_checker(tmp_path: Path) -> None:
    written = programs()
    assert len(written) > 8
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", *(str(tmp_path / name) for name in written)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
