"""Notifications of what made-up people did: told by the same code as real ones, then dated back."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import connection
from django.utils import timezone

from notifications import delivery, notifiers
from notifications.models import Notification
from notifications.rules import Occasion
from social.models import Follow
from tweets.models import Like, Mention, Retweet, Tweet

Fact = tuple[datetime, Occasion]

_DATE_FACT = """
    UPDATE notification_events SET created_at = %(at)s
    WHERE type = %(type)s AND actor_id = %(actor)s AND user_id = ANY(%(users)s)
      AND tweet_id IS NOT DISTINCT FROM %(tweet)s RETURNING notification_id
"""
_DATE_LINE = """
    UPDATE notifications SET updated_at = %s, created_at = least(created_at, %s) WHERE id = ANY(%s)
"""


def tell_history(user_ids: Iterable[int], *, since: datetime, read_until: datetime, most: int = 200) -> int:
    """Tells these people what happened to them since then, at most so much each; returns how many facts.

    What is older than `read_until` they have read.
    """
    told = 0
    for user_id in user_ids:
        facts = sorted(facts_of(user_id, since), key=lambda fact: fact[0])[-most:]
        for moment, occasion in facts:
            if moment <= read_until:
                _tell(user_id, moment, occasion)
        _mark_read(user_id)
        for moment, occasion in facts:
            if moment > read_until:
                _tell(user_id, moment, occasion)
        told += len(facts)
    return told


def facts_of(user_id: int, since: datetime) -> Iterator[Fact]:
    """What others did that concerns this person, with when."""
    recent = {"created_at__gte": since}
    for like in Like.objects.filter(tweet__author=user_id, **recent).select_related("tweet"):
        yield like.created_at, notifiers.of_like(like.tweet, like.user_id)
    for link in Retweet.objects.filter(tweet__author=user_id, **recent).select_related("tweet"):
        yield link.created_at, notifiers.of_retweet(link.tweet, link.user_id)
    for follow in Follow.objects.filter(following=user_id, **recent):
        yield follow.created_at, notifiers.of_follow(follow.follower_id, user_id)
    yield from _tweets_to(user_id, since)


def _tweets_to(user_id: int, since: datetime) -> Iterator[Fact]:
    window = Tweet.objects.visible().filter(created_at__gte=since).exclude(author=user_id)
    named = Mention.objects.filter(user=user_id, created_at__gte=since).values_list("tweet_id", flat=True)
    mentioning = set(named)
    found = {tweet.pk: tweet for tweet in window.filter(in_reply_to_user=user_id)}
    quotes = window.filter(quote_of__author=user_id, quote_of__created_at__gte=since)
    quoting = {tweet.pk: tweet for tweet in quotes}
    found |= quoting | {tweet.pk: tweet for tweet in window.filter(pk__in=mentioning)}
    for tweet in found.values():
        quoted = user_id if tweet.pk in quoting else None
        mentioned = [user_id] if tweet.pk in mentioning else []
        for occasion in notifiers.of_tweet(tweet, quoted, mentioned):
            yield tweet.created_at, occasion


def _tell(user_id: int, moment: datetime, occasion: Occasion) -> None:
    if user_id not in occasion.concerns:
        return
    delivery.tell(occasion)
    with connection.cursor() as cursor:
        values = {
            "at": moment,
            "type": occasion.type,
            "actor": occasion.actor_id,
            "users": list(occasion.concerns),
            "tweet": occasion.tweet.pk if occasion.tweet else None,
        }
        lines = [line for (line,) in cursor.execute(_DATE_FACT, values).fetchall() if line]
        cursor.execute(_DATE_LINE, [moment, moment, lines])


def _mark_read(user_id: int) -> None:
    Notification.objects.filter(user=user_id, is_read=False).update(is_read=True, read_at=timezone.now())
