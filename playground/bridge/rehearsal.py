"""What a tenant's code is given while it is rehearsed: nothing that reaches outside."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from playground.core.errors import WorkflowError
from playground.core.rpc import RpcTarget


class RehearsedBinding(RpcTarget):
    """`env.WORKFLOWS` in a rehearsal: it has the methods of the real one, and each refuses."""

    rpc_methods: ClassVar[Mapping[str, str]] = MappingProxyType(
        dict.fromkeys(("create", "createBatch", "get", "delete", "deleteBatch"), "refuse")
    )

    async def refuse(self, *_: Any) -> None:
        """Raise: nothing is created in a rehearsal, and nobody is asked."""
        raise WorkflowError("env.WORKFLOWS is not there in a rehearsal: call it inside a step")
