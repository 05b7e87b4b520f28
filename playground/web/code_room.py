"""How much code a session may store: its versions together. Of drafts it has one, as large as a body is."""

from __future__ import annotations

from collections.abc import Mapping

from playground.storage.versions import ModuleJson
from playground.web.desk import Desk
from playground.web.errors import Refused


async def require_room(at: Desk, session: str, main: str, modules: Mapping[str, ModuleJson]) -> None:
    """Count code that is about to be stored as a version; what is stored already counts nothing. Refuses
    (413) what would be more than a session may store.
    """
    limit = at.settings.stored_code_limit
    if not await at.versions.take_room(session, main, modules, limit):
        message = (
            f"the versions of this session would take more than {limit / 2**20:g} MiB, which is the most "
            "that one may store: delete versions that no run needs (of runs that are over, the runs first), "
            "or fork the session to go on in another one"
        )
        raise Refused(413, "too_much_code", message)
