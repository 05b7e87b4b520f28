"""In the worker process: the far side of the first wall.

It reads frames from a socketpair and answers them. From the outside in: `rights` (what the process gives up
first), `serve` and `line` (frames), `worker` (messages), `scheduler` (whose turn it is), `isolate` (a
tenant's modules and turns), `template` (the guest booted once, compiled once), `instance`, `exchange` and
`fiber` (the guest, its memory, its calls in slices), `binary` (WebAssembly's file format), `typescript`
(types taken away).

The guest is ours: QuickJS-NG, compiled by zig together with `guest/native/`. It was chosen by measurement
over the one that the package quickjs-rs ships (QuickJS-NG through rquickjs), which served here first.
Medians on the same machine in the same hour, that guest's first: a loop of three million turns 340 ms and
159, `fib(26)` 37 and 23, building and writing 3 MB of JSON 397 and 270; making an isolate 0.20 ms and 0.09,
loading a small tenant 0.97 and 0.49, its `fetch` turn 0.48 and 0.25, a step's callback 0.13 and 0.05. It
called back into Python for the time, for randomness and for modules, so its turns could not run as fibers;
it does not look at its stack under WASI, so deep recursion cost the isolate its life; and a turn was a
dozen calls, until a function was added to its binary by hand. Against ours speaks that it takes a compiler
to build, and half a minute once.
"""
