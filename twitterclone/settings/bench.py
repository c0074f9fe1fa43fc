"""`make bench`: the site as it runs, but without limits on how often somebody acts."""

from twitterclone.settings.base import *  # noqa: F403 -- an overlay
from twitterclone.settings.base import STATIC_ROOT, STORAGES

RATE_LIMITS = False
ACCOUNT_RATE_LIMITS = False
ROOT_URLCONF = "twitterclone.bench.urls"
if not (STATIC_ROOT / "staticfiles.json").exists():
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
