"""The processes that flow tests start: the tests' settings, with real workers and real static files."""

from twitterclone.settings.test import *  # noqa: F403 -- an overlay

CELERY_TASK_ALWAYS_EAGER = False
BUILD_BEHIND = True
WHITENOISE_USE_FINDERS = True
CONFIRM_EMAIL = False
ACCOUNT_EMAIL_VERIFICATION = "none"
