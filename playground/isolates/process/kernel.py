"""The few calls to the Linux kernel that Python has no name for, each by its manual page."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from typing import Any, Final

_SYSCALLS: Final = {  # x86_64, aarch64
    "capset": (126, 91),
    "pivot_root": (155, 41),
    "seccomp": (317, 277),
    "landlock_create_ruleset": (444, 444),
    "landlock_restrict_self": (446, 446),
}
_COLUMNS: Final = {"x86_64": 0, "aarch64": 1}

_SET_NO_NEW_PRIVS: Final = 38
_NONE: Final = ctypes.c_ulong(0)


class Unsupported(Exception):
    """This kernel does not have, or does not allow, what was asked for."""


def is_linux() -> bool:
    """Whether there is such a kernel here at all."""
    return sys.platform.startswith("linux")


def machine() -> str:
    """`x86_64`, `aarch64` or another name."""
    return os.uname().machine


def prctl(option: int, first: int = 0, second: int = 0) -> None:
    """prctl(2) with the arguments that are not given as zeros. Raises `Unsupported`."""
    arguments = (ctypes.c_ulong(first), ctypes.c_ulong(second), _NONE, _NONE)
    _check(_function("prctl")(ctypes.c_int(option), *arguments))


def no_new_privileges() -> None:
    """Let no program that this thread starts gain rights; what Landlock and seccomp ask for first."""
    prctl(_SET_NO_NEW_PRIVS, 1)


def syscall(name: str, *arguments: Any) -> int:
    """A system call by name; its result. Raises `Unsupported`."""
    column = _COLUMNS.get(machine())
    if column is None or not is_linux():
        raise Unsupported(f"{name} has no known number here")
    numbers = (ctypes.c_long(_SYSCALLS[name][column]), *map(_as_word, arguments))
    return _check(_function("syscall", ctypes.c_long)(*numbers))


def unshare(flags: int) -> None:
    """unshare(2). Raises `Unsupported`."""
    _check(_function("unshare")(ctypes.c_int(flags)))


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """mount(2). Raises `Unsupported`."""
    texts = [text.encode() if text is not None else None for text in (source, target, kind, options)]
    _check(_function("mount")(*texts[:3], ctypes.c_ulong(flags), texts[3]))


def unmount(target: str, flags: int) -> None:
    """umount2(2). Raises `Unsupported`."""
    _check(_function("umount2")(target.encode(), ctypes.c_int(flags)))


def protect(start: int, length: int, protection: int) -> None:
    """mprotect(2) of whole pages. Raises `Unsupported`."""
    _check(_function("mprotect")(ctypes.c_void_p(start), ctypes.c_size_t(length), ctypes.c_int(protection)))


def _as_word(argument: Any) -> Any:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def _function(name: str, result: type[Any] = ctypes.c_int) -> Callable[..., int]:
    try:
        function = getattr(ctypes.CDLL(None, use_errno=True), name)
    except (OSError, AttributeError):
        raise Unsupported(f"the C library has no {name}") from None
    function.restype = result
    call: Callable[..., int] = function
    return call


def _check(result: int) -> int:
    if result < 0:
        raise Unsupported(errno.errorcode.get(ctypes.get_errno(), "unknown"))
    return result
