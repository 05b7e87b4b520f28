"""The server's settings, as the environment gives them."""

from __future__ import annotations

import pytest

from playground.settings import Settings, SettingsError


def test_steps_and_strictness() -> None:
    assert (Settings().step_limit, Settings().strict) == (10_000, 0)
    settings = Settings.from_environment({"PLAYGROUND_STEP_LIMIT": "25000", "PLAYGROUND_STRICT": "1"})
    assert (settings.step_limit, settings.strict) == (25_000, 1)


@pytest.mark.parametrize("limit", ["0", "25001", "-1", "many", ""])
def test_step_limit__no(limit: str) -> None:
    with pytest.raises(SettingsError, match="PLAYGROUND_STEP_LIMIT"):
        Settings.from_environment({"PLAYGROUND_STEP_LIMIT": limit})
