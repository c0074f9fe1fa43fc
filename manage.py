#!/usr/bin/env python
"""Entry point of Django's commands."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twitterclone.settings.dev")
    os.environ.setdefault("DATABASE_DIRECT", "true")
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:  # in the first second too, while modules are loaded
        sys.exit(130)
