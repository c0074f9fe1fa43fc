"""`manage.py publish_tweets FILE`: a tweet for each line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from tweets.services.bulk import OPTIONAL, REQUIRED, bulk_publish
from twitterclone.lib.bulk_command import BulkCommand
from twitterclone.lib.sheets import read_sheet


class Command(BulkCommand):
    help = (
        "Sends a tweet for each line of a .csv or .jsonl file with the columns author and text, and if you "
        "like reply_to, quote_of (ids), audience, reply_policy, content_warning, language and key. Lines "
        "that cannot be are told and passed over. Run it again after an interruption: for a day, what was "
        "sent is known by its key, or by all that the line says."
    )
    what, deed = ("tweet", "tweets"), "sent"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--from-line", type=int, default=1, help="pass over the lines before this one")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        rows = read_sheet(
            options["file"], required=REQUIRED, optional=OPTIONAL, first_line=options["from_line"]
        )
        self.perform(lambda work: bulk_publish(rows, work), options)
