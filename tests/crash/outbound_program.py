"""The real server, whose tenants may `fetch()` one thing: the receiver of effects (see `effects.py`).

    PLAYGROUND_TEST_EFFECTS=SOCKET python -m tests.crash.outbound_program --port 0 --data FOLDER

The playground's own tenants may fetch nothing; a platform that lets its tenants do so gives them a
`global_outbound`, as here.
"""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial

from playground import Request, Response, WorkerCode
from playground.__main__ import main
from playground.bridge import dispatcher
from tests.crash.effects import SOCKET


class Outbound:
    """Hands the body of each request to the receiver, and answers when that has written it down."""

    async def fetch(self, request: Request) -> Response:
        body = request.body if isinstance(request.body, bytes) else request.body.encode()
        reader, writer = await asyncio.open_unix_connection(os.environ[SOCKET])
        try:
            writer.write(body + b"\n")
            await writer.drain()
            acknowledged = await reader.readline()
        finally:
            writer.close()
        if acknowledged != b"done\n":
            raise RuntimeError("the receiver of effects did not answer")
        return Response(200, {}, b"")


if __name__ == "__main__":
    setattr(dispatcher, "WorkerCode", partial(WorkerCode, global_outbound=Outbound()))  # noqa: B010
    sys.exit(main())
