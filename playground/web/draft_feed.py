"""Who is told that a session's draft was saved.

What is held is the latest revision alone: whoever hears of it asks for the draft.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from playground.engine.feed import Feed


class DraftNews:
    """What one follower of a session has not been told yet."""

    def __init__(self) -> None:
        self._revision: int | None = None

    def tell(self, revision: int) -> None:
        """Note that this revision was saved."""
        self._revision = revision

    def take(self) -> int | None:
        """The latest revision that was saved since this was asked last, or None."""
        revision, self._revision = self._revision, None
        return revision


class DraftFeed:
    """The followers, by session. They follow its entries too, and `feed` is what wakes them."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._by_session: defaultdict[str, set[DraftNews]] = defaultdict(set)

    @contextmanager
    def follow(self, session: str) -> Iterator[DraftNews]:
        """Be told of what is saved from now on."""
        news = DraftNews()
        self._by_session[session].add(news)
        try:
            yield news
        finally:
            self._by_session[session].discard(news)
            if not self._by_session[session]:
                del self._by_session[session]

    def saved(self, session: str, revision: int) -> None:
        """Tell the session's followers, after the commit."""
        followers = self._by_session.get(session)
        if followers:
            for news in followers:
                news.tell(revision)
            self._feed.nudge(session)
