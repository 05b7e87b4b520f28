"""Floor 4: HTTP. Routes, pages, streams, sessions; nothing below knows of it.

`app.py` puts it together, `routes.py` is the one table of what it answers, and each noun has a file. A
request passes `security.py` (is it from here?), then its route: `visitor.py` (whose is it?), `quota.py` (how
often?), `body.py` (what does it bring?). Whatever is raised becomes an answer in `errors.py`.
"""

from playground.web.app import create_app
from playground.web.services import Dispatcher, Services, StartAnswer, WebSettings

__all__ = ["Dispatcher", "Services", "StartAnswer", "WebSettings", "create_app"]
