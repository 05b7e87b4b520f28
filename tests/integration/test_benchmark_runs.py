"""The load generator reads HTTP as it may come, and takes no wrong result for a right one."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from benchmarks import runs
from benchmarks.connection import Connection, Event, ProtocolError, parse_head, read_body, read_events
from benchmarks.report import Report, percentiles
from benchmarks.workload import Workload

Output = dict[str, Any]


class Playground:
    """A server of the four routes' shapes, on raw sockets; what it answers can be bent."""

    def __init__(self, bend: Callable[[Output], Output] = lambda output: output) -> None:
        self.bend = bend
        self.status = "complete"
        self.code = 200
        self.chunked = False
        self.closes = False
        self.done = True
        self.polls_before_the_end = 1
        self.sources: list[str] = []
        self.visitors: dict[str, int] = {}
        self._runs: dict[str, list[Any]] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[int]:
        connections: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connections.add(asyncio.ensure_future(self._serve(reader, writer)))

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for connection in connections:
                connection.cancel()
            await asyncio.gather(*connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = re.search(r"Content-Length: (\d+)", head)
                body = await reader.readexactly(int(length[1])) if length else b""
                writer.write(self._answer(head, body))
                await writer.drain()
                if self.closes or "/api/stream/" in head:
                    return
        except asyncio.IncompleteReadError:
            return
        finally:
            writer.close()

    def _answer(self, head: str, body: bytes) -> bytes:
        path = head.split(" ")[1]
        visitor = re.search(r"Cookie: .*session=(\w+)", head)
        if path == "/api/run":
            return self._start(json.loads(body), visitor[1] if visitor else None)
        assert visitor is not None, "a visitor without the cookie that the run was given"
        run = self._runs[path.rpartition("/")[2]]
        if path.startswith("/api/stream/"):
            run[0] = 0
            events = "event: log\ndata: {}\n\n" + ("event: done\ndata: null\n\n" if self.done else "")
            return f"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n: connected\n\n{events}".encode()
        run[0] -= 1
        ended = run[0] < 0
        status = {"status": self.status, "output": run[1]} if ended else {"status": "running", "output": None}
        return self._json({"id": "x", "status": status})

    def _start(self, asked: Any, visitor: str | None) -> bytes:
        self.sources.append(asked["source"])
        salt = int(re.search(r"SALT = (\d+)", asked["source"])[1])  # type: ignore[index]
        payload = asked["payload"]
        total = sum(payload["items"])
        value = total * payload["factor"] + salt
        output = self.bend({"sum": total, "scaled": value, "line": f"{payload['name']}: {value}"})
        run_id = f"run-{len(self.sources)}"
        self._runs[run_id] = [self.polls_before_the_end, output]
        self.visitors[visitor or run_id.replace("-", "")] = self.visitors.get(visitor or "", 0) + 1
        cookie = "" if visitor else f"Set-Cookie: session={run_id.replace('-', '')}; HttpOnly\r\n"
        return self._json({"runId": run_id, "id": run_id, "status": {"status": "queued"}}, cookie)

    def _json(self, value: Any, fields: str = "") -> bytes:
        body = json.dumps(value, ensure_ascii=False).encode()
        if self.closes:
            fields += "connection: close\r\n"
        if self.chunked:
            half = len(body) // 2
            chunks = b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]))
            framed = b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nTrailer: x\r\n\r\n"
        else:
            framed = b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        return f"HTTP/1.1 {self.code} Whatever\r\n{fields}".encode() + framed


async def measure(playground: Playground, **options: Any) -> Report:
    async with playground.serving() as port:
        given = {"runs": 12, "concurrency": 3, "timeout_s": 20.0, **options}
        return await runs.measure(runs.Options("127.0.0.1", port, **given))


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("closes", [False, True])
@pytest.mark.parametrize("stream", [False, True])
async def test_every_run_is_followed_to_its_right_result(chunked: bool, closes: bool, stream: bool) -> None:
    playground = Playground()
    playground.chunked, playground.closes = chunked, closes
    report = await measure(playground, stream=stream, warmup=2)
    assert report.passed
    assert (report.correct, report.unfinished, len(report.whole)) == (12, 0, 12)
    assert not report.wrong
    assert not report.errors
    assert report.rate > 0
    assert report.requests == 12 * 3


