"""Floor 3: durable execution that follows the tenant.

A platform has one workflow registered with the engine and many tenants, each with code of its own. The
bridge ties the two together, in both directions:

* **Outwards.** A tenant's `env.WORKFLOWS` is a `DynamicWorkflowBinding`, made by `wrap_workflow_binding`. It
  looks like a plain workflow binding, and puts every `create` into an envelope that carries the platform's
  metadata.
* **Inwards.** What is registered with the engine is made by `create_dynamic_workflow_entrypoint`. It takes
  the envelope off, asks the platform's `load_runner` for the code that the metadata names, and hands
  `run(event, step)` on to it.

Metadata is routing, not authorization, and never a secret: tenants can find it out. The shape follows the
npm package `@cloudflare/dynamic-workflows`; two things go beyond it. `get` answers `instance.not_found` for
instances whose metadata is another's, and only the outermost envelope is ever taken off, so params that look
like one stay plain data.

A design that was not taken: metadata in a column beside the params, which spares a decode per run. It would
make the engine know of dispatchers, and every later engine behind the same port would need the column too.
"""

from playground.bridge.binding import DynamicWorkflowBinding, wrap_workflow_binding
from playground.bridge.entrypoint import (
    LoadRunner,
    LoadRunnerContext,
    MissingDispatcherMetadataError,
    create_dynamic_workflow_entrypoint,
    dispatch_workflow,
)
from playground.bridge.schedules import schedule_workflow

__all__ = [
    "DynamicWorkflowBinding",
    "LoadRunner",
    "LoadRunnerContext",
    "MissingDispatcherMetadataError",
    "create_dynamic_workflow_entrypoint",
    "dispatch_workflow",
    "schedule_workflow",
    "wrap_workflow_binding",
]
