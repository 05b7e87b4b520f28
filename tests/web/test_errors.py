"""The table of errors: complete, and silent about what is ours."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import pytest

from playground.core import errors
from playground.core.errors import PlaygroundError
from playground.web.errors import CODE_OF, STATUS_OF, NotFound, Refused, answer_for

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, PlaygroundError)]


def an_error(cls: type[PlaygroundError]) -> PlaygroundError:
    """An instance of any class of the tree."""
    if cls is errors.RemoteError:
        return errors.RemoteError(
            errors.ErrorRecord("TypeError", "x is not a function", stack="at /srv/x.py:1")
        )
    if cls is errors.LimitExceeded:
        return errors.LimitExceeded("CPU_LIMIT", "used more than 1000 ms")
    if cls is errors.TenantBusy:
        return errors.TenantBusy(1500)
    if cls is errors.LoadError:
        return errors.LoadError("unexpected token", name="SyntaxError", module="index.js", line=3, column=7)
    if cls is errors.NoSuchEntrypoint:
        return errors.NoSuchEntrypoint("TenantWorkflow")
    return cls("said in /srv/playground/x.py")


def content(error: PlaygroundError) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(bytes(answer_for(error).body))
    return answer


@pytest.mark.parametrize("cls", CLASSES)
def test_every_class_of_the_tree_is_in_the_table(cls: type[PlaygroundError]) -> None:
    assert cls in STATUS_OF
    assert cls in CODE_OF
    assert answer_for(an_error(cls)).status_code == STATUS_OF[cls]


@pytest.mark.parametrize("cls", CLASSES)
def test_every_answer_has_a_message_and_a_code(cls: type[PlaygroundError]) -> None:
    answer = content(an_error(cls))
    assert answer["error"]
    assert re.fullmatch(r"[a-z_]+|CPU_LIMIT|MEMORY_LIMIT", answer["code"])
    assert answer.keys() <= {"error", "code", "name", "module", "line", "column"}


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if not issubclass(cls, errors.TenantError)])
def test_our_own_errors_keep_their_words_to_themselves(cls: type[PlaygroundError]) -> None:
    assert "/srv" not in json.dumps(content(an_error(cls)))


def test_a_subclass_that_is_not_listed_answers_as_its_base() -> None:
    class OddTimeout(errors.WorkflowTimeoutError):
        """Late."""

    assert answer_for(OddTimeout()).status_code == STATUS_OF[errors.WorkflowTimeoutError]


def test_a_load_error_says_where() -> None:
    assert content(an_error(errors.LoadError)) == {
        "error": "unexpected token",
        "code": "load_error",
        "name": "SyntaxError",
        "module": "index.js",
        "line": 3,
        "column": 7,
    }


def test_a_load_error_shows_what_stands_there() -> None:
    frame = "> 1 | let a = ;\n    |         ^"
    assert content(errors.LoadError("no", module="a.ts", line=1, column=9, frame=frame))["frame"] == frame


def test_a_limit_is_named_by_its_code() -> None:
    answer = content(an_error(errors.LimitExceeded))
    assert (answer["code"], answer["name"]) == ("CPU_LIMIT", "CpuLimitError")


def test_a_tenant_s_error_comes_without_its_stack() -> None:
    assert content(an_error(errors.RemoteError)) == {
        "error": "x is not a function",
        "code": "tenant_error",
        "name": "TypeError",
    }


def test_a_huge_message_is_cut() -> None:
    record = errors.ErrorRecord("E" * 100_000, "m" * 100_000)
    assert len(answer_for(errors.RemoteError(record)).body) < 20_000


def test_a_message_with_a_lone_surrogate_is_answered() -> None:
    assert (
        content(errors.RemoteError(errors.ErrorRecord("Error", "bad \ud800 char")))["error"]
        == "bad \ud800 char"
    )


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("instance.not_found", 404),
        ("instance.already_exists: used", 409),
        ("instance.cannot_terminate", 409),
        ("something else", 409),
    ],
)
def test_a_workflow_error_s_status_follows_its_code(message: str, status: int) -> None:
    assert answer_for(errors.WorkflowError(message)).status_code == status


def test_a_refusal_brings_its_own_status_headers_and_details() -> None:
    refusal = Refused(429, "slow", "slower", headers={"retry-after": "3"}, details={"status": 7})
    answer = answer_for(refusal)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "3"
    assert content(refusal) == {"error": "slower", "code": "slow", "status": 7}


def test_not_found_is_always_the_same() -> None:
    assert answer_for(NotFound()).body == b'{"error":"not found","code":"not_found"}'
