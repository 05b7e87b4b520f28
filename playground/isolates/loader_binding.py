"""`env.LOADER`: the loader as tenant code holds it, so that a dispatcher may be a worker itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

from playground.core.errors import ErrorRecord, RemoteError, TenantError
from playground.core.rpc import RpcTarget
from playground.core.values import UNDEFINED, Value
from playground.isolates.code import Limits, WorkerCode
from playground.isolates.entrypoint import Entrypoint
from playground.isolates.load_failure import TenantModules
from playground.isolates.loader import Loader, WorkerStub
from playground.isolates.outbound import Fetcher
from playground.isolates.receiver import Receiver
from playground.isolates.remote_function import RemoteFunction

_LONGEST_ID: Final = 512


class LoaderBinding(RpcTarget):
    """A `Loader` for one platform's code: `get(id, factory)` and `load(code)` as the Worker Loader has them.

    What is loaded shares the CPU time of `tenant`, and its ids are apart from those of other namespaces. The
    network is what `outbound` is, for code that says nothing of `globalOutbound`; `null` is none.
    https://developers.cloudflare.com/dynamic-workers/api-reference/
    """

    rpc_methods: ClassVar[Mapping[str, str]] = MappingProxyType({"get": "get", "load": "load"})

    def __init__(
        self, loader: Loader, namespace: str, *, tenant: str | None = None, outbound: Fetcher | None = None
    ) -> None:
        self._loader = loader
        self._namespace = namespace
        self._tenant = tenant if tenant is not None else namespace
        self._outbound = outbound

    @property
    def rpc_identity(self) -> Value:
        """What tells it from others."""
        return {"namespace": self._namespace, "tenant": self._tenant}

    async def get(self, id: Value = None, factory: Value = None) -> WorkerHandle:
        """`get(id | null, async () => code)`."""
        if id is not None and id is not UNDEFINED and not (isinstance(id, str) and len(id) <= _LONGEST_ID):
            raise _type_error(
                f"LOADER.get() takes an id: a string of at most {_LONGEST_ID} characters, or null"
            )
        if not isinstance(factory, RemoteFunction):
            raise _type_error("LOADER.get() takes a function that gives the code")

        async def code() -> WorkerCode:
            return self._code(await factory())

        named = f"{self._namespace}\0{id}" if isinstance(id, str) else None
        return WorkerHandle(self._loader.get(named, code))

    async def load(self, code: Value = None) -> WorkerHandle:
        """`load(code)`."""
        return WorkerHandle(self._loader.load(self._code(code)))

    def _code(self, said: Value) -> WorkerCode:
        if not isinstance(said, dict):
            raise _type_error("the code is an object { mainModule, modules, … }")
        main, modules, env = said.get("mainModule"), said.get("modules"), said.get("env", {})
        if not isinstance(main, str) or not isinstance(modules, dict) or not isinstance(env, dict):
            raise _type_error("the code has a mainModule (a string), modules and, where given, env (objects)")
        TenantModules(modules, main)
        tails = said.get("tails", [])
        if not isinstance(tails, list) or not all(isinstance(tail, Entrypoint) for tail in tails):
            raise _type_error("tails are entrypoints")
        try:
            return WorkerCode(
                main,
                modules,
                env=env,
                global_outbound=self._outbound_of(said.get("globalOutbound", UNDEFINED)),
                tails=tails,
                limits=limits_of(said.get("limits")),
                tenant=self._tenant,
                compatibility_date=_given(said.get("compatibilityDate")),
                compatibility_flags=_given(said.get("compatibilityFlags")) or (),
            )
        except (TypeError, ValueError) as error:
            raise _type_error(str(error)) from None

    def _outbound_of(self, said: Value) -> Fetcher | None:
        if said is None or said is UNDEFINED:
            return self._outbound if said is UNDEFINED else None
        if isinstance(said, Receiver) and not isinstance(said, Entrypoint):
            raise _type_error("globalOutbound is null or a service: a stub with fetch()")
        if not isinstance(said, Fetcher):
            raise _type_error("globalOutbound is null or a service: a stub with fetch()")
        return said


class WorkerHandle(RpcTarget):
    """What `get` and `load` give: `getEntrypoint(name?, { props, limits })`."""

    rpc_methods: ClassVar[Mapping[str, str]] = MappingProxyType({"getEntrypoint": "get_entrypoint"})

    def __init__(self, stub: WorkerStub) -> None:
        self._stub = stub

    async def get_entrypoint(self, name: Value = None, options: Value = None) -> Entrypoint:
        """The export of this name, null or undefined for the default one."""
        given = options if isinstance(options, dict) else {}
        props = _given(given.get("props"))
        if not isinstance(_given(name), (str, type(None))) or not isinstance(props, (dict, type(None))):
            raise _type_error("getEntrypoint() takes a name and { props, limits }")
        try:
            return self._stub.get_entrypoint(_given(name), props=props, limits=limits_of(given.get("limits")))
        except ValueError as error:
            raise _type_error(str(error)) from None


def limits_of(said: Value) -> Limits:
    """`{ cpuMs, subRequests, memoryMib }`. Raises `ValueError`, or `TenantError` where it is no object."""
    if _given(said) is None:
        return Limits()
    if not isinstance(said, dict):
        raise _type_error("limits are an object { cpuMs, subRequests }")
    names = {"cpuMs": "cpu_ms", "subRequests": "sub_requests", "memoryMib": "memory_mib"}
    given = {names[key]: _whole(_given(value)) for key, value in said.items() if key in names}
    return Limits(**given)


def _whole(value: Value) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _given(value: Value) -> Any:
    return None if value is UNDEFINED else value


def _type_error(message: str) -> TenantError:
    return RemoteError(ErrorRecord("TypeError", message))
