"""What hostile tenants and clients are told by a live server. The batteries of attacks, line by line, are in
`test_hostile_cpu.py` and the other files of that name.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.server import LiveServer, Visitor
from tests.live.workflows import HANDLER, workflow

CPU_MS = 300
ENVIRONMENT = {"PLAYGROUND_CPU_MS": str(CPU_MS)}
FRIENDLY = workflow("""
    const sum = await step.do('add', async () => event.payload.a + event.payload.b);
    return { sum };
""")


@pytest.fixture
def tenant(visitor: Visitor) -> Visitor:
    return visitor


@pytest.fixture(autouse=True)
def another_session_goes_on(server: LiveServer) -> Iterator[None]:
    """Another tenant's run that began before each attack ends well after it, and so does a new one."""
    neighbour = server.client()
    long = neighbour.started(
        workflow("""
        const before = await step.do('before', async () => 1);
        const { payload } = await step.waitForEvent('wait', { type: 'finish' });
        return before + payload;
    """)
    )
    neighbour.wait_for_entry(long, "wait_started")
    yield
    assert server.alive, server.output
    assert neighbour.send_event(long, "finish", 41).status_code == 202
    assert neighbour.wait_for(long, "complete", "errored")["output"] == 42
    run = neighbour.started(FRIENDLY, {"a": 1, "b": 2})
    assert neighbour.wait_for(run, "complete", "errored")["output"] == {"sum": 3}
    neighbour.close()
    assert "Traceback" not in server.output, server.output


def test_a_spinning_step_hits_the_cpu_limit(tenant: Visitor) -> None:
    run = tenant.started(workflow("await step.do('spin', async () => { while (true) {} });"))
    status = tenant.wait_for(run, "errored", "complete")
    assert status["error"]["name"] == "CpuLimitError"
    assert f"{CPU_MS} ms" in status["error"]["message"]
    failed = [entry for entry in tenant.entries(run) if entry["type"] == "attempt_failed"]
    assert len(failed) == 1, "the limit is not retried"


def test_a_spinning_step_can_be_caught_and_the_run_goes_on(tenant: Visitor) -> None:
    run = tenant.started(
        workflow("""
        const kept = await step.do('kept', async () => 'kept');
        try {
          await step.do('spin', async () => { for (;;); });
        } catch (error) {
          return { kept, name: error.name, isError: error instanceof Error };
        }
    """)
    )
    status = tenant.wait_for(run, "errored", "complete")
    assert status["output"] == {"kept": "kept", "name": "CpuLimitError", "isError": True}


def test_a_step_that_returns_a_function_fails_saying_where(tenant: Visitor) -> None:
    run = tenant.started(workflow("await step.do('f', async () => ({ deep: [1, () => 2] }));"))
    error = tenant.wait_for(run, "errored", "complete")["error"]
    assert error["name"] == "WorkflowFatalError"
    assert "deep" in error["message"]
    assert "function" in error["message"]
    assert len([e for e in tenant.entries(run) if e["type"] == "attempt_started"]) == 1, "it is not retried"


def test_a_syntax_error_is_answered_with_its_place(tenant: Visitor) -> None:
    answer = tenant.run("const fine = 1;\nlet broken = ;\n" + HANDLER)
    assert answer.status_code == 500
    error = answer.json()
    assert (error["name"], error["line"], error["module"]) == ("SyntaxError", 2, "index.js")
    assert error["column"] >= 1


def test_a_missing_class_errors_the_run(tenant: Visitor) -> None:
    run = tenant.started(HANDLER)
    error = tenant.wait_for(run, "errored", "complete")["error"]
    assert "no such entrypoint: TenantWorkflow" in error["message"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"source": 1}', 400),
        (b'{"source": ""}', 400),
        (b"[]", 400),
        (b'{"source": "x", "payload": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
        (b'{"source": "x", "payload": NaN}', 400),
    ],
)
def test_bad_bodies_are_refused(tenant: Visitor, body: bytes, status: int) -> None:
    answer = tenant.request("POST", "/api/run", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]


def test_a_source_of_two_megabytes_is_refused(tenant: Visitor) -> None:
    answer = tenant.run("// " + "x" * (2 << 20) + "\n" + FRIENDLY)
    assert answer.status_code == 413


def test_markup_in_log_lines_and_names_stays_text(tenant: Visitor) -> None:
    run = tenant.started(
        workflow("""
        console.log('<img src=x onerror=alert(1)>', 'data: x\\n\\nevent: y');
        return await step.do('<script>alert(1)</script>', async () => '</script><b>');
    """)
    )
    assert tenant.wait_for(run, "errored", "complete")["output"] == "</script><b>"
    stream = tenant.request("GET", f"/api/stream/{run}").text
    events = [block for block in stream.replace("\r\n", "\n").split("\n\n") if "event:" in block]
    assert all(block.count("\nevent:") + block.startswith("event:") == 1 for block in events)
    assert not any(block.startswith("event: y") for block in events)
