"""Runs several management commands in one process: Django is loaded once. Run with .venv's Python."""

import os
import shlex
import sys

import django
from django.core.management import CommandError, call_command


def main(steps: list[str]) -> int:
    os.environ.setdefault("DATABASE_DIRECT", "true")
    django.setup()
    for step in steps:
        print(f"manage.py {step}", flush=True)
        try:
            call_command(*shlex.split(step))
        except CommandError as error:
            print(error, flush=True)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
