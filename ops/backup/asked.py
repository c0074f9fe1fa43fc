"""The words of `make backup` and `make restore`."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

BACKUP = {
    "full": "all of the server's files",
    "diff": "what changed since the last full one",
    "dump": "the database by pg_dump, with rows and checksum of every table",
    "media": "uploaded files",
    "redis": "the snapshot of Redis: sessions",
    "verify": "restore the newest of each kind for a look",
    "prune": "delete what is not to be kept",
    "status": "what there is; exit status 1 when something is wrong",
    "receive": "receive the log while it is written, in the foreground",
    "setup": "the lines for the configuration of a server of your own",
    "key": "make a key to seal backups with",
}


def backup_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make backup", description="Backups: docs/operations/backups.md")
    parsers = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    made = {name: parsers.add_parser(name, help=text, description=text) for name, text in BACKUP.items()}
    for name in ("full", "diff", "dump", "media", "redis"):
        made[name].add_argument("--verify", action="store_true", help="and restore it for a look")
    made["verify"].add_argument("names", nargs="*", help="kinds or names instead of the newest of each kind")
    made["verify"].add_argument("--all", action="store_true", help="every backup there is")
    made["status"].add_argument("--json", action="store_true", help="as status.json, with what is wrong")
    made["key"].add_argument("file", type=Path)
    return parser


def restore_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make restore", description="Restores: docs/operations/backups.md")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--latest", action="store_true", help="the database, as new as the log goes")
    what.add_argument("--to", type=moment, metavar="TIME", help="the database at a moment, with its zone")
    what.add_argument("--dump", metavar="NAME", help="a dump (or latest) into the side database")
    what.add_argument("--copy", metavar="TABLE", help="rows of the side database that the site lacks")
    what.add_argument("--drop-side", action="store_true", help="delete the side database")
    what.add_argument("--media", action="store_true", help="files that are missing")
    what.add_argument(
        "--redis", type=Path, metavar="FILE", help="write the newest snapshot of Redis to a file"
    )
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="beside, into a folder; the site may run")
    parser.add_argument("--side", action="store_true", help="into the side database; the site may run")
    parser.add_argument(
        "--backup", default="", metavar="NAME", help="from this backup instead of the best one"
    )
    parser.add_argument(
        "--timeline",
        default="latest",
        type=timeline,
        metavar="NUMBER",
        help="another time line than the newest",
    )
    parser.add_argument("--unchecked", action="store_true", help="put it in place without looking at it")
    parser.add_argument("--table", action="append", default=[], help="of a dump only this table; repeatable")
    parser.add_argument(
        "--where", default="", metavar="SQL", help="of a copy only rows for which this is true"
    )
    parser.add_argument("--replace", action="store_true", help="also over rows or files that are there")
    return parser


def timeline(text: str) -> str:
    """The number of a time line, or `latest`."""
    if text not in ("latest", "current") and not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no time line: a number like 2, or latest")
    return text


def moment(text: str) -> datetime:
    """A moment as people and PostgreSQL write it; without a zone it would be another one elsewhere."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time like '2026-11-29 12:00:00+00'") from None
    if len(text) <= len("2026-11-29"):
        raise argparse.ArgumentTypeError(f"{text!r} is a day: ARGS=\"--to '{text} 12:00:00+00'\"")
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} lacks its zone: '{text}+00' is UTC")
    if found > datetime.now(UTC):
        raise argparse.ArgumentTypeError(f"{text!r} is in the future")
    return found
