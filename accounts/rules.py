"""What a username may be. No query here: whether it is free, the services ask."""

import re
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

USERNAME = re.compile("[A-Za-z0-9_]{1,20}")
_LOOK_ALIKES = str.maketrans("li0", "11o")

# Names that would pass for the site, its staff or its machinery, beside every first word of an address.
RESERVED = frozenset(
    """
    about abuse accessibility account accounts activity admin administrator ads advertise all anonymous api
    app apps assets auth billing block blocks blog bot bots brand business careers compose contact cookies
    copyright css dashboard delete deleted developer developers dm docs download edit email emoji error
    everyone explore export faq favicon feed feedback find followers following for_you guest hashtag health
    help here home host hostmaster i images import index info inbox invite jobs js language legal lists live
    local localhost log_in login logout mail mailer_daemon me media membership mentions messages metrics
    mobile moderation moderator moderators mod mutes my new news nobody none notifications null oauth
    official online owner pages password personal photos policy polls postmaster press privacy profile
    public register replies report reports reset robots root rules safety save search security self services
    session sessions settings share sign_in sign_up signin signout signup site sitemap sos ssl staff static
    status statistics stats suggestions support suspended sysadmin system tags team terms test timeline
    trends trust tweet tweets twitterclone undefined unknown unsubscribe user username users verified verify
    video videos wall web webfinger webhooks webmaster well_known who_to_follow widget widgets ws www you
    """.split()
)


def is_username(text: str) -> bool:
    """Whether the text has the shape of a username: 1 to 20 letters, digits or underscores of ASCII."""
    return USERNAME.fullmatch(text) is not None


def is_reserved(username: str) -> bool:
    """Whether the name, or one that looks the same, is an address of the site or would pass for its staff."""
    return skeleton(username) in _reserved_skeletons()


def skeleton(username: str) -> str:
    """The name with look-alike letters folded, as the database folds it: l, I and 1 are one, O and 0 too."""
    return username.lower().translate(_LOOK_ALIKES)


@cache
def _reserved_skeletons() -> frozenset[str]:
    return frozenset(map(skeleton, RESERVED | _first_words(get_resolver().url_patterns)))


def _first_words(patterns: list[URLPattern | URLResolver]) -> frozenset[str]:
    """The first word of each address of the site, where it is fixed."""
    words: set[str] = set()
    for entry in patterns:
        first = re.match(r"\^?([\w-]+)", str(entry.pattern))
        if first:
            words.add(first[1].replace("-", "_").lower())
        elif isinstance(entry, URLResolver) and str(entry.pattern) in {"", "^"}:
            words |= _first_words(entry.url_patterns)
    return frozenset(words)
