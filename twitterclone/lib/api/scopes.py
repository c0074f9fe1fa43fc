"""What a program may do for a person: the protocol's scopes. A broad one covers its fine ones."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

PUBLIC = ""  # a call for everybody, with a token or without
ANY = "*"  # a call for whoever holds a token, a person's or a program's own

FINE = {
    "read": (
        "accounts", "blocks", "bookmarks", "favourites", "filters", "follows", "lists", "mutes",
        "notifications", "search", "statuses",
    ),
    "write": (
        "accounts", "blocks", "bookmarks", "conversations", "favourites", "filters", "follows", "lists",
        "media", "mutes", "notifications", "reports", "statuses",
    ),
}  # fmt: skip
FOLLOW = frozenset(f"{verb}:{noun}" for verb in FINE for noun in ("blocks", "follows", "mutes"))
SCOPES = {
    "read": _("Read everything you see: tweets, people, notifications, bookmarks and settings"),
    "write": _("Act for you: post and delete tweets, like, retweet, upload media, change your profile"),
    "follow": _("Follow, mute and block people, and undo it"),
    "push": _("Send you notifications while it is closed"),
    "profile": _("Read your name and picture"),
    "read:accounts": _("See people and your own profile"),
    "read:blocks": _("See whom you have blocked"),
    "read:bookmarks": _("See your bookmarks"),
    "read:favourites": _("See what you like"),
    "read:filters": _("See your filters"),
    "read:follows": _("See whom you follow and who asks to follow you"),
    "read:lists": _("See your lists"),
    "read:mutes": _("See whom you have muted"),
    "read:notifications": _("See your notifications"),
    "read:search": _("Search for you"),
    "read:statuses": _("See the tweets you see"),
    "write:accounts": _("Change your profile"),
    "write:blocks": _("Block and unblock people"),
    "write:bookmarks": _("Set and remove bookmarks"),
    "write:conversations": _("Mute and delete conversations"),
    "write:favourites": _("Like tweets and take it back"),
    "write:filters": _("Change your filters"),
    "write:follows": _("Follow and unfollow people"),
    "write:lists": _("Change your lists"),
    "write:media": _("Upload pictures and videos"),
    "write:mutes": _("Mute and unmute people"),
    "write:notifications": _("Clear your notifications"),
    "write:reports": _("Report people and tweets"),
    "write:statuses": _("Post, edit and delete tweets"),
}


def if_any(scope: str) -> str:
    """A call for everybody, for which a token that is sent must cover the scope all the same."""
    return f"?{scope}"


def covers(granted: Iterable[str], wanted: str) -> bool:
    """Whether what was granted includes the wanted scope: itself, its broad one, or the old `follow`."""
    granted = set(granted)
    if wanted in granted or wanted.partition(":")[0] in granted:
        return True
    return wanted in FOLLOW and "follow" in granted


def unknown(scopes: Iterable[str]) -> list[str]:
    """Those that no program can be given."""
    return [scope for scope in scopes if scope not in SCOPES]
