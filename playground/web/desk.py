"""What the routes of one app share while it serves: the services, and what is counted and remembered in
memory.
"""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import Final

from starlette.requests import Request
from starlette.templating import Jinja2Templates

from playground.web.doorkeeper import Doorkeeper
from playground.web.draft_feed import DraftFeed
from playground.web.metrics import Metrics
from playground.web.page_build import PageBuilds
from playground.web.preload import imported
from playground.web.quota import Quota, Slots
from playground.web.services import Services
from playground.web.turnstile import STRANGERS_AT_ONCE, Turnstile

_REHEARSALS_PER_MINUTE: Final = 240
"""Isolates that one session may have made to rehearse code, or to apply it."""
_REHEARSALS_AT_ONCE: Final = 60
_PASTS_AT_ONCE: Final = 2
_FILES_AT_ONCE: Final = 2
_OPENINGS_PER_MINUTE: Final = 10
"""How often a minute the audit trail says of one link that it was opened."""


class Desk:
    """The services, by their names, and the app's own state."""

    def __init__(self, services: Services) -> None:
        self.engine = services.engine
        self.dispatcher = services.dispatcher
        self.sessions = services.sessions
        self.versions = services.versions
        self.shares = services.shares
        self.clock = clock = services.clock
        self.isolates = services.isolates
        self.storage = services.storage
        self.kill_server = services.kill_server
        self.settings = settings = services.settings
        self.doorkeeper = Doorkeeper(services.sessions)
        self.drafts = DraftFeed(services.engine.feed)
        self.runs = Quota(clock, settings.runs_per_minute, settings.run_burst)
        self.changes = Quota(clock, settings.changes_per_minute, settings.changes_per_minute)
        self.heavy = asyncio.Semaphore(_PASTS_AT_ONCE)
        """Whoever takes the whole past of a run into memory."""
        self.files = Slots(_FILES_AT_ONCE, "files")
        """Runs as files that come or go: each is held in memory for as long as that takes."""
        self.rehearsals = Quota(clock, _REHEARSALS_PER_MINUTE, _REHEARSALS_AT_ONCE)
        self.newcomers = Quota(clock, settings.sessions_per_minute, settings.sessions_per_minute)
        self.openings = Quota(clock, _OPENINGS_PER_MINUTE, _OPENINGS_PER_MINUTE)
        self.streams = Slots(settings.streams_per_visitor)
        self.turnstile = Turnstile()
        self.strangers = Turnstile(STRANGERS_AT_ONCE, self.turnstile)
        self.metrics = Metrics()
        self.templates = Jinja2Templates(directory=settings.templates)
        self.templates.env.policies["json.dumps_kwargs"] = {}  # files keep the order of their tabs
        self._static = settings.static
        self.builds = PageBuilds(settings.static, settings.templates)

    @cached_property
    def modules(self) -> list[str]:
        """The page's own modules, to be loaded with it."""
        return imported(self._static / "js", "app.js")


def desk(request: Request) -> Desk:
    """The desk of the app that answers `request`."""
    found: Desk = request.app.state.desk
    return found
