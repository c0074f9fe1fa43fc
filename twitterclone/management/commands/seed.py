"""`manage.py seed`: a world to measure with."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from twitterclone.seeding.plan import Size
from twitterclone.seeding.progress import Progress
from twitterclone.seeding.run import is_empty, seed


def _count(text: str) -> int:
    if not text.replace("_", "").isdecimal():
        raise ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date like 2026-01-31") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Fills the database with made-up people and 24 months of what they say. The same --seed and "
        "--until give the same world. All or nothing: an interrupted run leaves no trace."
    )

    requires_system_checks = ()  # the pages are not its concern

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--users", type=_count, default=1000, help="how many people (1000)")
        parser.add_argument(
            "--tweets",
            type=_count,
            default=50_000,
            help="tweets, replies, quotes and retweets together (50000)",
        )
        parser.add_argument("--seed", type=int, default=1, help="which world (1)")
        parser.add_argument("--until", type=_moment, help="when history ends (now)")
        parser.add_argument("--password", default="", help="one for everybody; without it nobody can log in")
        parser.add_argument("--append", action="store_true", help="add to what is there instead of refusing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["append"] and not is_empty():
            raise CommandError("There are users or tweets already. Use --append to add to them.")
        if options["users"] < 2:
            raise CommandError("It takes at least 2 users to talk.")
        names = ("users", "tweets", "seed", "until", "password")
        progress = Progress(self.stderr)
        try:
            world = seed(Size(**{name: options[name] for name in names}), progress)
        except KeyboardInterrupt:
            raise CommandError("Interrupted; nothing was written.", returncode=130) from None
        except OperationalError as error:
            raise CommandError(f"Nothing was written: {str(error).strip()}") from error
        rows = ", ".join(f"{count:,} {table}" for table, count in world.written.items())
        self.stdout.write(f"{rows} in {progress.seconds:.0f} s.")
