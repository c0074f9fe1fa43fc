"""One port for pages and sockets: pages by WSGI inside, websockets by Channels.

Django's own ASGI handler costs three times the CPU of its WSGI handler behind a2wsgi.
"""

import os
from typing import Any

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twitterclone.settings.production")

pages: Any = get_wsgi_application()

from twitterclone.routing import sockets  # noqa: E402 -- the apps must be loaded first
from twitterclone.watching import Probed  # noqa: E402 -- likewise

site: Any = WSGIMiddleware(pages, workers=8)
application = ProtocolTypeRouter({"http": Probed(site), "websocket": sockets})
