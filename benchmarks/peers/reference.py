"""The original under `wrangler dev`: `python -m benchmarks.peers.reference FOLDER PORT NODE PROJECT`.

`PROJECT` is a folder with a `wrangler.jsonc` and wrangler in its `node_modules`: the one that `make_project`
writes, or a checkout of the example of cloudflare/dynamic-workflows. Its state goes to `FOLDER`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Final

from benchmarks.peers.driver import answer
from benchmarks.peers.http_runs import http_client
from benchmarks.peers.process import free_ports, serving

DISPATCHER: Final = """\
import {
  createDynamicWorkflowEntrypoint, DynamicWorkflowBinding, wrapWorkflowBinding,
} from "@cloudflare/dynamic-workflows";
export { DynamicWorkflowBinding };

const sources = new Map();

function tenant(env, runId) {
  return env.LOADER.get(runId, async () => ({
    compatibilityDate: "2026-01-28",
    mainModule: "index.js",
    modules: { "index.js": sources.get(runId) },
    env: { WORKFLOWS: wrapWorkflowBinding({ runId }) },
    globalOutbound: null,
  }));
}

export const DynamicWorkflow = createDynamicWorkflowEntrypoint(
  async ({ env, metadata }) => tenant(env, metadata.runId).getEntrypoint("TenantWorkflow"),
);

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/run") {
      const { source, payload } = await request.json();
      const runId = crypto.randomUUID();
      sources.set(runId, source);
      const started = await tenant(env, runId).getEntrypoint().fetch("https://tenant.internal/start", {
        method: "POST", body: JSON.stringify({ id: runId, payload }),
      });
      return Response.json({ runId, ...(await started.json()) });
    }
    if (pathname.startsWith("/api/status/")) {
      const id = pathname.slice("/api/status/".length);
      return Response.json({ id, status: await (await env.WORKFLOWS.get(id)).status() });
    }
    return new Response("Not Found", { status: 404 });
  },
};
"""
CONFIG: Final = {
    "name": "reference",
    "main": "index.js",
    "compatibility_date": "2026-01-28",
    "worker_loaders": [{"binding": "LOADER"}],
    "workflows": [{"name": "dynamic-workflow", "binding": "WORKFLOWS", "class_name": "DynamicWorkflow"}],
}
"""Loading code, its binding and its workflow, and nothing else: no stream of log lines, no stored source."""

SETTINGS: Final = {
    "CI": "1",
    "NO_COLOR": "1",
    "WRANGLER_SEND_METRICS": "false",
    "WRANGLER_HIDE_BANNER": "true",
}


def make_project(folder: Path) -> None:
    """Write the dispatcher and its configuration into a folder in which wrangler is installed."""
    (folder / "index.js").write_text(DISPATCHER, encoding="utf-8")
    (folder / "wrangler.jsonc").write_text(json.dumps(CONFIG, indent=2), encoding="utf-8")


async def main(folder: Path, first_port: int, node: Path, project: Path) -> None:
    """Serve, with a state of its own."""
    port, inspector = free_ports(2, first_port)
    wrangler = project / "node_modules" / "wrangler" / "bin" / "wrangler.js"
    ports = ("--ip", "127.0.0.1", "--port", str(port), "--inspector-port", str(inspector))
    quiet = ("--show-interactive-dev-session=false", "--log-level", "warn")
    command: list[str | Path] = [node, wrangler, "dev", *ports, *quiet, "--persist-to", folder / "state"]
    environment = SETTINGS | {"XDG_CONFIG_HOME": str(folder / "config")}
    async with serving(command, port, folder=project, environment=environment):
        await asyncio.sleep(2)  # it listens before the worker behind it is ready
        about = json.loads((wrangler.parent.parent / "package.json").read_text(encoding="utf-8"))
        await answer(http_client(port, same_source=False), {"version": f"wrangler {about['version']}"})


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(folder, int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])))
