"""The program that a second tenant runs: three-step runs, one after the other, each checked.

It is a process of its own and speaks HTTP over one plain socket, so that what it measures is the server and
not itself. A line `begin` on its standard input starts it, `stop` lets it rest, the end of the input ends it.
For each run it says a line of JSON: `{"ms": …}` from the first byte sent until `done` was read, or besides
that `failure`; after `stop`, once it rests, `{"rests": true}`.
"""

from __future__ import annotations

import json
import queue
import socket
import sys
import threading
import time
from typing import Any, Final

from tests.live.workflows import workflow

THREE_STEPS: Final = workflow("""
    const one = await step.do('one', async () => event.payload.n + 1);
    const two = await step.do('two', async () => one + 1);
    return await step.do('three', async () => two + 1);
""")
_PAUSE_S: Final = 0.02
_TIMEOUT_S: Final = 60.0


class Wire:
    """HTTP/1.1 over one connection that is kept; it is opened again after an error."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._left = b""
        self._cookie = ""

    def ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        """The body of a 200. Raises `AssertionError` for other answers, and `OSError`."""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
        if self._cookie:
            head += f"Cookie: {self._cookie}\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        try:
            self._open().sendall(head.encode() + b"\r\n" + body)
            status, headers = self._head()
            answer = self._body(headers)
        except BaseException:
            self.close()
            raise
        assert status == 200, answer.decode()
        self._cookie = self._cookie or headers.get("set-cookie", "").partition(";")[0]
        return answer

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._left = None, b""

    def _open(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), _TIMEOUT_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _head(self) -> tuple[int, dict[str, str]]:
        first, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        fields = (line.partition(":") for line in lines)
        return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in fields}

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return self._exactly(int(headers.get("content-length", "0")))
        parts = []
        while size := int(self._until(b"\r\n"), 16):
            parts.append(self._exactly(size))
            self._exactly(2)
        self._exactly(2)
        return b"".join(parts)

    def _until(self, end: bytes) -> bytes:
        while end not in self._left:
            self._receive()
        found, _, self._left = self._left.partition(end)
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self._left) < size:
            self._receive()
        found, self._left = self._left[:size], self._left[size:]
        return found

    def _receive(self) -> None:
        data = self._open().recv(1 << 16)
        if not data:
            raise ConnectionError("the server hung up")
        self._left += data


def run_once(wire: Wire, n: int) -> None:
    """One run, and what it must come to."""
    body = json.dumps({"source": THREE_STEPS, "payload": {"n": n}}).encode()
    run = json.loads(wire.ask("POST", "/api/run", body))["runId"]
    status = last_status(wire.ask("GET", f"/api/stream/{run}").decode())
    assert status == {"status": "complete", "output": n + 3, "error": None}, status


def last_status(stream: str) -> Any:
    """The `status` of a run's whole stream that came last."""
    events = [block.split("\n") for block in stream.split("\n\n")]
    found = [lines for lines in events if "event: status" in lines]
    assert found, stream
    data = next(line for line in found[-1] if line.startswith("data: "))
    return json.loads(data.removeprefix("data: "))


def work(port: int, orders: queue.SimpleQueue[str]) -> None:
    """Work as ordered, until the order is empty."""
    wire, runs = Wire(port), 0
    order = orders.get()
    while order:
        while order == "begin":
            runs += 1
            began, said = time.perf_counter(), {}
            try:
                run_once(wire, runs)
            except (OSError, AssertionError, ValueError) as error:
                said["failure"] = f"{type(error).__name__}: {error}"
            _say({"ms": (time.perf_counter() - began) * 1000, **said})
            try:
                order = orders.get(timeout=_PAUSE_S)
            except queue.Empty:
                continue
        if order == "stop":
            _say({"rests": True})
            order = orders.get()


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve orders until there are no more."""
    orders: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=work, args=(int(sys.argv[1]), orders)).start()
    for line in sys.stdin:
        orders.put(line.strip())
    orders.put("")


if __name__ == "__main__":
    main()
