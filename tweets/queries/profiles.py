"""A person's page: who they are, and what of it the viewer may see."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import User, UserCounterDelta
from accounts.queries import (
    PersonCard,
    avatar_url_of,
    ids_of_usernames,
    person_card,
    suspended_user,
    user_at,
)
from social.queries import Relation, relation_between
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.text import mentioned_usernames


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(PersonCard):
    """The head of a profile page: the person's card and what only this page shows."""

    header_url: str
    location: str
    website: str
    joined_at: datetime
    followers_count: int
    following_count: int
    tweets_count: int
    hide_follower_lists: bool
    is_suspended: bool
    relation: Relation
    is_open: bool  # whether the viewer may read the tweets
    mentions: frozenset[str]  # usernames in the bio that exist
    takes_messages: bool  # be it as requests; messages know more, and say so where one writes


def profile_for(viewer_id: int | None, username: str) -> Profile:
    """The profile of a username, its facts left out where the viewer is blocked or the account suspended.

    Moved for a former name or one in other letters; NotVisible when nobody has it or its owner left.
    """
    user = _user_or_suspended(username)
    relation = relation_between(viewer_id, user.pk)
    is_suspended = user.suspended_at is not None
    is_bare = is_suspended or relation.blocked_by
    bio = "" if is_bare else user.bio
    return Profile(
        **{**asdict(person_card(user)), "bio": bio},
        header_url="" if is_bare else avatar_url_of(user.header),
        location="" if is_bare else user.location,
        website="" if is_bare else user.website,
        joined_at=user.created_at,
        followers_count=user.followers_count,
        following_count=user.following_count,
        tweets_count=user.tweets_count,
        hide_follower_lists=user.privacy_settings["hide_follower_lists"],
        is_suspended=is_suspended,
        relation=relation,
        is_open=viewer_id == user.pk
        or not (is_suspended or relation.is_blocked or (user.is_private and not relation.following)),
        mentions=frozenset(ids_of_usernames(mentioned_usernames(bio))),
        takes_messages=viewer_id not in (None, user.pk)
        and not (is_suspended or relation.is_blocked or user.privacy_settings["who_may_message"] == "nobody"),
    )


def tweets_count_now(user_id: int) -> int:
    """How many tweets somebody has this moment: what is rolled up and what is not yet, in one statement."""
    steps = UserCounterDelta.objects.filter(user_id=OuterRef("pk"), kind=UserCounterDelta.Kind.TWEETS)
    pending = steps.order_by().values("user_id").annotate(total=Sum("delta")).values("total")
    count = F("tweets_count") + Coalesce(Subquery(pending), 0)
    return max(0, User.objects.filter(pk=user_id).values_list(count, flat=True).get())


def _user_or_suspended(username: str) -> User:
    """A suspended account keeps its page, which says so."""
    try:
        return user_at(username)
    except NotVisible:
        return suspended_user(username)
