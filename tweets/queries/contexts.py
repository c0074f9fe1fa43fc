"""Everything around a tweet at once: what it answers, and all that answers it, branch after branch."""

from tweets.queries.access import tweet_for
from tweets.queries.cards import TweetCard, cards_for
from tweets.queries.threads import ancestor_ids
from twitterclone.lib.ids import id_time
from twitterclone.lib.replicas import reader

DEPTH, OF_EACH, MOST = 20, 100, 400  # levels, answers of one tweet, answers in all

# Each step begins in the parent's month; the limit ends the recursion as soon as enough is found.
_DESCENDANTS = """
    WITH RECURSIVE down AS (
        SELECT %(id)s::bigint AS id, %(at)s::timestamptz AS at, 0 AS step, ARRAY[]::bigint[] AS path
        UNION ALL
        SELECT answer.id, answer.created_at, down.step + 1, down.path || answer.id
        FROM down CROSS JOIN LATERAL (
            SELECT t.id, t.created_at FROM tweets t
            WHERE t.in_reply_to_id = down.id AND t.created_at >= down.at
              AND t.deleted_at IS NULL AND t.hidden_at IS NULL
            ORDER BY t.created_at, t.id LIMIT %(of_each)s
        ) answer
        WHERE down.step < %(depth)s
    )
    SELECT id FROM (SELECT id, path, step FROM down LIMIT %(most)s + 1) few WHERE step > 0 ORDER BY path
"""


def context_for(viewer_id: int | None, tweet_id: int) -> tuple[list[TweetCard], list[TweetCard]]:
    """What the tweet answers, from the first on, and what answers it, in order of the conversation.

    Without what is gone or not the viewer's to see. NotVisible when the tweet itself is not.
    """
    tweet = tweet_for(viewer_id, tweet_id)
    above, below = ancestor_ids(tweet.pk), _descendant_ids(tweet.pk)
    cards = {card.id: card for card in cards_for(viewer_id, [*above, *below])}
    return [cards[pk] for pk in above if pk in cards], [cards[pk] for pk in below if pk in cards]


def _descendant_ids(tweet_id: int) -> list[int]:
    limits = {"depth": DEPTH, "of_each": OF_EACH, "most": MOST}
    with reader().cursor() as cursor:
        cursor.execute(_DESCENDANTS, {"id": tweet_id, "at": id_time(tweet_id), **limits})
        return [row[0] for row in cursor.fetchall()]
