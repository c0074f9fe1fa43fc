"""Tests: real servers, a prefix of their own in Redis, a fast password hasher."""

import os
import secrets
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-0123456789-0123456789")

from django.utils.translation import gettext_lazy as _

from twitterclone.settings.base import *  # noqa: F403 -- an overlay
from twitterclone.settings.base import CACHES, CELERY_BROKER_TRANSPORT_OPTIONS, CHANNEL_LAYERS, LANGUAGES

# a real worker started by a flow test inherits the prefix; each of xdist's workers has its own
REDIS_PREFIX = os.environ.setdefault("TEST_REDIS_PREFIX", f"test-{secrets.token_hex(4)}")
REDIS_PREFIX += os.environ.get("PYTEST_XDIST_WORKER", "")
CACHES["default"]["KEY_PREFIX"] = f"{REDIS_PREFIX}:cache"
CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = f"{REDIS_PREFIX}:"
CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = f"{REDIS_PREFIX}:channels"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# the processes of a flow test share their site's folder
_FILES = Path(os.environ.get("DATA_DIR") or tempfile.gettempdir()) / REDIS_PREFIX
MEDIA_ROOT = _FILES / "media"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _FILES / "media"},
    },
    "uploads": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _FILES / "uploads"},
    },
    "exports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _FILES / "exports"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LANGUAGES = [*LANGUAGES, ("de", _("German"))]  # a second one, to see that the choice works
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
BUILD_BEHIND = False
WHITENOISE_AUTOREFRESH = True  # static files are found where they are, nothing is collected
