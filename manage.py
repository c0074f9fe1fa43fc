#!/usr/bin/env python
"""Entry point of Django's commands."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twitterclone.settings.dev")
    os.environ.setdefault("DATABASE_DIRECT", "true")
    execute_from_command_line(sys.argv)
