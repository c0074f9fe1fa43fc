"""Makes, checks, lists and restores backups. Run with .venv's Python."""

import contextlib
import fcntl
import signal
import sys
from collections.abc import Iterator

import psycopg

from ops.backup import commands, settings
from ops.backup.asked import backup_parser, restore_parser
from ops.backup.settings import Settings
from ops.console import Refusal, complain, reason
from ops.paths import layout, read_dotenv

INTERRUPTED = 130


def main(verb: str, arguments: list[str]) -> int:
    asked = (backup_parser if verb == "backup" else restore_parser)().parse_args(arguments)
    read_dotenv()
    place = layout()
    try:
        if verb == "backup" and asked.what == "key":
            return commands.make_key(asked)
        place.make()
        found = settings.read(place)
        if verb == "backup" and asked.what in commands.WITHOUT_LOCK:
            return commands.backup(place, found, asked)
        with _alone(found):
            return (commands.backup if verb == "backup" else commands.restore)(place, found, asked)
    except Refusal as refusal:
        complain(str(refusal))
    except psycopg.Error as error:
        complain(f"The database refused: {str(error).splitlines()[0]}")
    except OSError as error:
        complain(reason(error))
    except KeyboardInterrupt:
        complain("Interrupted; nothing half done was left.")
        return INTERRUPTED
    return 1


@contextlib.contextmanager
def _alone(found: Settings) -> Iterator[None]:
    """One backup or restore at a time; the kernel gives the lock back however this ends."""
    found.state.mkdir(parents=True, exist_ok=True)
    with (found.state / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal("Another backup or restore is running: try again when it is done.") from None
        yield


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    sys.exit(main(sys.argv[1], sys.argv[2:]))
