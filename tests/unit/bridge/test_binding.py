from typing import Any

import pytest

from playground import DynamicWorkflowBinding, wrap_workflow_binding
from playground.bridge.envelope import METADATA_KEY
from playground.core.codec import encode
from playground.core.errors import ErrorRecord, WorkflowError
from playground.core.values import UNDEFINED
from playground.engine.entries import ErrorPreview, RollbackOutcome
from tests.unit.bridge.fakes import FakeInstance, FakeStatus, FakeWorkflow


@pytest.fixture
def workflow() -> FakeWorkflow:
    return FakeWorkflow()


@pytest.fixture
def binding(workflow: FakeWorkflow) -> DynamicWorkflowBinding:
    return wrap_workflow_binding(workflow, {"tenantId": "t-1"})


async def test_create_tags_the_params(workflow: FakeWorkflow, binding: DynamicWorkflowBinding) -> None:
    instance = await binding.create({"id": "wf-1", "params": {"name": "Ada"}})
    assert instance.id == "wf-1"
    assert workflow.params_of("wf-1") == {METADATA_KEY: {"tenantId": "t-1"}, "params": {"name": "Ada"}}


@pytest.mark.parametrize("options", [None, UNDEFINED, {}, {"id": UNDEFINED}, {"params": UNDEFINED}])
async def test_create_without_params_carries_undefined(
    workflow: FakeWorkflow, binding: DynamicWorkflowBinding, options: Any
) -> None:
    instance = await binding.create(options)
    assert workflow.params_of(instance.id)["params"] is UNDEFINED


async def test_metadata_of_any_shape_travels(workflow: FakeWorkflow) -> None:
    metadata = {"tenantId": "acme", "features": ["beta", "pro"], "nested": {"version": 3}}
    instance = await wrap_workflow_binding(workflow, metadata).create({"params": 1})
    assert workflow.params_of(instance.id)[METADATA_KEY] == metadata


async def test_each_of_a_batch_is_tagged(workflow: FakeWorkflow, binding: DynamicWorkflowBinding) -> None:
    made = await binding.create_batch([{"id": "a", "params": 1}, {"id": "b", "params": 2}, {"id": "c"}])
    assert [instance.id for instance in made] == ["a", "b", "c"]
    assert [workflow.params_of(id)["params"] for id in "abc"] == [1, 2, UNDEFINED]
    assert all(workflow.params_of(id)[METADATA_KEY] == {"tenantId": "t-1"} for id in "abc")


@pytest.mark.parametrize("options", [1, "id", [], True])
async def test_create_refuses_what_is_no_options_object(
    binding: DynamicWorkflowBinding, options: Any
) -> None:
    with pytest.raises(WorkflowError, match="needs an object"):
        await binding.create(options)


@pytest.mark.parametrize("batch", [None, 1, {"0": {}}])
async def test_create_batch_refuses_what_is_no_list(binding: DynamicWorkflowBinding, batch: Any) -> None:
    with pytest.raises(WorkflowError, match="at least 1 instance"):
        await binding.create_batch(batch)


async def test_get_finds_ones_own(binding: DynamicWorkflowBinding) -> None:
    await binding.create({"id": "mine"})
    assert (await binding.get("mine")).id == "mine"


async def test_get_answers_for_anothers_as_for_an_unknown_one(
    workflow: FakeWorkflow, binding: DynamicWorkflowBinding
) -> None:
    await wrap_workflow_binding(workflow, {"tenantId": "t-2"}).create({"id": "theirs"})
    await workflow.create("bare", {"tenantId": "t-1"})
    messages = []
    for id in ("theirs", "bare", "unknown"):
        with pytest.raises(WorkflowError) as caught:
            await binding.get(id)
        messages.append(caught.value.message)
    assert messages == ["instance.not_found"] * 3


async def test_params_that_look_like_an_envelope_open_no_door(
    workflow: FakeWorkflow, binding: DynamicWorkflowBinding
) -> None:
    attacker = wrap_workflow_binding(workflow, {"tenantId": "attacker"})
    await attacker.create({"id": "x", "params": {METADATA_KEY: {"tenantId": "t-1"}, "params": 1}})
    with pytest.raises(WorkflowError, match=r"instance\.not_found"):
        await binding.get("x")


async def test_identity_names_the_keys_that_make_the_owner(workflow: FakeWorkflow) -> None:
    old = wrap_workflow_binding(workflow, {"tenantId": "t", "version": "1"}, identity=["tenantId"])
    new = wrap_workflow_binding(workflow, {"tenantId": "t", "version": "2"}, identity=["tenantId"])
    await old.create({"id": "made-by-old"})
    assert (await new.get("made-by-old")).id == "made-by-old"


async def test_an_instance_forwards_each_call(
    workflow: FakeWorkflow, binding: DynamicWorkflowBinding
) -> None:
    stub = await binding.create({"id": "i"})
    await stub.pause()
    await stub.resume()
    await stub.send_event({"type": "go", "payload": {"n": 1}})
    await stub.send_event({"type": "go"})
    await stub.restart()
    await stub.terminate()
    await stub.terminate({"rollback": False})
    await stub.terminate({"rollback": True})
    made: FakeInstance = workflow.instances["i"]
    assert made.calls == [
        "pause",
        "resume",
        ("go", {"n": 1}),
        ("go", UNDEFINED),
        "restart",
        "terminate",
        "terminate",
        "terminate, undoing",
    ]


