"""`manage.py register_users FILE`: an account for each line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from accounts.bulk import OPTIONAL, REQUIRED, bulk_register
from twitterclone.lib.bulk_command import BulkCommand
from twitterclone.lib.sheets import read_sheet


class Command(BulkCommand):
    help = (
        "Makes an account for each line of a .csv or .jsonl file with the columns username and email, and if "
        "you like display_name, password and language. Lines that cannot be are told and passed over. Run it "
        "again after an interruption: accounts that are there are left alone."
    )
    what, deed = ("account", "accounts"), "made"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        rows = read_sheet(options["file"], required=REQUIRED, optional=OPTIONAL)
        self.perform(lambda work: bulk_register(rows, work), options)
