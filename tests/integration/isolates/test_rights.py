"""What a worker process may not do, tried by a process that gave up the same rights in the same way."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from playground.isolates.process import kernel, landlock
from playground.isolates.process.rights import LAYERS
from tests.integration.isolates import rights_probe
from tests.integration.isolates.conftest import Isolates

_PROBE = Path(rights_probe.__file__)
FILES = ("open", "create", "unlink", "list", "read the first process", "read own memory")
HARMLESS = ("open", "create", "unlink", "list")

Probe = Callable[..., "Report"]


class Report:
    """What the probe said."""

    def __init__(self, said: Mapping[str, Any], status: int) -> None:
        self.on: list[str] = said.get("on", [])
        self.missing: list[str] = said.get("missing", [])
        self.user: int = said.get("user", 0)
        self.environment: list[str] = said.get("environment", [])
        self.outcomes: dict[str, str] = said.get("outcomes", {})
        self.status = status

    def has(self, layer: str) -> bool:
        """Whether the layer is on; it must be said to be missing where it is not."""
        on = any(one.startswith(layer) for one in self.on)
        assert on != any(one.startswith(layer) for one in self.missing), (layer, self.on, self.missing)
        return on


@pytest.fixture
def probe(tmp_path: Path) -> Iterator[Probe]:
    """Run the probe: `probe(layers, *attempts)`."""
    tmp_path.chmod(0o777)
    for folder in list(tmp_path.parents)[:3]:
        folder.chmod(0o755)
    file = tmp_path / "file"
    file.write_text("text")
    file.chmod(0o666)
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as unix:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen(8)
        port = tcp.getsockname()[1]
        unix.bind(f"\0{port}")
        unix.listen(8)

        def run(layers: str, *attempts: str) -> Report:
            command = [sys.executable, "-I", "-B", str(_PROBE), layers, str(file), str(port), *attempts]
            done = subprocess.run(command, input="x", capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0 or not done.stderr, done.stderr
            return Report(json.loads(done.stdout or "{}"), done.returncode)

        yield run


@pytest.mark.parametrize("layers", ["all", "user"])
def test_everything_is_refused_at_the_end(probe: Probe, layers: str) -> None:
    report = probe(layers)
    assert [one.partition(" (")[0].partition(" v")[0] for one in report.on + report.missing] == sorted(
        LAYERS, key=lambda name: (any(one.startswith(name) for one in report.missing), LAYERS.index(name))
    )
    assert report.user != 0
    assert report.environment == []
    done = {name for name, outcome in report.outcomes.items() if outcome == "done"}
    if report.has("seccomp"):
        assert done == set()
        assert set(report.outcomes.values()) <= {"EPERM", "EACCES", "refused"}
    else:
        assert not done & {"open", "create", "connect", "setuid", "mount"}


def test_without_namespaces_landlock_and_seccomp_the_rest_is_given_up_and_that_is_said(probe: Probe) -> None:
    report = probe("poor", "setuid", "raise a limit", "open", "fork")
    assert report.user != 0
    missing = {"namespaces", "empty root", "landlock", "seccomp", "no capabilities", "not dumpable"}
    assert {one.partition(" (")[0] for one in report.missing} >= missing
    assert all("ENOSYS" in one or "without namespaces" in one for one in report.missing)
    assert set(report.on) >= {"no user rights", "resource limits"}
    assert report.outcomes == {
        "setuid": "EPERM", "raise a limit": "refused", "open": "EMFILE", "fork": "EAGAIN"
    }  # fmt: skip


def test_landlock_alone_takes_files_and_tcp_and_signals(probe: Probe) -> None:
    report = probe("landlock", *HARMLESS, "connect", "connect to an abstract name", "kill", "mount")
    if not report.has("landlock"):
        assert set(report.outcomes.values()) != {"EACCES"}
        return
    version = landlock.version()
    assert report.on == [f"landlock v{version}"]
    refused = dict.fromkeys(HARMLESS, "EACCES")
    refused["mount"] = "EPERM"
    if version >= 4:
        refused["connect"] = "EACCES"
    if version >= 6:
        refused |= {"connect to an abstract name": "EPERM", "kill": "EPERM"}
    assert report.outcomes.items() >= refused.items()


def test_namespaces_alone_leave_no_path_and_no_network(probe: Probe) -> None:
    report = probe("namespaces", *FILES, "connect anew", "connect to an abstract name anew")
    if not report.has("namespaces"):
        assert report.outcomes["open"] == "done"
        return
    assert {report.outcomes[name] for name in FILES if name != "create"} == {"ENOENT"}
    assert report.outcomes["create"] in ("ENOENT", "EROFS")
    assert report.outcomes["connect anew"] == "ENETUNREACH"
    assert report.outcomes["connect to an abstract name anew"] == "ECONNREFUSED"


def test_seccomp_alone_refuses_every_call_that_is_not_needed(probe: Probe) -> None:
    report = probe("seccomp")
    if not report.has("seccomp"):
        assert report.outcomes["open"] == "done"
        return
    assert set(report.outcomes.values()) == {"EPERM", "refused"}
    assert {name for name, outcome in report.outcomes.items() if outcome == "refused"} <= {
        "thread", "raise a limit"
    }  # fmt: skip


def test_a_call_as_x32_ends_the_process_or_there_is_no_such_call(probe: Probe) -> None:
    has_filter = probe("seccomp", "open").has("seccomp")
    report = probe("seccomp", "call as x32")
    if os.uname().machine == "x86_64" and has_filter:
        assert report.status == -signal.SIGSYS
    else:
        assert report.outcomes["call as x32"] in ("EPERM", "ENOSYS")


def test_code_stays_what_it_is(probe: Probe) -> None:
    report = probe("no new code", "map writable code", "make code")
    if report.has("no new code"):
        assert report.outcomes == {"map writable code": "EACCES", "make code": "EACCES"}
    else:
        assert report.outcomes["map writable code"] == "done"


def test_no_capability_is_left(probe: Probe) -> None:
    report = probe("no capabilities", "setuid", "mount", "chroot", "unshare")
    assert report.has("no capabilities")
    assert report.user != 0
    assert {report.outcomes[name] for name in ("setuid", "mount", "chroot")} == {"EPERM"}


def test_limits_leave_no_room_for_files(probe: Probe) -> None:
    report = probe("resource limits", "open", "socket", "pipe", "raise a limit")
    assert report.has("resource limits")
    assert {report.outcomes[name] for name in ("open", "socket", "pipe")} == {"EMFILE"}


def test_a_layer_that_the_kernel_has_is_on(isolates: Isolates) -> None:
    on, missing = isolates.pool.layers
    for name in ("no user rights", "no new privileges", "resource limits", "no capabilities", "not dumpable"):
        assert name in on
    try:
        expected = f"landlock v{landlock.version()}"
    except kernel.Unsupported:
        assert any(one.startswith("landlock") for one in missing)
    else:
        assert expected in on, missing
    seccomp = Path("/proc/self/status").read_text().partition("Seccomp:")[2].split()[:1]
    assert any(one == "seccomp" for one in on) or seccomp == [], missing


async def test_the_worker_itself_is_restricted(isolates: Isolates) -> None:
    (pid,) = isolates.pool.pids
    status = status_of(pid)
    on, _ = isolates.pool.layers
    assert set(status["Uid"].split()) != {"0"}
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0
    assert status["NoNewPrivs"].strip() == "1"
    assert status["Seccomp"].strip() == ("2" if "seccomp" in on else "0")
    mappings = mappings_of(pid)
    if "no new code" in on:
        assert not any({"w", "x"} <= set(protection) for protection in mappings)
    assert mappings or os.geteuid() != 0
    assert isolates.pool.health()["layers"] == list(on)


def status_of(pid: int) -> dict[str, str]:
    """What the system says of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def mappings_of(pid: int) -> list[str]:
    """The protections of a process's memory; none where this user may not look."""
    try:
        return [line.split()[1] for line in Path(f"/proc/{pid}/maps").read_text().splitlines()]
    except PermissionError:
        return []
