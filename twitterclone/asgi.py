"""One port for pages and sockets: pages by WSGI inside, websockets by Channels.

Django's own ASGI handler costs three times the CPU of its WSGI handler behind a2wsgi.
"""

from typing import Any

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter

from twitterclone.wsgi import application as pages  # isort: skip -- the apps must be loaded first
from twitterclone.routing import sockets
from twitterclone.watching import Probed

site: Any = WSGIMiddleware(pages, workers=8)
application = ProtocolTypeRouter({"http": Probed(site), "websocket": sockets})
