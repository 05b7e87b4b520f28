import pytest

from playground.bridge.envelope import METADATA_KEY, unwrap_params, wrap_params
from playground.core.values import UNDEFINED


@pytest.mark.parametrize("params", [None, UNDEFINED, 1, "text", {"name": "Ada"}, [1, 2]])
def test_what_was_wrapped_comes_out(params: object) -> None:
    envelope = unwrap_params(wrap_params(params, {"tenantId": "t-1"}))
    assert envelope is not None
    assert envelope.metadata == {"tenantId": "t-1"}
    assert envelope.params is params or envelope.params == params


def test_wrapping_changes_neither_argument() -> None:
    metadata = {"tenantId": "t-1"}
    params = {"name": "Ada"}
    wrapped = wrap_params(params, metadata)
    wrapped[METADATA_KEY]["tenantId"] = "other"
    assert metadata == {"tenantId": "t-1"}
    assert params == {"name": "Ada"}


def test_only_the_outermost_envelope_comes_off() -> None:
    forged = wrap_params("inner", {"tenantId": "victim"})
    envelope = unwrap_params(wrap_params(forged, {"tenantId": "attacker"}))
    assert envelope is not None
    assert envelope.metadata == {"tenantId": "attacker"}
    assert envelope.params == forged


@pytest.mark.parametrize(
    "payload",
    [
        None,
        UNDEFINED,
        "text",
        [],
        {},
        {"not": "an envelope"},
        {METADATA_KEY: {}},
        {"params": 1},
        {METADATA_KEY: "not an object", "params": 1},
        {METADATA_KEY: None, "params": 1},
        {METADATA_KEY: {}, "params": 1, "more": 2},
    ],
)
def test_what_only_resembles_an_envelope_is_none(payload: object) -> None:
    assert unwrap_params(payload) is None
