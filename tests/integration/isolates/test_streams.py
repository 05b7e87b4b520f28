"""Streams as the results of steps of tenant code: through the wall into storage, and from there back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from playground.core.clock import ManualClock
from playground.engine.engine import EngineSettings
from playground.engine.entries import FINISHED
from playground.isolates.loader import WorkerStub
from tests.integration.isolates.conftest import CPU_MS, Isolates, Open
from tests.unit.engine.harness import Server

CHUNK = 128 * 1024
SOURCE = """
import { WorkflowEntrypoint } from "cloudflare:workers";
let calls = 0;
const bytes = (text) => new TextEncoder().encode(text);
const of = (...chunks) => new ReadableStream({
  start(controller) { for (const chunk of chunks) controller.enqueue(chunk); controller.close(); },
});
const read = (stream) => new Response(stream).text();
const failure = async (work) => {
  try { return await work; } catch (error) { return [error.name, error.message]; }
};
export class Flow extends WorkflowEntrypoint {
  async run(event, step) {
    %s
  }
}
"""


class Door:
    """Runs bodies of `run(event, step)` in an isolate, on an engine of its own."""

    def __init__(self, isolates: Isolates, server: Server) -> None:
        self._isolates = isolates
        self.server = server
        self.stub: WorkerStub

    async def output(self, body: str) -> Any:
        """What the body gives when it is run to its end."""
        self.load(body)
        instance = await self.server.engine.workflow("flow").create("one")
        status = await self.server.ended(instance)
        assert status.status == "complete", status.error
        return await instance.result()

    def load(self, body: str) -> None:
        self.stub = self._isolates.load(SOURCE % body)
        self.server.engine.register("flow", lambda: self.stub.get_entrypoint("Flow"))

    async def stored(self) -> tuple[int, int]:
        """How many streams and chunks there are."""
        for _ in range(4):
            await self.server.database.write(lambda connection: None)
        [row] = await self.server.database.read(
            "SELECT (SELECT count(*) FROM streams) AS streams, (SELECT count(*) FROM chunks) AS chunks"
        )
        return row["streams"], row["chunks"]


@pytest.fixture
def cpu_ms() -> int:
    """CPU time of one turn: more than any of them needs, on any machine."""
    return 10_000


@pytest.fixture
async def door(open_isolates: Open, cpu_ms: int, tmp_path: Path) -> AsyncIterator[Door]:
    settings = EngineSettings(stream_limit=64 * CHUNK)
    server = Server(tmp_path, ManualClock(), settings)
    async with open_isolates(cpu_ms=cpu_ms) as isolates:
        await server.open()
        await server.engine.start()
        yield Door(isolates, server)
        await server.close()


GIVEN = {
    'of(bytes("one "), bytes("two"))': "one two",
    "of()": "",
    'new Response("the body").body': "the body",
    'new Blob(["a ", "blob"]).stream()': "a blob",
    'of(bytes("Caesar").buffer, new DataView(bytes("xx!").buffer, 2))': "Caesar!",
    'of(bytes("piped")).pipeThrough(new IdentityTransformStream())': "piped",
    'of(bytes("zip")).pipeThrough(new CompressionStream("gzip"))'
    '.pipeThrough(new DecompressionStream("gzip"))': "zip",
    'of(bytes("tee")).tee()[1]': "tee",
}


async def test_run_reads_what_the_callback_gave(door: Door) -> None:
    steps = (f'await read(await step.do("make", async () => {result}))' for result in GIVEN)
    assert await door.output(f"return [{', '.join(steps)}];") == list(GIVEN.values())


async def test_a_long_stream_crosses_in_chunks(door: Door) -> None:
    size = 20 * CHUNK + 777
    body = """
      const stream = await step.do("make", () => {
        let at = 0;
        return new ReadableStream({
          pull(controller) {
            const part = new Uint8Array(Math.min(300_001, %d - at));
            for (let i = 0; i < part.length; i++) part[i] = (at + i) %% 251;
            at += part.length;
            if (part.length) controller.enqueue(part); else controller.close();
          },
        });
      });
      let size = 0, wrong = 0, longest = 0;
      for await (const part of stream) {
        for (let i = 0; i < part.length; i += 1009) if (part[i] !== (size + i) %% 251) wrong++;
        size += part.length;
        longest = Math.max(longest, part.length);
      }
      return [size, wrong, longest];
    """
    assert await door.output(body % size) == [size, 0, CHUNK]
    assert await door.stored() == (1, 21)


async def test_what_is_not_read_yet_is_not_asked_of_the_source(door: Door) -> None:
    body = """
      let pulled = 0;
      const stream = await step.do("make", { timeout: 1000, retries: { limit: 0, delay: 0 } }, () =>
        new ReadableStream({
          pull(controller) {
            controller.enqueue(new Uint8Array(%d));
            if (++pulled === 8) controller.close();
          },
        }, { highWaterMark: 0 }));
      return [pulled, (await read(stream)).length];
    """
    assert await door.output(body % CHUNK) == [8, 8 * CHUNK]


async def test_it_is_a_stream_like_any_other(door: Door) -> None:
    body = """
      const make = (text) => step.do("make " + text, async () => of(bytes(text)));
      const [left, right] = (await make("both")).tee();
      const cancelled = await make("cancelled");
      await cancelled.cancel("enough");
      const locked = await make("locked");
      locked.getReader();
      const byob = (await make("byob")).getReader({ mode: "byob" });
      const some = await byob.read(new Uint8Array(2));
      const once = await make("once");
      await read(once);
      return [
        await read(left), await read(right), (await cancelled.getReader().read()).done, locked.locked,
        new TextDecoder().decode(some.value), once instanceof ReadableStream,
        once.locked, (await failure((async () => read(once))()))[0],
      ];
    """
    assert await door.output(body) == ["both", "both", True, True, "by", True, True, "TypeError"]


async def test_a_stream_of_one_step_can_be_the_result_of_another(door: Door) -> None:
    body = """
      const first = await step.do("first", async () => of(new Uint8Array(200_000)));
      const second = await step.do("second", async () => first);
      const third = await step.do("third", async () =>
        second.pipeThrough(new CompressionStream("gzip")));
      return [(await new Response(third).arrayBuffer()).byteLength < 10_000, first.locked];
    """
    assert await door.output(body) == [True, True]
    assert await door.stored() == (3, 2 + 2 + 1)


async def test_a_stream_can_be_read_inside_a_later_step(door: Door) -> None:
    body = """
      const stream = await step.do("make", async () => of(bytes("inside")));
      return step.do("read", async () => (await read(stream)).toUpperCase());
    """
    assert await door.output(body) == "INSIDE"


async def test_a_replay_reads_from_storage_and_calls_nobody(door: Door) -> None:
    body = """
      const stream = await step.do("make", async () => { calls++; return of(new Uint8Array(%d)); });
      await step.sleep("nap", 60_000);
      return [(await read(stream)).length, calls];
    """
    door.load(body % (3 * CHUNK))
    server = door.server
    instance = await server.engine.workflow("flow").create("one")
    await server.waiting(instance)
    await server.advance(server.settings.hibernate_after_ms)
    await server.forgotten()
    async with door.stub.session() as session:
        session.close()
    await server.advance(60_000)
    await server.ended(instance)
    assert await instance.result() == [3 * CHUNK, 0]


REFUSED = {
    'const s = of(bytes("x")); s.getReader(); return s;': (
        "is a stream that is locked: somebody reads it, or has read it"
    ),
    'const s = of(bytes("x")); const r = s.getReader(); await r.read(); r.releaseLock(); return s;': (
        "is a stream that was read already"
    ),
    'const s = of(bytes("x")); await s.cancel(); return s;': "is a stream that was read already",
    'return of(bytes("x"), "text");': "is a stream that gave a string; it must give bytes",
    "return of(5);": "is a stream that gave a number; it must give bytes",
    "return of({ a: 1 });": "is a stream that gave an object; it must give bytes",
    "return of(null);": "is a stream that gave null; it must give bytes",
    "return of(undefined);": "is a stream that gave undefined; it must give bytes",
    'return { list: [of(bytes("x"))] };': (
        "is not a value that can be stored: $.list[0]: a ReadableStream cannot be stored"
    ),
    "return new WritableStream();": "is not a value that can be stored: $: a WritableStream cannot be stored",
    "return of(new Uint8Array(64 * 131072), new Uint8Array(1));": (
        "is too large: the stream has more than 8388608 bytes, which is the limit"
    ),
}


async def test_what_is_no_fresh_stream_of_bytes_fails_the_step_at_once(door: Door) -> None:
    steps = (f'await failure(step.do("make", async () => {{ calls++; {body} }}))' for body in REFUSED)
    *failures, calls = await door.output(f"return [{', '.join(steps)}, calls];")
    assert failures == [
        ["WorkflowFatalError", f'The result of step "make" {message}'] for message in REFUSED.values()
    ]
    assert calls == len(REFUSED)
    assert await door.stored() == (0, 0)


async def test_a_stream_that_fails_fails_the_attempt_and_the_next_begins_anew(door: Door) -> None:
    body = """
      const attempts = [];
      const stream = await step.do("make", { retries: { limit: 3, delay: 0 } }, (ctx) => {
        attempts.push(ctx.attempt);
        let at = 0;
        return new ReadableStream({
          pull(controller) {
            if (at++ < 3) return controller.enqueue(new Uint8Array(%d));
            if (ctx.attempt < 3) throw new RangeError("the source broke");
            controller.close();
          },
        });
      });
      const name = await failure(step.do("never", { retries: { limit: 1, delay: 0 } }, () =>
        new ReadableStream({ pull(controller) { controller.error(new RangeError("never")); } })));
      return [attempts, (await read(stream)).length, name];
    """
    assert await door.output(body % CHUNK) == [[1, 2, 3], 3 * CHUNK, ["RangeError", "never"]]
    assert await door.stored() == (1, 3)


async def test_a_stream_that_never_ends_times_out_and_is_cancelled(door: Door) -> None:
    body = """
      let cancelled = false;
      const result = await failure(step.do("make", { timeout: 1000, retries: { limit: 0, delay: 0 } }, () =>
        new ReadableStream({
          start(controller) { controller.enqueue(new Uint8Array(%d)); },
          cancel() { cancelled = true; },
        })));
      await step.do("later", async () => 0);
      return [result, cancelled];
    """
    door.load(body % (2 * CHUNK))
    server = door.server
    instance = await server.engine.workflow("flow").create("one")
    while await door.stored() != (1, 2):
        assert (await instance.status()).status not in FINISHED
    await server.advance(1000)
    await server.ended(instance)
    assert await instance.result() == [
        ["WorkflowTimeoutError", "Execution timed out after 1000ms"],
        True,
    ]
    assert await door.stored() == (0, 0)


@pytest.mark.parametrize("cpu_ms", [CPU_MS])
async def test_an_isolate_that_dies_in_the_middle_of_a_stream(door: Door) -> None:
    body = """
      const stream = await step.do("make", (ctx) => {
        let at = 0;
        return new ReadableStream({
          pull(controller) {
            if (at++ < 4) return controller.enqueue(new Uint8Array(%d));
            if (ctx.attempt === 1) for (;;) {}
            controller.close();
          },
        });
      });
      return (await read(stream)).length;
    """
    door.load(body % CHUNK)
    instance = await door.server.engine.workflow("flow").create("one")
    status = await door.server.ended(instance)
    assert status.status == "errored"
    [failed] = await door.server.entries(instance, "attempt_failed")
    assert "CPU" in failed["error"]["message"]
    assert await door.stored() == (0, 0)


async def test_lines_that_a_stream_logs_are_the_attempts(door: Door) -> None:
    body = """
      await step.do("make", () => new ReadableStream({
        pull(controller) { console.log("pulled"); controller.close(); },
      }, { highWaterMark: 0 }));
    """
    await door.output(body)
    instance = await door.server.engine.workflow("flow").get("one")
    [line] = await door.server.entries(instance, "log")
    assert (line["message"], line["step"]["name"], line["attempt"]) == ("pulled", "make", 1)


async def test_reading_many_chunks_does_not_count_as_requests(open_isolates: Open, tmp_path: Path) -> None:
    async with open_isolates(sub_requests=5, cpu_ms=10_000) as isolates:
        server = Server(tmp_path, ManualClock(), EngineSettings())
        await server.open()
        await server.engine.start()
        try:
            body = """
              const stream = await step.do("make", async () => of(new Uint8Array(%d)));
              return (await read(stream)).length;
            """
            assert await Door(isolates, server).output(body % (20 * CHUNK)) == 20 * CHUNK
        finally:
            await server.close()


async def test_nothing_is_left_behind_in_isolate_and_host(door: Door) -> None:
    body = """
      for (let i = 0; i < 20; i++) {
        const stream = await step.do("make", async () => of(bytes("x")));
        if (i % 2) await read(stream); else await stream.cancel();
      }
    """
    await door.output(body)
    async with door.stub.session() as session:
        handles, _ = session.references
        assert handles == 0


async def test_a_sensitive_stream_is_not_shown(door: Door) -> None:
    body = """
      const stream = await step.do("make", { sensitive: "output" }, async () => of(bytes("a secret")));
      await read(stream);
    """
    await door.output(body)
    instance = await door.server.engine.workflow("flow").get("one")
    [entry] = await door.server.entries(instance, "step_completed")
    assert (entry["output"], entry["size"], entry["stream"]) == ("[REDACTED]", 8, "text")
