"""The references of pages: Django with nothing around a view, and with its own sessions around a plain one.

A handler takes its middleware when it is made, so each has its own; the rest of the settings is the site's.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twitterclone.settings.bench")
django.setup()

from django.conf import settings  # noqa: E402 -- what follows changes them, so they stand first

settings.ROOT_URLCONF = "twitterclone.bench.bare_urls"
settings.MIDDLEWARE = []
empty = WSGIHandler()

settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
settings.MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
naive = WSGIHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Both in one process."""
    handler = naive if environ["PATH_INFO"].startswith("/bench/naive/") else empty
    return handler(environ, start_response)
