"""What is true at this moment: locks that put the consumers of events in a row, and what they ask then.

Events may come late, twice or in the wrong order. So a consumer does not believe its event: it takes the
lock of the thing, looks whether the thing is so, and tells or withdraws. Whoever changed the thing after
that look has written an event whose consumer waits for the lock and puts it right.
"""

from collections.abc import Collection, Iterable, Iterator

from django.db import connection

from messaging.models import Message, Participant
from moderation.models import Report
from notifications.rules import Standing
from social.models import Block, Follow, FollowRequest, Mute
from tweets.models import Like, Mention, PollVote, Retweet, Tweet

MOST_COUNTED = 100

_LOCKS = """
    SELECT CASE WHEN exclusive THEN pg_advisory_xact_lock(hashtextextended(name, 0))
                ELSE pg_advisory_xact_lock_shared(hashtextextended(name, 0)) END
    FROM unnest(%s::text[], %s::boolean[]) AS wanted (name, exclusive)
"""
_STANDINGS = """
    SELECT u.id, u.language,
        EXISTS (SELECT FROM follows WHERE follower_id = u.id AND following_id = %(actor)s),
        EXISTS (SELECT FROM blocks WHERE blocker_id = u.id AND blocked_id = %(actor)s)
            OR EXISTS (SELECT FROM blocks WHERE blocker_id = %(actor)s AND blocked_id = u.id),
        EXISTS (SELECT FROM mutes WHERE muter_id = u.id AND muted_id = %(actor)s AND hide_notifications
            AND (expires_at IS NULL OR expires_at > now()))
    FROM users u
    WHERE u.id = ANY(%(ids)s) AND u.is_active AND u.suspended_at IS NULL AND u.deactivated_at IS NULL
    ORDER BY u.id
"""

_CONCERNING_NOBODY = """
    SELECT t.id FROM unnest(%(ids)s::bigint[]) AS wanted (id)
    JOIN tweets t ON t.id = wanted.id AND t.created_at = tid_time(wanted.id)
        AND t.created_at BETWEEN tid_time(%(first)s) AND tid_time(%(last)s)
    WHERE t.retweet_of_id IS NULL AND t.quote_of_id IS NULL AND t.in_reply_to_user_id IS NULL
        AND NOT EXISTS (SELECT FROM mentions m WHERE m.tweet_id = t.id)
"""


def hold(*names: str, shared: Iterable[str] = ()) -> None:
    """Waits for the locks of these things, until the end of the transaction; one round trip."""
    wanted = sorted([(name, True) for name in names] + [(name, False) for name in shared])
    with connection.cursor() as cursor:
        cursor.execute(_LOCKS, [[name for name, _ in wanted], [exclusive for _, exclusive in wanted]])


def tweet_lock(tweet_id: int) -> str:
    return f"notify:tweet:{tweet_id}"


def pair_lock(one_id: int, other_id: int) -> str:
    """Of two people: whoever tells one of the other shares it, whoever parts them has it alone."""
    return f"notify:pair:{min(one_id, other_id)}:{max(one_id, other_id)}"


def actor_lock(actor_id: int) -> str:
    """Of somebody who acts: shared by whoever tells of them."""
    return f"notify:actor:{actor_id}"