async def test_each_worker_is_one_visitor() -> None:
    playground = Playground()
    await measure(playground)
    assert len(playground.visitors) == 3
    assert sum(playground.visitors.values()) == 12


@pytest.mark.parametrize(("same", "expected"), [(False, 12), (True, 1)])
async def test_the_code_is_new_for_every_run_unless_asked(same: bool, expected: int) -> None:
    playground = Playground()
    await measure(playground, same_source=same)
    assert len(set(playground.sources)) == expected


@pytest.mark.parametrize(
    ("bend", "words"),
    [
        (lambda output: output | {"sum": -1}, "the output differs in sum"),
        (lambda output: output | {"line": output["line"] + " "}, "the output differs in line"),
        (lambda output: {"sum": output["sum"]}, "the output has another shape"),
        (lambda output: None, "the output has another shape"),
    ],
)
async def test_a_wrong_output_is_wrong(bend: Callable[[Output], Output], words: str) -> None:
    report = await measure(Playground(bend))
    assert not report.passed
    assert (report.correct, report.wrong.total()) == (0, 12)
    assert words in next(iter(report.wrong))


async def test_a_run_that_errored_is_wrong() -> None:
    playground = Playground()
    playground.status = "errored"
    report = await measure(playground)
    assert report.wrong.total() == 12
    assert "did not complete" in next(iter(report.wrong))


async def test_runs_to_warm_up_that_go_wrong_end_the_measurement() -> None:
    report = await measure(Playground(lambda output: {}), warmup=4)
    assert not report.passed
    assert (report.stage, report.runs, report.wrong.total()) == ("to warm up", 4, 4)


async def test_a_refusal_is_an_error_with_the_answer_in_it() -> None:
    playground = Playground()
    playground.code = 429
    report = await measure(playground)
    assert not report.passed
    assert report.errors.total() == 12
    assert "POST /api/run answered 429" in next(iter(report.errors))


async def test_a_stream_that_ends_without_done_is_an_error() -> None:
    playground = Playground()
    playground.done = False
    report = await measure(playground, stream=True)
    assert report.errors == {"RunError: the stream ended without the event done": 12}


async def test_a_server_that_is_not_there_is_an_error() -> None:
    async with Playground().serving() as port:
        pass
    report = await runs.measure(runs.Options("127.0.0.1", port, runs=2, concurrency=1))
    assert report.errors.total() == 2


async def test_a_run_without_end_is_given_up_and_then_the_whole() -> None:
    playground = Playground()
    playground.polls_before_the_end = 10**9
    report = await measure(playground, run_timeout_s=0.02, runs=3)
    assert report.errors == {"no end within 0.02 s": 3}
    report = await measure(playground, timeout_s=0.02)
    assert (report.passed, report.unfinished) == (False, 12)


async def test_one_socket_serves_many_requests_until_the_server_closes_it() -> None:
    playground = Playground()
    body = Workload().job().body
    async with playground.serving() as port:
        connection = Connection("127.0.0.1", port)
        for _ in range(3):
            assert (await connection.request("POST", "/api/run", body)).status == 200
        playground.closes = True
        assert (await connection.request("POST", "/api/run", body)).status == 200
        assert (await connection.request("POST", "/api/run", body)).status == 200
        await connection.close()
    assert connection.cookies == {"session": "run1"}


async def body_of(wire: bytes, fields: dict[str, str]) -> bytes:
    reader = asyncio.StreamReader()
    reader.feed_data(wire)
    reader.feed_eof()
    head = parse_head("\r\n".join(["HTTP/1.1 200 OK", *map(": ".join, fields.items()), "", ""]).encode())
    return b"".join([block async for block in read_body(reader, head)])


CHUNKED = {"Transfer-Encoding": "Chunked"}


@pytest.mark.parametrize(
    ("wire", "fields", "body"),
    [
        (b"3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", CHUNKED, b"abc0123456789"),
        (b"0\r\nTrailer: 1\r\n\r\nrest", CHUNKED, b""),
        (b"abcdef", {"content-length": "3"}, b"abc"),
        (b"abcdef", {"content-length": "0"}, b""),
        (b"abcdef", {}, b"abcdef"),
    ],
)
async def test_bodies(wire: bytes, fields: dict[str, str], body: bytes) -> None:
    assert await body_of(wire, fields) == body


