"""What a person at the keyboard reads: plain lines, and one clear line when something is refused."""

import errno
import os
import sys

COLOURS = (36, 35, 34, 33, 32)


class Refusal(Exception):
    """A reason to stop that the reader can act on; shown as one line, exit status 1."""


def say(text: str = "") -> None:
    """Print a line; a reader who went away (closed pipe or terminal) must not stop the site."""
    try:
        print(text, flush=True)
    except OSError:
        deafen()


def deafen() -> None:
    """Send further output nowhere, so that Python's own flush at exit stays quiet too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def complain(text: str) -> None:
    """Print a line to standard error."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        return


def in_colour(stream=sys.stdout) -> bool:
    """Whether to colour: a terminal, and the reader did not say NO_COLOR."""
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def label(name: str, width: int, number: int) -> str:
    """The name of a process before each of its lines."""
    text = f"{name:<{width}} |"
    return f"\x1b[{COLOURS[number % len(COLOURS)]}m{text}\x1b[0m" if in_colour() else text


def reason(error: OSError) -> str:
    """An operating-system error in words a person can act on."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{where}: free some space and start again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"No permission to write{where}: start as the user who owns it, or set DATA_DIR elsewhere."
    return f"{error.strerror or error}{where}"


def disk_full(text: str) -> bool:
    """Whether a program's output says that the disk is full."""
    return "No space left on device" in text or "Disk quota exceeded" in text