def standings(actor_id: int, user_ids: Iterable[int]) -> list[Standing]:
    """How each of these people stands to the actor, in order of id; unreachable ones are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, {"actor": actor_id, "ids": list(user_ids)})
        return [Standing(*row) for row in cursor.fetchall()]


def tweet_alive(tweet_id: int) -> Tweet | None:
    """The tweet, unless it is gone."""
    return Tweet.objects.visible().defer("search").filter(pk=tweet_id).first()


def tweets_gone(tweet_ids: Collection[int]) -> set[int]:
    """Those that are gone."""
    alive = Tweet.objects.visible().filter(pk__in=tweet_ids).values_list("pk", flat=True)
    return set(tweet_ids) - set(alive)


def concerning_nobody(tweet_ids: Collection[int]) -> set[int]:
    """Those that are no retweet and answer, quote and name nobody: what a tweet never becomes nor ceases."""
    with connection.cursor() as cursor:
        bounds = {"first": min(tweet_ids), "last": max(tweet_ids)}
        cursor.execute(_CONCERNING_NOBODY, {"ids": list(tweet_ids), **bounds})
        return {row[0] for row in cursor.fetchall()}


def why_hidden(tweet_id: int) -> str | None:
    """What the author of a hidden tweet is told; None when it is not hidden, or gone."""
    hidden = Tweet.objects.filter(pk=tweet_id, hidden_at__isnull=False, deleted_at=None)
    return hidden.values_list("hidden_reason", flat=True).first()


def report_decided(report_id: int) -> Report | None:
    """The report with whom it is about, once it is closed."""
    closed = Report.objects.exclude(state=Report.State.OPEN).select_related("user")
    return closed.filter(pk=report_id).first()


def author_of(tweet_id: int) -> int | None:
    return Tweet.objects.filter(pk=tweet_id).values_list("author_id", flat=True).first()


def mentioned_in(tweet_id: int) -> list[int]:
    return list(Mention.objects.filter(tweet_id=tweet_id).values_list("user_id", flat=True))


def is_liked(tweet_id: int, user_id: int) -> bool:
    return Like.objects.filter(tweet_id=tweet_id, user_id=user_id).exists()


def is_retweeted(tweet_id: int, user_id: int) -> bool:
    return Retweet.objects.filter(tweet_id=tweet_id, user_id=user_id).exists()


def is_blocked(blocker_id: int, blocked_id: int) -> bool:
    return Block.objects.filter(blocker_id=blocker_id, blocked_id=blocked_id).exists()


def is_hidden(muter_id: int, muted_id: int) -> bool:
    """Whether the mute covers notifications."""
    mutes = Mute.objects.filter(muter_id=muter_id, muted_id=muted_id, hide_notifications=True)
    return mutes.exists()


def is_following(follower_id: int, following_id: int) -> bool:
    return Follow.objects.filter(follower_id=follower_id, following_id=following_id).exists()


def is_requested(follower_id: int, following_id: int) -> bool:
    return FollowRequest.objects.filter(follower_id=follower_id, following_id=following_id).exists()


def conversation_lock(conversation_id: int) -> str:
    return f"notify:conversation:{conversation_id}"


def message_sent(message_id: int) -> Message | None:
    """The message, unless it was taken back."""
    return Message.objects.filter(pk=message_id, deleted_at=None).first()


def waiting_for(message: Message) -> dict[int, int]:
    """Who takes part, accepted the conversation, did not silence it and has not read the message yet.

    With how many messages wait for them there, at most a hundred.
    """
    people = Participant.objects.filter(
        conversation_id=message.conversation_id,
        accepted_at__isnull=False,
        muted_at=None,
        left_at=None,
        last_read_id__lt=message.pk,
    )
    places = people.exclude(user_id=message.sender_id).values_list("user_id", "last_read_id")
    return {user_id: _unread_there(message.conversation_id, user_id, read) for user_id, read in places}


def _unread_there(conversation_id: int, user_id: int, read: int) -> int:
    later = Message.objects.filter(conversation_id=conversation_id, pk__gt=read, deleted_at=None)
    return later.exclude(sender_id=user_id)[:MOST_COUNTED].count()


def has_read(conversation_id: int, user_id: int) -> bool:
    """Whether nothing of the others is unread there."""
    place = Participant.objects.filter(conversation_id=conversation_id, user_id=user_id)
    read = place.values_list("last_read_id", flat=True).first() or 0
    later = Message.objects.filter(conversation_id=conversation_id, pk__gt=read, deleted_at=None)
    return not later.exclude(sender_id=user_id).exists()


def voters(tweet_id: int, size: int) -> Iterator[list[int]]:
    """Everybody who voted in the tweet's poll, each once, in batches."""
    votes = PollVote.objects.filter(option__poll__tweet_id=tweet_id).order_by("user_id").distinct()
    after = 0
    while batch := list(votes.filter(user_id__gt=after).values_list("user_id", flat=True)[:size]):
        yield batch
        after = batch[-1]
