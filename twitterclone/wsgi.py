"""Pages, served by WSGI processes."""

import os
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twitterclone.settings.production")

application: Any = get_wsgi_application()
# views are loaded now, not by the first request: it would wait, and a deploy may have changed their files
get_resolver().url_patterns  # noqa: B018 -- reading it loads them
