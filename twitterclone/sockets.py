"""Sockets and probes alone, for a server beside those of the pages: nothing here waits for a page."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twitterclone.settings.production")

get_wsgi_application()

from twitterclone.routing import sockets  # noqa: E402 -- the apps must be loaded first
from twitterclone.watching import Probed, no_pages  # noqa: E402 -- likewise

application = ProtocolTypeRouter({"http": Probed(no_pages), "websocket": sockets})
