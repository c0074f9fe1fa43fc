"""`make run`: a real site on one machine, over plain HTTP."""

from twitterclone.settings.base import *  # noqa: F403 -- an overlay
from twitterclone.settings.base import env

DEBUG = env.bool("DEBUG", default=False)
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="moderators@localhost")
