"""`python -m playground`: serve the playground."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import uvicorn

from playground import __version__
from playground.settings import Settings, SettingsError
from playground.supervisor import can_supervise, inherited, supervise


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted. Answers the process's exit status."""
    try:
        defaults = Settings.from_environment()
    except SettingsError as error:
        return _refuse(str(error))
    options = _parser(defaults).parse_args(arguments)
    settings = replace(defaults, host=options.host, port=options.port, data=Path(options.data))
    if options.allow_kill:
        settings = replace(settings, allow_kill=1)
    try:
        listener = inherited() or _listen(settings.host, settings.port)
    except OSError as error:
        return _refuse(_why_not(settings, error))
    settings = replace(settings, port=listener.getsockname()[1])
    if settings.allow_kill and not options.reload and can_supervise():
        return supervise(sys.argv[1:] if arguments is None else arguments, listener)
    os.environ.update(settings.environment())
    config = uvicorn.Config(
        "playground.app:from_environment",
        factory=True,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        reload=options.reload,
        reload_dirs=[str(Path(__file__).parent)] if options.reload else None,
        timeout_graceful_shutdown=2,
        server_header=False,
        lifespan="on",
    )
    if options.reload:
        from uvicorn.supervisors import ChangeReload

        print(f"Dynamic Workflows: {_address(settings)} (reloads when the code changes)", flush=True)
        ChangeReload(config, target=uvicorn.Server(config).run, sockets=[listener]).run()
        return 0
    server = _AnnouncingServer(config, _address(settings))
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        return 0
    except SystemExit:  # it could not start, and has said why
        return 1
    return 0 if server.started else 1


class _AnnouncingServer(uvicorn.Server):
    """Says the address as soon as requests are answered, and not before."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Dynamic Workflows: {self._address}", flush=True)


def _parser(defaults: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="playground", description="Serve the Dynamic Workflows playground.")
    parser.add_argument("--host", default=defaults.host, help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=_port, default=defaults.port, help="port, 0 for any free one (default: %(default)s)"
    )
    parser.add_argument(
        "--data", default=str(defaults.data), help="folder of the database (default: %(default)s)"
    )
    parser.add_argument(
        "--allow-kill",
        action="store_true",
        help="let visitors kill the server from the page; it is started again then",
    )
    parser.add_argument("--reload", action="store_true", help="restart when the code changes")
    parser.add_argument("--version", action="version", version=f"playground {__version__}")
    return parser


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except BaseException:
        listener.close()
        raise
    return listener


def _address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def _why_not(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {settings.port} on {settings.host} is taken; "
            "stop what uses it, or choose another with --port"
        )
    if error.errno == errno.EACCES:
        return f"port {settings.port} needs more rights than this user has; choose one above 1023 with --port"
    return f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}"


def _refuse(why: str) -> int:
    print(f"playground: {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
