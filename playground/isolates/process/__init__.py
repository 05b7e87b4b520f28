"""In the worker process: the far side of the first wall.

It reads frames from a socketpair and answers them; all is synchronous, one turn at a time. From the outside
in: `serve` (frames), `worker` (messages), `isolate` (a tenant's modules and turns), `template` (the guest
booted once, compiled once), `driver` (a turn in one call), `instance` and `imports` (the guest and what it
may ask of us), `fence` (CPU time), `binary` (WebAssembly's file format).
"""
