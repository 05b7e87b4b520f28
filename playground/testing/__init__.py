"""Tests of your own workflows, without a server and on a clock that stands still.

`workflows(Order)` opens an engine for workflows in Python, `tenant(source)` one for a tenant's JavaScript in
a real isolate, `platform(workflows)` one for a platform of your own. They are async context managers that
give a `Bench`: create instances, move the clock, and look into instances and change what their steps come to
(`bench.introspect_instance(id)`, `bench.introspect_workflow()`).

It works in any test runner that has an event loop. The capabilities are those of Cloudflare's introspection
of Workflows in its Vitest integration, in Python's words.
"""

from playground.testing.bench import Bench, IntrospectionError, platform, workflows
from playground.testing.changes import StepRef
from playground.testing.introspector import InstanceIntrospector, Modifier, WorkflowIntrospector
from playground.testing.tenant import TenantBench, tenant

__all__ = [
    "Bench",
    "InstanceIntrospector",
    "IntrospectionError",
    "Modifier",
    "StepRef",
    "TenantBench",
    "WorkflowIntrospector",
    "platform",
    "tenant",
    "workflows",
]
