"""Addresses of this site that somebody pasted where words are looked for."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from twitterclone.lib.api.markup import domain
from twitterclone.lib.pagination import parse_id

_PATH = re.compile(r"/@?([A-Za-z0-9_]{1,20})(?:/status(?:es)?)?(?:/([0-9]{1,19}))?/?")


class Named(NamedTuple):
    """Whose page an address is, and which tweet's; "" and 0 where it is neither."""

    username: str = ""
    tweet_id: int = 0


def named_by(text: str) -> Named:
    """The person and the tweet that an address of this site names; nothing for other words. No query."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return Named()
    if parts.scheme not in ("http", "https") or parts.netloc != domain():
        return Named()
    found = _PATH.fullmatch(parts.path)
    return Named(found[1].lower(), parse_id(found[2]) or 0) if found else Named()
