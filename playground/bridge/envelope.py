"""The envelope: how the platform's metadata travels with a tenant's params."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

METADATA_KEY: Final = "__dispatcherMetadata"
PARAMS_KEY: Final = "params"

Metadata = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What `unwrap_params` finds: the platform's metadata, and the tenant's own params."""

    metadata: Metadata
    params: Any


def wrap_params(params: Any, metadata: Metadata) -> dict[str, Any]:
    """Put `params` (any value, `UNDEFINED` for none) into an envelope. Neither argument is changed."""
    return {METADATA_KEY: dict(metadata), PARAMS_KEY: params}


def unwrap_params(payload: object) -> Envelope | None:
    """Take the outermost envelope off, or answer None where `payload` is none.

    Only the exact shape counts: a plain object with these two keys and no other, metadata a plain object.
    """
    if not isinstance(payload, dict) or payload.keys() != {METADATA_KEY, PARAMS_KEY}:
        return None
    metadata = payload[METADATA_KEY]
    if not isinstance(metadata, dict):
        return None
    return Envelope(metadata, payload[PARAMS_KEY])
