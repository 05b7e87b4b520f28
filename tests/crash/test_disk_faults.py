"""A real server whose disk fails: a sync that fails, no space left, damaged files, a second server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash import recorder
from tests.live.server import LiveServer, Visitor

pytestmark = pytest.mark.crash

QUICK = """
import { WorkflowEntrypoint } from "cloudflare:workers";
export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    return await step.do("echo", async () => event.payload);
  }
}
export default {
  async fetch(request, env) {
    const { id, payload } = await request.json();
    await env.WORKFLOWS.create({ id, params: payload });
    return Response.json({ id });
  },
};
"""


@pytest.fixture
def control(tmp_path: Path) -> Path:
    """Where a file makes the disk fail."""
    folder = tmp_path / "control"
    folder.mkdir()
    return folder


@pytest.fixture
def server(tmp_path: Path, control: Path) -> Iterator[LiveServer]:
    data = tmp_path / "data"
    data.mkdir()
    with LiveServer(data, **recorder.environment(data / "playground.db", control=control)) as server:
        yield server


def test_a_full_disk_is_answered_with_507_and_recovers_by_itself(
    server: LiveServer, visitor: Visitor, control: Path
) -> None:
    before = visitor.started(QUICK, "before")
    visitor.wait_for(before, "complete")
    (control / "full").touch()
    deadline = time.monotonic() + 20
    # the log that is there has room for some more
    while (answer := visitor.run(QUICK, "while full" * 1000)).status_code == 200:
        assert time.monotonic() < deadline, "the disk is never full"
    assert (answer.status_code, answer.json()["code"]) == (507, "disk_full"), answer.text
    assert "disk is full" in answer.json()["error"]
    assert visitor.status(before)["output"] == "before"
    assert visitor.request("GET", "/healthz").status_code == 200

    (control / "full").unlink()
    after = visitor.started(QUICK, "after")
    assert visitor.wait_for(after, "complete")["output"] == "after"
    for run in visitor.session()["runs"]:
        if run["id"] not in (before, after):
            status = visitor.request("GET", f"/api/status/{run['id']}")
            # what was acknowledged before the disk was full goes on, too
            if status.status_code == 200:
                visitor.wait_for(run["id"], "complete", timeout=60)


def test_a_sync_that_fails_stops_all_writing(server: LiveServer, visitor: Visitor, control: Path) -> None:
    before = visitor.started(QUICK, "before")
    visitor.wait_for(before, "complete")
    (control / "sync").touch()
    refused = visitor.run(QUICK, "in vain")
    assert not (control / "sync").exists(), "nothing was synced"
    assert (refused.status_code, refused.json()["code"]) == (503, "storage_refused"), refused.text
    again = visitor.run(QUICK, "in vain, too")
    assert (again.status_code, again.json()["code"]) == (503, "storage_refused"), again.text
    assert visitor.status(before)["output"] == "before"
    health = visitor.request("GET", "/healthz")
    assert (health.status_code, health.json()["status"]) == (503, "failed")
    assert "nothing more is written, restart the server" in server.output

    server.process.terminate()
    server.await_death()
    server.start()
    assert visitor.request("GET", "/healthz").json()["status"] == "ok"
    assert visitor.status(before)["output"] == "before"
    after = visitor.started(QUICK, "after")
    assert visitor.wait_for(after, "complete")["output"] == "after"


def test_a_second_server_on_the_same_files_refuses(server: LiveServer) -> None:
    status, said = _start(server.data)
    assert status == 1
    assert f"another server (process {server.process.pid}) uses {server.data}" in said
    assert server.alive


@pytest.mark.parametrize("damage", ["header", "page", "empty", "log"])
def test_damaged_files_are_said_at_start_and_left_alone(
    server: LiveServer, visitor: Visitor, damage: str
) -> None:
    for number in range(10):
        visitor.wait_for(visitor.started(QUICK, str(number) * 5000), "complete")
    if damage == "log":
        server.kill()
        (server.data / "playground.db-wal").write_bytes(b"\x01garbage" * 5000)
    else:
        server.process.terminate()
        server.await_death()
    file = server.data / "playground.db"
    content = bytearray(file.read_bytes())
    if damage == "header":
        content[:16] = b"SQLite format 4\x00"
    elif damage == "page":
        middle = len(content) // 2 // 4096 * 4096
        content[middle : middle + 4096] = b"\xff" * 4096
    elif damage == "empty":
        content.clear()
    file.write_bytes(content)
    before = {each: (server.data / each).read_bytes() for each in ("playground.db",)}
    status, said = _start(server.data)
    assert status == 1
    assert "is damaged (" in said
    assert str(file) in said
    assert "Put a backup of playground.db in its place" in said
    assert {each: (server.data / each).read_bytes() for each in before} == before


def _start(data: Path) -> tuple[int, str]:
    """Start a server that must refuse; its exit status and what it says."""
    ended = subprocess.run(
        [sys.executable, "-m", "playground", "--port", "0", "--data", str(data)],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_space_that_is_really_gone(tmp_path: Path, control: Path) -> None:
    """The recorder says ENOSPC where the system would: the same program on both."""
    folder = tmp_path / "files"
    folder.mkdir()
    (control / "full").touch()
    script = "import sys; open(sys.argv[1], 'wb', buffering=0).write(b'x')"
    ended = subprocess.run(
        [sys.executable, "-c", script, str(folder / "file")],
        env={**os.environ, **recorder.environment(folder, control=control)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "No space left on device" in ended.stderr
    assert shutil.disk_usage(folder).free > 0
