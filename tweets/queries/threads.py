"""A tweet between what it answers and what answers it."""

from dataclasses import dataclass

from tweets.models import Tweet
from tweets.queries.cards import TweetCard, cards_for
from tweets.queries.feeds import newest_ids
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.ids import id_time
from twitterclone.lib.pagination import Cursor, Slice
from twitterclone.lib.replicas import reader

MOST_ANCESTORS = 50
MOST_IN_CHAIN = 50

# Each step names the parent's month, so it opens one partition.
_ANCESTORS = """
    WITH RECURSIVE up AS (
        SELECT in_reply_to_id AS id, in_reply_to_created_at AS at, 1 AS step
        FROM tweets WHERE id = %(id)s AND created_at = %(at)s
        UNION ALL
        SELECT t.in_reply_to_id, t.in_reply_to_created_at, up.step + 1
        FROM up JOIN tweets t ON t.id = up.id AND t.created_at = up.at WHERE up.step < %(most)s
    )
    SELECT id FROM up WHERE id IS NOT NULL ORDER BY step DESC
"""
# The first reply of the author to themselves, and the first to that: what was written as one thread.
_CHAIN = """
    WITH RECURSIVE chain AS (
        SELECT id, created_at AS at, author_id, 0 AS step
        FROM tweets WHERE id = %(id)s AND created_at = %(at)s
        UNION ALL
        SELECT following.id, following.created_at, chain.author_id, chain.step + 1
        FROM chain CROSS JOIN LATERAL (
            SELECT t.id, t.created_at FROM tweets t
            WHERE t.in_reply_to_id = chain.id AND t.created_at >= chain.at AND t.author_id = chain.author_id
              AND t.deleted_at IS NULL AND t.hidden_at IS NULL
            ORDER BY t.created_at, t.id LIMIT 1
        ) following
        WHERE chain.step < %(most)s
    )
    SELECT id FROM chain WHERE step > 0 ORDER BY step
"""


@dataclass(frozen=True, slots=True)
class Thread:
    """`ancestors` from the first on, tombstones among them; `replies` newest first, and before them on
    the first page what the author wrote on.
    """

    tweet: TweetCard
    ancestors: list[TweetCard]
    more_above: bool
    replies: Slice[TweetCard]


def thread_for(viewer_id: int | None, tweet_id: int, cursor: Cursor) -> Thread:
    """The conversation around a tweet; NotVisible when the viewer may not see the tweet itself.

    A page of replies is short by those the viewer may not see, and goes on below them.
    """
    above = ancestor_ids(tweet_id)
    chain = _ids(_CHAIN, tweet_id, MOST_IN_CHAIN)
    below = _reply_ids(tweet_id, chain, cursor)
    written_on = chain if cursor.before is None else []
    cards = cards_for(viewer_id, [*above, tweet_id, *written_on, *below], keep_gone=True)
    focus = cards[len(above)]
    if focus.gone:
        raise NotVisible
    shown = [card for card in cards[len(above) + 1 :] if not card.gone]
    following = below[-1] if len(below) == cursor.limit else None
    return Thread(focus, cards[: len(above)], len(above) == MOST_ANCESTORS, Slice(shown, following))


def ancestor_ids(tweet_id: int) -> list[int]:
    """What the tweet answers, from the first on, at most fifty; whoever may see them."""
    return _ids(_ANCESTORS, tweet_id, MOST_ANCESTORS)


def _reply_ids(tweet_id: int, elsewhere: list[int], cursor: Cursor) -> list[int]:
    replies = Tweet.objects.visible().filter(in_reply_to_id=tweet_id, created_at__gte=id_time(tweet_id))
    return newest_ids(replies.exclude(pk__in=elsewhere), cursor)


def _ids(sql: str, tweet_id: int, most: int) -> list[int]:
    with reader().cursor() as cursor:
        cursor.execute(sql, {"id": tweet_id, "at": id_time(tweet_id), "most": most})
        return [row[0] for row in cursor.fetchall()]
