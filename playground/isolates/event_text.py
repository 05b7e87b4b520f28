"""A workflow's event, as the guest is given it: written around the wire form of its payload.

Each run begins with one. Its fields are the same each time, so that it need not be taken apart as any value.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from playground.core.codec import encode
from playground.core.ports import WorkflowEvent
from playground.core.values import UNDEFINED, Encoded, Value

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_SCALARS: Final = frozenset({str, int, float, bool, type(None), type(UNDEFINED)})
_FEW: Final = 32
_write: Final = msgspec.json.Encoder().encode


def event_value(event: WorkflowEvent) -> Value:
    """The event as a value."""
    value: Value = {
        "payload": event.payload,
        "timestamp": event.timestamp,
        "instanceId": event.instance_id,
        "workflowName": event.workflow_name,
    }
    if event.schedule is not None:
        value["schedule"] = event.schedule
    return value


def event_arguments(event: WorkflowEvent) -> Encoded | list[Value]:
    """The event as the only argument of a call, in wire form where its payload is simple."""
    if event.schedule is not None or event.timestamp.tzinfo is None or not _is_flat(event.payload):
        return [event_value(event)]
    try:
        id, name = _write(event.instance_id), _write(event.workflow_name)
    except UnicodeEncodeError:
        return [event_value(event)]
    payload = encode(event.payload).data[1:]
    time = (event.timestamp - _EPOCH) // _MILLISECOND
    return Encoded(
        b't[{"payload":%b,"timestamp":{"$date":%d},"instanceId":%b,"workflowName":%b}]'
        % (payload, time, id, name)
    )


def _is_flat(payload: Any) -> bool:
    """Whether it is a value that holds no containers, and nothing that is met twice."""
    kind = type(payload)
    if kind is dict:
        return len(payload) <= _FEW and _SCALARS.issuperset(map(type, payload.values()))
    return kind in _SCALARS