async def test_status_is_a_plain_object(workflow: FakeWorkflow, binding: DynamicWorkflowBinding) -> None:
    stub = await binding.create({"id": "i"})
    assert await stub.status() == {"status": "queued", "output": None, "error": None}
    workflow.instances["i"].current = FakeStatus("complete", output=encode({"sum": 3}))
    assert await stub.status() == {"status": "complete", "output": {"sum": 3}, "error": None}
    workflow.instances["i"].current = FakeStatus(
        "errored", error=ErrorRecord("TypeError", "no", stack="at x")
    )
    assert await stub.status() == {
        "status": "errored",
        "output": None,
        "error": {"name": "TypeError", "message": "no"},
    }
    failed = RollbackOutcome("failed", ErrorPreview("Error", "stuck", "at x"))
    workflow.instances["i"].current = FakeStatus("terminated", rollback=failed)
    assert (await stub.status())["rollback"] == {
        "outcome": "failed",
        "error": {"name": "Error", "message": "stuck"},
    }
    workflow.instances["i"].current = FakeStatus("terminated", rollback=RollbackOutcome("complete"))
    assert (await stub.status())["rollback"] == {"outcome": "complete", "error": None}


@pytest.mark.parametrize("options", [None, 1, {}, {"payload": 1}])
async def test_send_event_needs_a_type(binding: DynamicWorkflowBinding, options: Any) -> None:
    stub = await binding.create({"id": "i"})
    with pytest.raises(WorkflowError, match="type"):
        await stub.send_event(options)


def test_only_the_listed_names_cross_the_wall() -> None:
    assert set(DynamicWorkflowBinding.rpc_methods) == {
        "create",
        "createBatch",
        "get",
        "delete",
        "deleteBatch",
    }
    assert all(hasattr(DynamicWorkflowBinding, name) for name in DynamicWorkflowBinding.rpc_methods.values())


async def test_restart_from_a_step(workflow: FakeWorkflow, binding: DynamicWorkflowBinding) -> None:
    stub = await binding.create({"id": "i"})
    step = {"name": "b", "count": 2, "type": "sleep"}
    await stub.restart({"from": step})
    await stub.restart({"from": UNDEFINED})
    await stub.restart({})
    await stub.restart(UNDEFINED)
    assert workflow.instances["i"].calls == [("restart", step), "restart", "restart", "restart"]
    with pytest.raises(WorkflowError, match="form is not a known option"):
        await stub.restart({"form": step})
    with pytest.raises(WorkflowError, match="needs an object"):
        await stub.restart("b")


async def test_retention_in_the_engine_s_words(
    workflow: FakeWorkflow, binding: DynamicWorkflowBinding
) -> None:
    await binding.create({"retention": {"successRetention": "1 day", "errorRetention": 5.0}})
    await binding.create_batch([{"retention": {"other": 1}}, {"retention": "1 day"}, {}])
    assert workflow.retentions == [
        {"success_retention": "1 day", "error_retention": 5.0},
        {"other": 1},
        "1 day",
        None,
    ]


async def test_delete_is_for_ones_own(workflow: FakeWorkflow, binding: DynamicWorkflowBinding) -> None:
    await wrap_workflow_binding(workflow, {"tenantId": "other"}).create({"id": "theirs"})
    await binding.create({"id": "ours"})
    for call in (binding.delete("theirs"), binding.delete("unknown"), binding.delete()):
        with pytest.raises(WorkflowError, match=r"instance\.not_found"):
            await call
    await binding.delete("ours")
    await (await binding.get("ours")).delete()
    assert workflow.instances["theirs"].calls == []
    assert workflow.instances["ours"].calls == ["delete", "delete"]


async def test_delete_batch_answers_for_each_id(
    workflow: FakeWorkflow, binding: DynamicWorkflowBinding
) -> None:
    await wrap_workflow_binding(workflow, {"tenantId": "other"}).create({"id": "theirs"})
    for id in ("a", "b"):
        await binding.create({"id": id})
    answer = await binding.delete_batch(["a", "theirs", "b", "a", "unknown"])
    assert answer["deleted"] == [{"id": "a"}, {"id": "b"}, {"id": "a"}]
    assert [error["id"] for error in answer["errors"]] == ["theirs", "unknown"]
    assert all("instance.not_found" in error["message"] for error in answer["errors"])
    assert [workflow.instances[id].calls for id in ("a", "b", "theirs")] == [["delete"], ["delete"], []]


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (None, "at least 1"),
        ([], "at least 1"),
        ("a", "at least 1"),
        (["a"] * 101, "at most 100"),
        (["a", "-"], "invalid id"),
        (["a", 1], "invalid id"),
    ],
    ids=["nothing", "none", "text", "101", "bad", "number"],
)
async def test_delete_batch_refuses_nonsense(
    workflow: FakeWorkflow, binding: DynamicWorkflowBinding, ids: Any, message: str
) -> None:
    await binding.create({"id": "a"})
    with pytest.raises(WorkflowError, match=message):
        await binding.delete_batch(ids)
    assert workflow.instances["a"].calls == []
