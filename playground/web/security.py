"""What stands before every route: who may ask at all, and what every answer says about itself.

One pure ASGI middleware, so that streams pass through it untouched. It refuses hosts that are none, state
changes that come from another site, and bodies that are not JSON; it adds the security headers and the
cookies that routes have set; and it answers a bug of ours as a bare 500.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.web.errors import Refused, answer_for, answer_for_bug

_log = logging.getLogger(__name__)

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_OWN_SITE: Final = frozenset({"same-origin", "none"})
_HOST: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?\Z")
_DEFAULT_PORT: Final = {"http": "80", "https": "443"}

_HEADERS: Final[dict[str, str]] = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def content_security_policy(nonce: str | None = None) -> str:
    """The policy of every answer. `nonce` allows the `<style>` element that the editor makes."""
    style = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return (
        f"default-src 'none'; script-src 'self'; style-src {style}; connect-src 'self'; "
        "worker-src 'self'; img-src 'self' data:; font-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
        "require-trusted-types-for 'script'; trusted-types playground-worker"
    )


_PLAIN_POLICY: Final = content_security_policy()


def set_cookie(request: Request, name: str, value: str, *, max_age: int, path: str = "/") -> None:
    """Have the answer set a cookie that no script reads and no other site sends. `max_age` in seconds; below
    `path` it is sent to us.
    """
    secure = "; Secure" if request.url.scheme == "https" else ""
    cookie = f"{name}={value}; Path={path}; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}"
    request.scope.setdefault("playground.cookies", []).append(cookie)


def origin_of(request: Request) -> str:
    """Our own origin as this request sees it, e.g. `http://127.0.0.1:8000`."""
    return f"{request.url.scheme}://{request.headers.get('host', 'localhost')}"


class Guard:
    """The middleware. `allowed_hosts` are host names without port; None allows any well-formed one."""

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str] | None = None) -> None:
        self._app = app
        self._allowed = (
            frozenset(host.lower() for host in allowed_hosts) if allowed_hosts is not None else None
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _complete(MutableHeaders(raw=message.setdefault("headers", [])), scope)
            await send(message)

        try:
            self._check(scope)
            await self._app(scope, receive, send_guarded)
        except Refused as refusal:
            if started:
                raise
            await answer_for(refusal)(scope, receive, send_guarded)
        except Exception:
            _log.exception("unforeseen error in %s %s", scope["method"], scope["path"])
            if started:
                raise
            await answer_for_bug()(scope, receive, send_guarded)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        host = _checked_host(headers)
        if self._allowed is not None and _name(host) not in self._allowed:
            raise Refused(400, "unknown_host", "this server does not answer to that host name")
        method = scope["method"]
        if method in _SAFE:
            return
        _check_site(headers, scope, host)
        if method in _WITH_BODY and not _is_json(headers.get("content-type", "")):
            raise Refused(
                415, "not_json", "the content type must be application/json", headers={"connection": "close"}
            )


def _complete(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("content-security-policy", _PLAIN_POLICY)
    headers.setdefault("cache-control", "no-cache")
    for cookie in scope.get("playground.cookies", ()):
        headers.append("set-cookie", cookie)


def _checked_host(headers: Headers) -> str:
    hosts = headers.getlist("host")
    if len(hosts) != 1 or _HOST.match(hosts[0]) is None:
        raise Refused(400, "bad_host", "the Host header is missing, doubled or malformed")
    return hosts[0].lower()


def _name(host: str) -> str:
    return host.rpartition(":")[0] if re.search(r":\d+\Z", host) and not host.endswith("]") else host


def _check_site(headers: Headers, scope: Scope, host: str) -> None:
    site = headers.get("sec-fetch-site")
    if site is not None and site not in _OWN_SITE:
        raise _cross_site()
    origins: list[Any] = headers.getlist("origin")
    if not origins:
        return
    if len(origins) != 1:
        raise _cross_site()
    scheme, separator, authority = origins[0].lower().partition("://")
    ours = (scope.get("scheme", "http"), _with_port(host, scope.get("scheme", "http")))
    if not separator or (scheme, _with_port(authority, scheme)) != ours:
        raise _cross_site()


def _with_port(authority: str, scheme: str) -> str:
    if re.search(r":\d+\Z", authority) and not authority.endswith("]"):
        return authority
    return f"{authority}:{_DEFAULT_PORT.get(scheme, '')}"


def _cross_site() -> Refused:
    return Refused(403, "cross_site", "requests from other sites may not change anything here")


def _is_json(content_type: str) -> bool:
    media, _, parameters = content_type.partition(";")
    if media.strip().lower() != "application/json":
        return False
    charset = parameters.strip().lower().replace('"', "")
    return charset in ("", "charset=utf-8", "charset=utf8")