@pytest.mark.parametrize(
    ("wire", "fields"),
    [
        (b"x\r\n", CHUNKED),
        (b"-1\r\n", CHUNKED),
        (b"ffffffffff\r\n", CHUNKED),
        (b"3\r\nabcd\r\n0\r\n\r\n", CHUNKED),
        (b"", {"content-length": "-1"}),
        (b"", {"content-length": "99999999999"}),
    ],
)
async def test_bodies__no(wire: bytes, fields: dict[str, str]) -> None:
    with pytest.raises(ProtocolError):
        await body_of(wire, fields)


@pytest.mark.parametrize(("wire", "fields"), [(b"3\r\nab", CHUNKED), (b"ab", {"content-length": "3"})])
async def test_a_body_cut_off_is_no_body(wire: bytes, fields: dict[str, str]) -> None:
    with pytest.raises(EOFError):
        await body_of(wire, fields)


def test_heads() -> None:
    head = parse_head(
        b"HTTP/1.1 404 Not Found\r\nX-A:  b \r\nSet-Cookie: a=1=2; Path=/\r\nset-cookie: b=2\r\n"
        b"Connection: Close\r\n\r\n"
    )
    assert (head.status, head.fields["x-a"], head.keeps_alive) == (404, "b", False)
    assert head.cookies == (("a", "1=2"), ("b", "2"))


@pytest.mark.parametrize(
    "block", [b"", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nno\r\n\r\n"]
)
def test_heads__no(block: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_head(block)


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
async def test_events_come_in_any_pieces(size: int) -> None:
    log = ": hi\n\nid: 4\nevent: log\ndata: é\r\ndata:b\n\n"
    wire = (log + "event: empty\n\ndata: c\n\nevent: done\ndata: null\n\n").encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(wire), size):
            yield wire[start : start + size]

    found = [event async for event in read_events(pieces())]
    assert found == [Event("log", "é\nb"), Event("message", "c"), Event("done", "null")]


def test_percentiles_are_of_the_nearest_rank() -> None:
    assert percentiles([n / 1000 for n in range(100, 0, -1)]) == {"p50": 50, "p90": 90, "p99": 99, "max": 100}
    assert percentiles([0.002]) == {"p50": 2, "p90": 2, "p99": 2, "max": 2}
    assert percentiles([]) == {}


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("http://127.0.0.1:8000", ("127.0.0.1", 8000)),
        ("http://localhost:81/", ("127.0.0.1", 81)),
        ("127.0.0.2:5", ("127.0.0.2", 5)),
        ("http://[::1]:9", ("::1", 9)),
        ("http://127.0.0.1", ("127.0.0.1", 80)),
    ],
)
def test_addresses(base: str, address: tuple[str, int]) -> None:
    assert runs.parse([base])[0].port == address[1]
    assert runs.loopback(base) == address


@pytest.mark.parametrize(
    "arguments",
    [
        ["http://example.com"],
        ["http://192.0.2.1:8000"],
        ["http://localhost.example.com"],
        ["http://0.0.0.0:8000"],
        ["https://127.0.0.1"],
        ["http://127.0.0.1/path"],
        ["http://127.0.0.1:port"],
        ["http://127.0.0.1", "-n", "0"],
        ["http://127.0.0.1", "-n", "1000000"],
        ["http://127.0.0.1", "-c", "1000"],
        ["http://127.0.0.1", "--timeout", "0"],
        ["http://127.0.0.1", "--timeout", "100000"],
    ],
)
def test_addresses__no(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        runs.parse(arguments)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_the_exit_code_and_the_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report(2, correct=1, seconds=0.5, post=[0.001], complete=[0.002], whole=[0.003])
    report.wrong["the output differs in sum"] += 1

    async def measured(options: runs.Options) -> Report:
        assert (options.runs, options.concurrency, options.warmup) == (2, 1, 1)
        return report

    monkeypatch.setattr(runs, "measure", measured)
    assert runs.main(["http://127.0.0.1", "-n", "2", "-c", "1", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["runs_per_second"] == 2.0
    assert printed["wrong"] == {"the output differs in sum": 1}
    assert printed["whole_ms"] == {"p50": 3, "p90": 3, "p99": 3, "max": 3}
    report.correct = 2
    assert runs.main(["http://127.0.0.1", "-n", "2", "-c", "1"]) == 0
    assert "wrong ×1: the output differs in sum" in capsys.readouterr().out
