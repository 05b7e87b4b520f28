"""Gives up rights as a worker process does, then tries what it has no right to, and says what came of it.

`python rights_probe.py LAYERS FILE PORT [ATTEMPT...]`: LAYERS is `all`, `poor` (all, on a kernel that has
little), `user` (all, by an ordinary user) or the name of one layer. FILE may be deleted, PORT is listened to
by TCP, and as an abstract Unix name. Prints JSON: the layers that are `on` and `missing`, and by attempt the
error's name, or `done`.
"""

from __future__ import annotations

import codecs
import ctypes
import errno
import functools
import json
import mmap
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from playground.isolates.process import kernel, landlock, namespaces, rights, seccomp
from playground.isolates.process.rights import Rights

_DATA_BYTES = 1 << 30
_SOME_USER = 12345
_PAGE = mmap.PAGESIZE
_NUMBERS = {
    "x86_64": {
        "fork": 57, "vfork": 58, "clone": 56, "clone3": 435, "ptrace": 101, "shmget": 29, "keyctl": 250,
        "bpf": 321, "io_uring_setup": 425, "userfaultfd": 323, "process_vm_readv": 310, "memfd_create": 319,
        "sendmsg": 46, "recvmsg": 47, "pkey_mprotect": 329, "personality": 135, "perf_event_open": 298,
    },
    "aarch64": {
        "clone": 220, "clone3": 435, "ptrace": 117, "shmget": 194, "keyctl": 219, "bpf": 280,
        "io_uring_setup": 425, "userfaultfd": 282, "process_vm_readv": 270, "memfd_create": 279,
        "sendmsg": 211, "recvmsg": 212, "pkey_mprotect": 288, "personality": 92, "perf_event_open": 241,
    },
}  # fmt: skip


class Attempts:
    """What is tried. What must exist before is made before."""

    def __init__(self, file: str, port: int) -> None:
        self._file = file
        self._port = port
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._tcp = socket.socket()
        self._unix = socket.socket(socket.AF_UNIX)
        self._page = mmap.mmap(-1, _PAGE)
        self._address = ctypes.addressof(ctypes.c_char.from_buffer(self._page))

    def all(self) -> dict[str, Callable[[], object]]:
        """By name, in the order in which to try."""
        tries: dict[str, Callable[[], object]] = {
            "open": lambda: os.open(self._file, os.O_RDONLY),
            "create": lambda: os.open(self._file + ".new", os.O_CREAT | os.O_WRONLY),
            "unlink": lambda: os.unlink(self._file),
            "list": lambda: os.listdir("/proc"),
            "read the first process": lambda: os.open("/proc/1/status", os.O_RDONLY),
            "read own memory": lambda: os.open("/proc/self/mem", os.O_RDWR),
            "connect": lambda: self._tcp.connect(("127.0.0.1", self._port)),
            "connect to an abstract name": lambda: self._unix.connect(f"\0{self._port}"),
            "connect anew": lambda: socket.socket().connect(("127.0.0.1", self._port)),
            "connect to an abstract name anew": lambda: _unix().connect(f"\0{self._port}"),
            "send a datagram": lambda: _datagram().sendto(b"x", ("127.0.0.1", self._port)),
            "socket": socket.socket,
            "socketpair": socket.socketpair,
            "pipe": os.pipe,
            "kill": lambda: os.kill(os.getppid(), 0),
            "kill oneself": lambda: os.kill(os.getpid(), 0),
            "setuid": lambda: os.setresuid(0, 0, 0),
            "mount": lambda: self._raise(kernel.mount, "none", "/", "tmpfs", 0),
            "unshare": lambda: self._raise(kernel.unshare, 0x10000000),
            "chroot": lambda: os.chroot("/"),
            "be dumpable": lambda: self._raise(kernel.prctl, 4, 1),
            "raise a limit": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30)),
            "map code": lambda: mmap.mmap(-1, _PAGE, prot=mmap.PROT_READ | mmap.PROT_EXEC),
            "map writable code": lambda: mmap.mmap(-1, _PAGE, prot=7),
            "make code": lambda: self._raise(kernel.protect, self._address, _PAGE, 5),
            "thread": lambda: threading.Thread(target=int).start(),
            "fork": _fork,
            "execute": lambda: os.execv("/bin/true", ["true"]),
            "call as x32": lambda: self._call(0x40000000 + 39),
        }
        for name, number in _NUMBERS[os.uname().machine].items():
            tries[f"call {name}"] = functools.partial(self._call, number)
        return tries

    @property
    def descriptors(self) -> list[int]:
        """What is open for them."""
        return [self._tcp.fileno(), self._unix.fileno()]

    def _call(self, number: int) -> None:
        nothing = [ctypes.c_long(0)] * 6
        if self._libc.syscall(ctypes.c_long(number), *nothing) < 0:
            raise OSError(ctypes.get_errno(), "")

    def _raise(self, function: Callable[..., None], *arguments: Any) -> None:
        try:
            function(*arguments)
        except kernel.Unsupported as error:
            raise OSError(getattr(errno, str(error)), "") from None


def _unix() -> socket.socket:
    return socket.socket(socket.AF_UNIX)


def _datagram() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def outcome(attempt: Callable[[], object]) -> str:
    """`done`, or the error's name."""
    try:
        attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "unknown")
    except (RuntimeError, ValueError):
        return "refused"
    return "done"


def put_on(layers: str, descriptors: list[int]) -> Rights:
    """Give up what `layers` says."""
    found = Rights()
    if layers in ("all", "poor", "user"):
        if layers == "poor":
            kernel.syscall = kernel.unshare = kernel.prctl = _refuse  # type: ignore[assignment]
        for name in rights._CODECS:  # while Python's files may be read
            codecs.lookup(name)
        if layers == "user":
            _become_ordinary()
        found.enter(*descriptors)
        found.give_up(_DATA_BYTES)
        threading.Thread(target=signal.pause, daemon=True).start()
        found.seal()
    elif layers == "namespaces":
        found._layer("namespaces", namespaces.enter)
        found._layer("empty root", found._empty_root)
    elif layers == "landlock":
        found._layer("landlock", lambda: f"v{landlock.refuse_everything()}")
    elif layers == "seccomp":
        found._layer("seccomp", seccomp.restrict)
    elif layers == "no capabilities":
        found._layer("no user rights", rights._become_nobody)
        found._layer("no capabilities", rights._drop_capabilities)
    elif layers == "no new code":
        found._layer("no new code", rights._fix_code)
    elif layers == "resource limits":
        found._layer("resource limits", lambda: rights._limit(_DATA_BYTES))
    return found


def _refuse(*_: object) -> int:
    raise kernel.Unsupported("ENOSYS")


def _become_ordinary() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(_SOME_USER, _SOME_USER, _SOME_USER)
        os.setresuid(_SOME_USER, _SOME_USER, _SOME_USER)
        kernel.prctl(4, 1)  # as a process is that was started by this user


def main() -> None:
    """Print what came of it all."""
    layers, file, port, *names = sys.argv[1:]
    attempts = Attempts(file, int(port))
    tries = attempts.all()
    found = put_on(layers, attempts.descriptors)
    os.read(0, 1)  # reading and
    report = {
        "on": found.on,
        "missing": found.missing,
        "user": os.geteuid(),
        "environment": sorted(os.environ),
        "outcomes": {name: outcome(tries[name]) for name in names or set(tries) - {"call as x32"}},
    }
    os.write(1, json.dumps(report).encode())  # writing go on
    os._exit(0)


if __name__ == "__main__":
    main()
