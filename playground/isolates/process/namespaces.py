"""Namespaces: a worker's own view of the system, with no network, no other processes' IPC and no files.

See namespaces(7). Two steps: a view of its own while the process has one thread and no secrets yet, and an
empty root once everything is loaded.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from playground.isolates.process import kernel

_MOUNT: Final = 0x00020000
_CONTROL_GROUP: Final = 0x02000000
_HOST_NAME: Final = 0x04000000
_IPC: Final = 0x08000000
_USER: Final = 0x10000000
_NETWORK: Final = 0x40000000
_OWN: Final = _MOUNT | _CONTROL_GROUP | _HOST_NAME | _IPC | _NETWORK

_READ_ONLY: Final = 1
_NO_SET_UID: Final = 2
_NO_DEVICES: Final = 4
_NO_PROGRAMS: Final = 8
_REMOUNT: Final = 32
_BIND: Final = 4096
_RECURSIVE: Final = 16384
_PRIVATE: Final = 1 << 18
_DETACH: Final = 2
_LOCKED: Final = _NO_SET_UID | _NO_DEVICES | _NO_PROGRAMS


def enter() -> None:
    """Move into namespaces of its own; a user namespace too where the process is not root.

    Only while it has one thread. Raises `Unsupported`, and then nothing has changed.
    """
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        try:
            kernel.unshare(_OWN)
        except kernel.Unsupported:  # root of a container, without the rights
            kernel.unshare(_OWN | _USER)
            _map(user, group)
    else:
        kernel.unshare(_OWN | _USER)
        _map(user, group)


def empty_root() -> None:
    """Put nothing in the place of all files, so that there is no path to anything.

    What is open or mapped stays so. Needs `enter()`. Raises `Unsupported`.
    """
    kernel.mount("none", "/", None, _RECURSIVE | _PRIVATE)
    kernel.mount("none", "/tmp", "tmpfs", _LOCKED, "size=4k,nr_inodes=2,mode=555")
    os.chdir("/tmp")
    kernel.syscall("pivot_root", b".", b".")
    kernel.unmount(".", _DETACH)
    os.chdir("/")
    kernel.mount("none", "/", None, _REMOUNT | _BIND | _READ_ONLY | _LOCKED)


def _map(user: int, group: int) -> None:
    """Keep the user's and the group's own numbers, and give them no others."""
    own = Path("/proc/self")
    try:
        (own / "setgroups").write_text("deny")
        (own / "uid_map").write_text(f"{user} {user} 1")
        (own / "gid_map").write_text(f"{group} {group} 1")
    except OSError as error:
        raise kernel.Unsupported(error.strerror) from None
