#!/usr/bin/env python3
"""Set the playground up and start it, or test it.

    python3 run.py [--host HOST] [--port PORT] [--data FOLDER] [--reload] [--allow-kill]
    python3 run.py test                 lint, types and all tests but those in a browser
    python3 run.py test ARGUMENTS       pytest with these arguments
    python3 run.py build                set up, compile the guest and make the page's bundles, no more

The first start makes the virtual environment .venv, installs into it, compiles the isolates' engine and
bundles the page's editor; later ones find all that done and need no network. Python's standard library alone
runs this file.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "playground: Python 3.11 or newer is needed, and this is Python {}.{} ({}).\n"
        "Install one and start again with it, for example: python3.11 run.py".format(
            sys.version_info[0], sys.version_info[1], sys.executable
        )
    )

# From here on the file must still be readable, if not runnable, by Python 3.6: no walrus, no match.
import contextlib
import hashlib
import importlib.util
import json
import os
import runpy
import shutil
import signal
import subprocess
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "playground.json"  # what .venv was made for; written when it is complete
HALF_MADE = VENV / "playground.half-made"  # there while .venv is being changed
NO_INDEX = (
    "NewConnectionError",
    "ConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "Connection refused",
    "connection broken",
    "Name or service not known",
    "Temporary failure in name resolution",
    "Max retries exceeded",
    "ProxyError",
    "SSLError",
)
NO_REGISTRY = (
    "ENOTFOUND",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "EAI_AGAIN",
    "ENOTCACHED",
    "EHOSTUNREACH",
)


class Part(NamedTuple):
    """Something to make, by the script of that name."""

    name: str
    title: str
    failure: str
    unreachable: tuple[str, ...]
    client: str


GUEST = Part("guest", "Compiling the isolates' engine (zig)", "compiling the engine failed", NO_INDEX, "pip")
PAGE = Part("assets", "Building the page (npm, esbuild)", "building the page failed", NO_REGISTRY, "npm")


class SetupError(Exception):
    """The playground cannot be set up; the message says why and what to do."""


def main(arguments: list[str]) -> int:
    """Set up what is missing, then become the server, pytest or scripts/check."""
    command = arguments[0] if arguments and arguments[0] in ("test", "build") else "serve"
    rest = arguments if command == "serve" else arguments[1:]
    if command != "test" and ("-h" in rest or "--help" in rest):
        print(__doc__)
        return 0
    try:
        set_up(with_dev=command == "test")
    except SetupError as error:
        print(f"playground: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nplayground: interrupted; start again to finish", file=sys.stderr)
        return 130
    if command == "build":
        return 0
    os.environ["PATH"] = os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", os.defpath)])
    if command == "serve":
        os.environ.setdefault("PLAYGROUND_DATA", str(ROOT / "data"))
        return become([str(PYTHON), "-m", "playground", *rest])
    os.chdir(ROOT)
    return become([str(PYTHON), "-m", "pytest", *rest] if rest else ["bash", str(ROOT / "scripts" / "check")])


def become(command: list[str]) -> int:
    """Replace this process by `command`, so that signals reach it."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execvp(command[0], command)
    return subprocess.call(command)


def set_up(with_dev: bool) -> None:
    """Bring .venv, the guest and the bundles up to date; quick, and without a network, when they are."""
    with only_one():
        wanted = identity()
        found = read_stamp()
        if not STAMP.exists() and VENV.exists() and not HALF_MADE.exists():
            raise SetupError(f"{VENV} was not made by run.py; move it away and start again")
        if found.get("python") != wanted["python"] or HALF_MADE.exists() or not PYTHON.exists():
            make_venv()
            found = {}
        with_dev = with_dev or bool(found.get("dev"))
        if found.get("packages") != wanted["packages"] or found.get("dev") != with_dev:
            HALF_MADE.touch()
            try:
                install(with_dev)
            except SetupError:
                if found:
                    HALF_MADE.unlink()  # pip gave up by itself, so what was there still is
                raise
            STAMP.write_text(json.dumps({**wanted, "dev": with_dev}), encoding="utf-8")
            HALF_MADE.unlink(missing_ok=True)
        make_assets()


