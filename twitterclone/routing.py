"""Websocket routes."""

from channels.routing import URLRouter
from channels.security.websocket import WebsocketDenier
from channels.sessions import CookieMiddleware
from django.urls import path, re_path

from twitterclone.consumers import SameOrigin, UserSocket

routes = [path("ws/", UserSocket.as_asgi()), re_path("", WebsocketDenier.as_asgi())]
sockets = SameOrigin(CookieMiddleware(URLRouter(routes)))
