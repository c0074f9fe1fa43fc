"""Websocket routes."""

from channels.routing import URLRouter

sockets = URLRouter([])