def identity() -> dict[str, str]:
    """What .venv depends on: this interpreter and folder, and the packages that pyproject.toml names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    table = project["project"]
    packages = [
        project["build-system"]["requires"],
        table["dependencies"],
        table["optional-dependencies"],
        table["scripts"],
    ]
    return {
        "python": f"{sys.version} {sys.base_prefix} {VENV}",
        "packages": hashlib.sha256(json.dumps(packages).encode()).hexdigest(),
    }


def read_stamp() -> dict[str, object]:
    """What .venv was made for; empty when it is not known."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def make_venv() -> None:
    """Make .venv anew: it is missing, half-made, or for another Python or folder."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SetupError(
            "this Python cannot make virtual environments (venv or ensurepip is missing).\n"
            f"On Debian and Ubuntu: apt install python{version}-venv"
        )
    with progress("Making the virtual environment .venv"):
        if VENV.is_dir():
            shutil.rmtree(VENV)
        VENV.mkdir()
        HALF_MADE.touch()
        python = getattr(sys, "_base_executable", sys.executable)  # not the .venv that was just removed
        call([python, "-m", "venv", str(VENV)], "python -m venv failed")


def install(with_dev: bool) -> None:
    """Install the build's tools, what they make, and the package with what it stands on, in place."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    pip += ["--progress-bar", "off", "--retries", "2", "--no-warn-script-location"]
    with progress("Installing Node, zig and the build's tools"):
        call([*pip, *project["build-system"]["requires"]], "pip install failed", NO_INDEX, "pip")
    table = project["project"]
    packages = table["dependencies"] + (table["optional-dependencies"]["dev"] if with_dev else [])
    with made_meanwhile(GUEST):
        make(PAGE)
        with progress("Installing the packages" + (" and those of the tests" if with_dev else "")):
            call([*pip, *packages], "pip install failed", NO_INDEX, "pip")
    with progress("Installing the playground"):
        itself = ["--no-build-isolation", "--no-deps", "--editable", str(ROOT)]
        call([*pip, *itself], "pip install failed", NO_INDEX, "pip")


def make_assets() -> None:
    """Compile the guest and bundle the page, where their sources have changed."""
    make(GUEST)
    make(PAGE)


def make(part: Part) -> None:
    """Make the part, where its sources have changed."""
    if is_stale(part):
        with progress(part.title):
            call([str(PYTHON), str(script_of(part))], part.failure, part.unreachable, part.client)


@contextlib.contextmanager
def made_meanwhile(part: Part) -> Iterator[None]:
    """Make the part, where its sources have changed, while what is inside goes on."""
    if not is_stale(part):
        yield
        return
    began = time.monotonic()
    making = begin([str(PYTHON), str(script_of(part))])
    try:
        yield
        with progress(part.title, began):
            finish(making, part.failure, part.unreachable, part.client)
    except BaseException:
        give_up(making)
        raise


def is_stale(part: Part) -> bool:
    """Whether its sources have changed since it was made, or it is missing."""
    return bool(runpy.run_path(str(script_of(part)), run_name=part.name)["stale"]())


def script_of(part: Part) -> Path:
    """The program that makes it."""
    return ROOT / "scripts" / f"{part.name}.py"


def call(command: list[str], what: str, unreachable: tuple[str, ...] = (), client: str = "") -> None:
    """Run `command` in silence; its last lines are shown only when it fails."""
    begun = begin(command)
    try:
        finish(begun, what, unreachable, client)
    except BaseException:
        give_up(begun)
        raise


def begin(command: list[str]) -> subprocess.Popen[str]:
    """Start `command`, in a group of its own: what it has started ends with it."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )


def give_up(begun: subprocess.Popen[str]) -> None:
    """End what was begun, if it has not ended."""
    if begun.poll() is None:
        if os.name == "nt":
            begun.kill()
        else:
            os.killpg(begun.pid, signal.SIGKILL)
        begun.communicate()


def finish(begun: subprocess.Popen[str], what: str, unreachable: tuple[str, ...], client: str) -> None:
    """Wait for the end of what was begun. Raises `SetupError` where it has failed."""
    said, _ = begun.communicate()
    if begun.returncode == 0:
        return
    lines = [line for line in said.strip().splitlines() if "Retrying (Retry(" not in line]
    tail = "\n".join("    " + line[:200] for line in lines[-12:])
    if any(sign in said for sign in unreachable):
        raise SetupError(
            f"{client} cannot reach the index that it fetches packages from. Is this machine online?\n"
            f"(An index or a proxy of your own is set in {client}'s own settings.) It said:\n{tail}"
        )
    if "No space left on device" in said:
        raise SetupError(f"{what}: the disk is full.\n{tail}")
    raise SetupError(f"{what} (exit status {begun.returncode}):\n{tail}")


@contextlib.contextmanager
def progress(part: str, began: float = 0.0) -> Iterator[None]:
    """One line for one long part: what it is, and how long it took, perhaps since `began`."""
    print(f"{part} ...", end="", flush=True)
    began = began or time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - began:.0f} s", flush=True)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Let one run.py at a time change .venv; the others wait."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(__file__, encoding="utf-8") as itself:
        try:
            fcntl.flock(itself, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another run.py is setting up; waiting for it ...", flush=True)
            fcntl.flock(itself, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
