"""Who somebody is: the small read objects that every page shows, and the ways to find a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from django.conf import settings
from django.db.models import DateTimeField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.models import Export, FormerUsername, Suspension, User
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.text import is_blank

CARD_FIELDS = ("id", "username", "username_cased", "display_name", "avatar", "is_private", "bio")
ACCOUNT_FIELDS = (
    *CARD_FIELDS, "location", "website", "header", "privacy_settings", "created_at", "followers_count",
    "following_count", "tweets_count",
)  # fmt: skip
USERNAME_LENGTH = 20
# what only the people named in it may see says nothing here either
_LAST_TWEETED = """(
    SELECT t.created_at FROM tweets t
    WHERE t.author_id = users.id AND t.deleted_at IS NULL AND t.hidden_at IS NULL
        AND t.audience <> 'mentioned' AND t.created_at <= statement_timestamp()
    ORDER BY t.created_at DESC LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What any page may show of a person: primitives only, so that no template can query."""

    id: int
    username: str
    handle: str
    display_name: str
    initials: str
    hue: int
    avatar_url: str
    url: str
    is_private: bool
    bio: str
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class AccountCard:
    """Everything others may know of an account: what programs are told, beside each thing a person wrote."""

    id: int
    username: str
    handle: str
    display_name: str
    bio: str
    location: str
    website: str
    avatar_url: str
    header_url: str
    is_private: bool
    is_discoverable: bool
    is_indexable: bool
    hides_lists: bool
    created_at: datetime
    followers_count: int
    following_count: int
    tweets_count: int
    last_tweeted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page, known from the session alone; `id` is None for somebody who is not logged in."""

    id: int | None = None
    username: str = ""
    handle: str = ""
    display_name: str = ""
    initials: str = ""
    hue: int = 0
    avatar_url: str = ""
    url: str = ""
    is_private: bool = False
    is_staff: bool = False
    is_superuser: bool = False
    language: str = ""
    is_authenticated: bool = False


NOBODY = Viewer()


class Moved(Exception):
    """The page has another address now; a middleware redirects there, keeping the rest of the path."""

    def __init__(self, username: str) -> None:
        self.username = username
        super().__init__(username)


def person_card(user: Any) -> PersonCard:
    """The card of a user row, or of anything with its fields; no query."""
    return PersonCard(
        id=user.id,
        username=user.username,
        handle=user.username_cased,
        display_name=user.display_name,
        initials=initials_of(user.display_name, user.username),
        hue=hue_of(user.username),
        avatar_url=avatar_url_of(user.avatar),
        url=f"/{user.username}/",
        is_private=user.is_private,
        bio=user.bio,
    )


def account_card(user: User) -> AccountCard:
    """The same of a whole user row, which `told_accounts` gave if the last tweet matters; no query."""
    privacy = user.privacy_settings
    return AccountCard(
        id=user.id,
        username=user.username,
        handle=user.username_cased,
        display_name=user.display_name,
        bio=user.bio,
        location=user.location,
        website=user.website,
        avatar_url=avatar_url_of(user.avatar),
        header_url=avatar_url_of(user.header),
        is_private=user.is_private,
        is_discoverable=privacy["discoverable"],
        is_indexable=privacy["indexable"],
        hides_lists=privacy["hide_follower_lists"],
        created_at=user.created_at,
        followers_count=user.followers_count,
        following_count=user.following_count,
        tweets_count=user.tweets_count,
        last_tweeted_at=getattr(user, "last_tweeted_at", None),
    )


def told_accounts() -> QuerySet[User]:
    """Accounts neither suspended nor deactivated, each with the moment of its newest visible tweet."""
    newest: RawSQL = RawSQL(_LAST_TWEETED, [], DateTimeField(null=True))  # noqa: S611 -- no value goes into it
    return User.objects.reachable().annotate(last_tweeted_at=newest)


def accounts_by_id(ids: Iterable[int]) -> dict[int, AccountCard]:
    """The accounts of these people in one query; suspended and deactivated ones are left out."""
    wanted = {identifier for identifier in ids if identifier}
    if not wanted:
        return {}
    people = told_accounts().filter(id__in=wanted).only(*ACCOUNT_FIELDS)
    return {user.id: account_card(user) for user in people}


def people_by_id(ids: Iterable[int]) -> dict[int, PersonCard]:
    """The cards of these people in one query; suspended and deactivated accounts are left out."""
    wanted = {identifier for identifier in ids if identifier}
    if not wanted:
        return {}
    people = User.objects.reachable().filter(id__in=wanted).only(*CARD_FIELDS)
    return {user.id: person_card(user) for user in people}


def user_by_username(username: str) -> User:
    """The account that has this username in any case, or had it; NotVisible when none can be seen."""
    name = username.lower()
    if not can_be_username(name):
        raise NotVisible
    user = User.objects.reachable().filter(username=name).first() or _owner_of_former(name).first()
    if user is None:
        raise NotVisible
    return user


def user_at(username: str) -> User:
    """The account whose page this is: as `user_by_username`, but a former or upper-case name is Moved."""
    user = user_by_username(username)
    if user.username != username:
        raise Moved(user.username)
    return user


def suspended_user(username: str) -> User:
    """The suspended account of exactly this username, which keeps its page; NotVisible when there is none."""
    suspended = User.objects.filter(suspended_at__isnull=False, is_active=True, deactivated_at=None)
    user = suspended.filter(username=username).first() if can_be_username(username) else None
    if user is None:
        raise NotVisible
    return user


def ids_of_usernames(usernames: Iterable[str]) -> dict[str, int]:
    """Which of these names belong to reachable accounts, each with its id; lower-case, one query."""
    names = {name for name in map(str.lower, usernames) if can_be_username(name)}
    if not names:
        return {}
    return dict(User.objects.reachable().filter(username__in=names).values_list("username", "id"))


@dataclass(frozen=True, slots=True)
class ExportLine:
    """The data somebody asked for, and how far it is."""

    id: int
    is_open: bool
    is_ready: bool
    is_failed: bool
    progress: int
    byte_size: int
    created_at: datetime
    expires_at: datetime | None


def export_line(user_id: int) -> ExportLine | None:
    """The latest export of this user, unless it is no longer there; one query."""
    row = Export.objects.filter(user_id=user_id).exclude(state=Export.State.EXPIRED).order_by("-id").first()
    if row is None or (row.expires_at and row.expires_at < timezone.now()):
        return None
    return ExportLine(
        id=row.pk,
        is_open=row.state in (Export.State.WAITING, Export.State.RUNNING),
        is_ready=row.state == Export.State.READY,
        is_failed=row.state == Export.State.FAILED,
        progress=row.progress,
        byte_size=row.byte_size,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def export_file_for(user_id: int, export_id: int) -> str:
    """The name of the file in the private store; NotVisible for others, and when its time is over."""
    ready = Export.objects.filter(user_id=user_id, state=Export.State.READY, expires_at__gt=timezone.now())
    name = ready.filter(pk=export_id).values_list("name", flat=True).first()
    if not name:
        raise NotVisible
    return name


def suspension_reason(user_id: int) -> str:
    """Why the account is suspended now, as its owner is told; '' without a reason."""
    open_now = Suspension.objects.filter(user_id=user_id, lifted_at=None)
    return open_now.values_list("reason", flat=True).first() or ""


def active_ids(since: datetime, *, after: int = 0, limit: int) -> list[int]:
    """People seen since then, in the order of their ids, beyond one of these."""
    seen = User.objects.filter(last_active_at__gte=since, pk__gt=after).order_by("pk")
    return list(seen.values_list("pk", flat=True)[:limit])


@lru_cache(4096)
def initials_of(display_name: str, username: str) -> str:
    """One or two letters that stand for a person without a picture."""
    words = [word for word in display_name.split() if word[0].isalnum()]
    letters = "".join(word[0] for word in words[:2]) or username[:1]
    return "".join(letter for letter in letters if not is_blank(letter)).upper()[:2]


def hue_of(username: str) -> int:
    """The colour of a name, 0 to 359: the same in every process and for ever."""
    return crc32(username.lower().encode()) % 360


def avatar_url_of(avatar: str) -> str:
    """The address of a stored picture, '' without one."""
    return f"{settings.MEDIA_URL}{avatar}" if avatar else ""


def can_be_username(name: str) -> bool:
    """Whether a name has the shape of a username; what has not is not looked for."""
    return 0 < len(name) <= USERNAME_LENGTH and name.isascii() and name.replace("_", "a").isalnum()


def _owner_of_former(name: str) -> QuerySet[User]:
    former = FormerUsername.objects.filter(username=name).values("user_id")
    return User.objects.reachable().filter(id__in=former)
