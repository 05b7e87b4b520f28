"""`run.py`: what it makes anew, what it leaves alone, and what it says when it cannot go on."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
AGAIN = ["tools", "packages", "playground"]
FIRST = ["venv", *AGAIN]


class Commands:
    """Stands in for the commands that run.py starts: keeps them, and makes the files that they would."""

    def __init__(self, script: ModuleType) -> None:
        self.script = script
        self.seen: list[str] = []
        self.failing: str | None = None

    def __call__(
        self, command: list[str], what: str, unreachable: tuple[str, ...] = (), client: str = ""
    ) -> None:
        line = " ".join(command)
        kinds = {"venv": "-m venv", "tools": "hatchling", "playground": "--editable"}
        name = next((name for name, sign in kinds.items() if sign in line), "packages")
        self.seen.append(name)
        if name == self.failing:
            raise self.script.SetupError(what)
        if name == "venv":
            self.script.PYTHON.parent.mkdir(parents=True)
            self.script.PYTHON.touch()


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py as a module, in a folder of its own with nothing to bundle."""
    spec = importlib.util.spec_from_file_location("run_script", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "scripts").mkdir()
    for name in ("guest", "assets"):
        (tmp_path / "scripts" / f"{name}.py").write_text("def stale():\n    return []\n")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    for name in ("PYTHON", "STAMP", "HALF_MADE"):
        there = getattr(module, name).relative_to(ROOT)
        monkeypatch.setattr(module, name, tmp_path / there)
    return module


@pytest.fixture
def commands(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Commands:
    stand_in = Commands(script)
    monkeypatch.setattr(script, "call", stand_in)
    return stand_in


def test_the_first_start_makes_everything_and_the_second_nothing(
    script: ModuleType, commands: Commands
) -> None:
    script.set_up(with_dev=False)
    assert commands.seen == FIRST
    script.set_up(with_dev=False)
    assert len(commands.seen) == len(FIRST)


def test_the_tests_add_their_packages_once(script: ModuleType, commands: Commands) -> None:
    script.set_up(with_dev=False)
    script.set_up(with_dev=True)
    assert commands.seen == [*FIRST, *AGAIN]
    script.set_up(with_dev=False)
    script.set_up(with_dev=True)
    assert len(commands.seen) == len(FIRST + AGAIN)


def test_a_changed_dependency_is_installed_into_the_same_venv(script: ModuleType, commands: Commands) -> None:
    script.set_up(with_dev=False)
    project = script.ROOT / "pyproject.toml"
    project.write_text(project.read_text().replace("msgspec>=", "msgspec>"))
    script.set_up(with_dev=False)
    assert commands.seen == [*FIRST, *AGAIN]


@pytest.mark.parametrize(
    "what", ["another Python", "another folder", "a lost interpreter", "an interrupted start"]
)
def test_the_venv_is_made_anew_after(script: ModuleType, commands: Commands, what: str) -> None:
    script.set_up(with_dev=False)
    stamp = json.loads(script.STAMP.read_text())
    if what == "another Python":
        script.STAMP.write_text(
            json.dumps({**stamp, "python": stamp["python"].replace(sys.version, "3.11.0")})
        )
    elif what == "another folder":
        script.STAMP.write_text(
            json.dumps({**stamp, "python": stamp["python"].replace(str(script.VENV), "x")})
        )
    elif what == "a lost interpreter":
        script.PYTHON.unlink()
    else:
        script.HALF_MADE.touch()
    commands.seen.clear()
    script.set_up(with_dev=False)
    assert commands.seen == FIRST
    assert not script.HALF_MADE.exists()


def test_a_failed_first_install_starts_afresh(script: ModuleType, commands: Commands) -> None:
    commands.failing = "playground"
    with pytest.raises(script.SetupError):
        script.set_up(with_dev=False)
    commands.failing = None
    commands.seen.clear()
    script.set_up(with_dev=False)
    assert commands.seen == FIRST


def test_a_failed_later_install_keeps_the_venv(script: ModuleType, commands: Commands) -> None:
    script.set_up(with_dev=False)
    commands.failing = "tools"
    with pytest.raises(script.SetupError):
        script.set_up(with_dev=True)
    commands.seen.clear()
    script.set_up(with_dev=False)
    assert commands.seen == []


@pytest.mark.parametrize("name", ["guest", "assets"])
def test_what_is_stale_is_made_and_nothing_else(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made: list[str] = []
    monkeypatch.setattr(script, "call", lambda command, *_: made.append(Path(command[-1]).stem))
    script.make_assets()
    (script.ROOT / "scripts" / f"{name}.py").write_text("def stale():\n    return True\n")
    script.make_assets()
    assert made == [name]


def test_the_guest_is_compiled_while_the_packages_are_installed(
    script: ModuleType, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    (script.ROOT / "scripts" / "guest.py").write_text("def stale():\n    return True\n")
    begun = object()

    def begin(command: list[str]) -> object:
        commands.seen.append(Path(command[-1]).stem)
        return begun

    monkeypatch.setattr(script, "begin", begin)
    monkeypatch.setattr(script, "give_up", lambda making: commands.seen.append("given up"))

    def finish(making: object, *_: object) -> None:
        assert making is begun
        commands.seen.append("finished")

    monkeypatch.setattr(script, "finish", finish)
    script.install(with_dev=False)
    assert commands.seen == ["tools", "guest", "packages", "finished", "playground"]
    commands.seen.clear()
    commands.failing = "packages"
    with pytest.raises(script.SetupError):
        script.install(with_dev=False)
    assert commands.seen == ["tools", "guest", "packages", "given up"]


def test_what_is_given_up_ends_with_all_that_it_started(script: ModuleType) -> None:
    nested = (
        "import subprocess, sys\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        "print(child.pid, flush=True)\n"
        "child.wait()"
    )
    begun = script.begin([sys.executable, "-c", nested])
    child = int(begun.stdout.readline())
    script.give_up(begun)
    assert begun.returncode == -9
    assert begun.stdout.closed, "the child held it too"
    stat = Path(f"/proc/{child}/stat")
    while stat.exists() and ") Z " not in stat.read_text():  # it has been killed, and ends by and by
        time.sleep(0.01)
    script.give_up(begun)


def test_a_venv_of_somebody_else_is_left_alone(script: ModuleType, commands: Commands) -> None:
    script.VENV.mkdir()
    with pytest.raises(script.SetupError, match=r"not made by run\.py"):
        script.set_up(with_dev=False)
    assert commands.seen == []


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("ERROR: connection broken by NewConnectionError: refused", "pip cannot reach the index"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("something else", r"pip install failed \(exit status 3\):\n    something else"),
    ],
)
def test_a_failed_command_is_explained(script: ModuleType, output: str, message: str) -> None:
    command = [sys.executable, "-c", f"print({output!r}); raise SystemExit(3)"]
    with pytest.raises(script.SetupError, match=message):
        script.call(command, "pip install failed", script.NO_INDEX, "pip")


def test_a_python_without_venv_is_explained(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(script.SetupError, match=r"apt install python3\.\d+-venv"):
        script.make_venv()


def test_python_3_6_can_read_the_file() -> None:
    ast.parse((ROOT / "run.py").read_text(encoding="ascii"), feature_version=(3, 6))


def test_an_old_python_is_told_so() -> None:
    old = (
        "import runpy, sys; sys.version_info = (3, 6, 15, 'final', 0)\n"
        "runpy.run_path('run.py', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", old], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("playground: Python 3.11 or newer is needed, and this is Python 3.6")
    assert "Traceback" not in done.stderr
