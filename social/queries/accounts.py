"""Accounts as programs meet them: one's whole standing with people, and each account as one may see it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.models import User
from accounts.queries import AccountCard, accounts_by_id, user_by_username
from social.models import Block, FollowRequest
from social.queries.relations import relation_between, relations_between
from social.rules import Relation
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.replicas import reader

FRIENDS_SHOWN = 12

_DETAILS = """
    SELECT following_id, 'follow', show_retweets, notify, NULL::timestamptz FROM follows
        WHERE follower_id = %(viewer)s AND following_id = ANY(%(ids)s::bigint[])
    UNION ALL SELECT muted_id, 'mute', hide_notifications, FALSE, expires_at FROM mutes
        WHERE muter_id = %(viewer)s AND muted_id = ANY(%(ids)s::bigint[])
        AND (expires_at IS NULL OR expires_at > statement_timestamp())
    UNION ALL SELECT follower_id, 'asks', FALSE, FALSE, NULL FROM follow_requests
        WHERE following_id = %(viewer)s AND follower_id = ANY(%(ids)s::bigint[])
"""
# of each account the newest few; lists that their owner hides are not read
_FRIENDS = """
    SELECT wanted.id, found.follower_id FROM users wanted CROSS JOIN LATERAL (
        SELECT theirs.follower_id FROM follows mine
        JOIN follows theirs ON theirs.follower_id = mine.following_id AND theirs.following_id = wanted.id
        WHERE mine.follower_id = %(viewer)s ORDER BY theirs.id DESC LIMIT %(most)s) AS found
    WHERE wanted.id = ANY(%(ids)s::bigint[]) AND NOT wanted.is_private
        AND NOT (wanted.privacy_settings->>'hide_follower_lists')::boolean
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that lies between the viewer and one person, with the choices made about it."""

    id: int
    relation: Relation
    shows_retweets: bool = False
    notifies: bool = False
    hides_notifications: bool = False
    muted_until: datetime | None = None
    is_asked: bool = False  # they wait for the viewer's answer


def standings_with(viewer_id: int, user_ids: Iterable[int]) -> list[Standing]:
    """The viewer's standing with each of the people, in the order given; two queries."""
    ids = list(dict.fromkeys(user_ids))
    relations = relations_between(viewer_id, ids)
    found = {one: Standing(one, relations[one]) for one in ids}
    with reader().cursor() as cursor:
        cursor.execute(_DETAILS, {"viewer": viewer_id, "ids": ids})
        for user_id, kind, first, second, until in cursor.fetchall():
            one = found[user_id]
            if kind == "follow":
                found[user_id] = replace(one, shows_retweets=first, notifies=second)
            elif kind == "mute":
                found[user_id] = replace(one, hides_notifications=first, muted_until=until)
            else:
                found[user_id] = replace(one, is_asked=True)
    return list(found.values())


def standing_with(viewer_id: int, user_id: int) -> Standing:
    """The viewer's standing with one person."""
    return standings_with(viewer_id, [user_id])[0]


def person_with(user_id: int) -> User:
    """The reachable account with this id; NotVisible when there is none."""
    user = User.objects.reachable().filter(id=user_id).first()
    if user is None:
        raise NotVisible
    return user


def account_for(viewer_id: int | None, user_id: int) -> AccountCard:
    """An account; what it says of itself is left out when it has blocked the viewer. NotVisible when gone."""
    return _seen_by(viewer_id, user_id)


def account_named(viewer_id: int | None, name: str) -> AccountCard:
    """The same by its username, in any case, or by one it had."""
    return _seen_by(viewer_id, user_by_username(name).pk)


def accounts_for(viewer_id: int | None, user_ids: Iterable[int]) -> list[AccountCard]:
    """These accounts as the viewer may see them, in the order given, those that are gone left out."""
    ids = list(user_ids)
    cards, relations = accounts_by_id(ids), relations_between(viewer_id, ids)
    return [_bare(cards[one], relations[one]) for one in ids if one in cards]


def blocked_by_name(viewer_id: int | None, name: str) -> list[int]:
    """Whom the viewer has blocked, by the whole username: search does not find them, and programs ask for it
    when a block is to be lifted.
    """
    blocks = Block.objects.filter(blocker_id=viewer_id, blocked__username=name.lower())
    return list(blocks.values_list("blocked_id", flat=True)) if viewer_id else []


def familiar_followers(viewer_id: int, user_ids: Iterable[int]) -> dict[int, list[AccountCard]]:
    """Who of those the viewer follows also follows each of these people; two queries."""
    found: dict[int, list[int]] = {one: [] for one in user_ids}
    with reader().cursor() as cursor:
        cursor.execute(_FRIENDS, {"viewer": viewer_id, "ids": list(found), "most": FRIENDS_SHOWN})
        for wanted, friend in cursor.fetchall():
            found[wanted].append(friend)
    cards = accounts_by_id(friend for friends in found.values() for friend in friends)
    return {one: [cards[friend] for friend in friends if friend in cards] for one, friends in found.items()}


def follow_request_from(user_id: int, follower_id: int) -> int:
    """The id of what this person asked of the user; NotVisible when they did not ask."""
    asked = FollowRequest.objects.filter(following_id=user_id, follower_id=follower_id)
    found = asked.values_list("id", flat=True).first()
    if found is None:
        raise NotVisible
    return found


def _seen_by(viewer_id: int | None, user_id: int) -> AccountCard:
    card = accounts_by_id([user_id]).get(user_id)
    if card is None:
        raise NotVisible
    return _bare(card, relation_between(viewer_id, card.id))


def _bare(card: AccountCard, relation: Relation) -> AccountCard:
    return replace(card, bio="", location="", website="") if relation.blocked_by else card
