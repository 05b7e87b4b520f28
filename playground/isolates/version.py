"""The name of code together with what it is given."""

from __future__ import annotations

import hashlib
from typing import Any

from playground.core.codec import encode
from playground.core.values import Value
from playground.isolates.code import WorkerCode
from playground.isolates.load_failure import TenantModules


def version_of(code: WorkerCode) -> str:
    """Hex SHA-256 over the modules and everything that the code is given: two codes with the same version may
    share an isolate, others must not.

    What becomes a stub is known by its `rpc_identity`, a value, where it has one; else by being the same
    object in this process. Raises `LoadError` where the modules are none.
    """
    modules = TenantModules(code.modules, code.main_module)
    about: Value = {
        "main": modules.main,
        "modules": {name: [kind, content] for name, (kind, content) in modules.wire().items()},
        "env": dict(code.env),
        "outbound": code.global_outbound,
        "limits": [code.limits.cpu_ms, code.limits.memory_mib, code.limits.sub_requests],
        "compatibility": [code.compatibility_date, list(code.compatibility_flags)],
        "tails": list(code.tails),
        "tenant": code.tenant,
    }
    return digest(about)


def digest(value: Value) -> str:
    """Hex SHA-256 of a value that may hold what becomes stubs (see `version_of`)."""
    encoded = encode(value, hook=_identity)
    return hashlib.sha256(encoded.data).hexdigest()


def _identity(target: Any) -> dict[str, Any]:
    kind = type(target)
    named = target.rpc_identity if hasattr(kind, "rpc_identity") else None
    known = f"{id(target):x}" if named is None else hashlib.sha256(encode(named).data).hexdigest()
    return {"$stub": f"{kind.__module__}.{kind.__qualname__}@{known}"}
