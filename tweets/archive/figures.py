"""Counters of what stays, when tweets go and when they come back; steps, as every writer's."""

from typing import Any

# `going_tweets` and the like hold what goes or has come
_USERS = """
    INSERT INTO user_counter_deltas (user_id, kind, delta)
    SELECT t.author_id, 'tweets', %(step)s FROM tweets t JOIN going_tweets g ON g.id = t.id
    WHERE t.deleted_at IS NULL AND t.hidden_at IS NULL
"""
_PARENTS = """
    INSERT INTO tweet_counter_deltas (tweet_id, kind, delta)
    SELECT t.in_reply_to_id, 'replies', %(step)s FROM tweets t JOIN going_tweets g ON g.id = t.id
    WHERE t.deleted_at IS NULL AND t.hidden_at IS NULL
      AND t.in_reply_to_id NOT IN (SELECT id FROM going_tweets)
    UNION ALL
    SELECT t.quote_of_id, 'quotes', %(step)s FROM tweets t JOIN going_tweets g ON g.id = t.id
    WHERE t.deleted_at IS NULL AND t.hidden_at IS NULL
      AND t.quote_of_id NOT IN (SELECT id FROM going_tweets)
    UNION ALL
    SELECT r.tweet_id, 'retweets', %(step)s FROM retweets r JOIN going_retweets g ON g.id = r.id
    WHERE r.tweet_id NOT IN (SELECT id FROM going_tweets)
"""

# what a tweet has now: some of it may be away, or gone for good, since the figures were written
_COME = """
    UPDATE tweets t SET likes_count = coalesce(likes.n, 0), retweets_count = coalesce(retweets.n, 0),
        replies_count = coalesce(replies.n, 0), quotes_count = coalesce(quotes.n, 0)
    FROM going_tweets g
    LEFT JOIN (SELECT tweet_id AS id, count(*) AS n FROM likes
        WHERE tweet_id IN (SELECT id FROM going_tweets) GROUP BY 1) AS likes USING (id)
    LEFT JOIN (SELECT tweet_id AS id, count(*) AS n FROM retweets
        WHERE tweet_id IN (SELECT id FROM going_tweets) GROUP BY 1) AS retweets USING (id)
    LEFT JOIN (SELECT in_reply_to_id AS id, count(*) AS n FROM tweets
        WHERE in_reply_to_id IN (SELECT id FROM going_tweets) AND deleted_at IS NULL
            AND hidden_at IS NULL GROUP BY 1) AS replies USING (id)
    LEFT JOIN (SELECT quote_of_id AS id, count(*) AS n FROM tweets
        WHERE quote_of_id IN (SELECT id FROM going_tweets) AND deleted_at IS NULL
            AND hidden_at IS NULL GROUP BY 1) AS quotes USING (id)
    WHERE t.id = g.id AND t.created_at = tid_time(g.id)
"""


def count_gone(cursor: Any) -> None:
    """Takes what goes off its authors' figures and off those of the tweets it points at."""
    _count(cursor, -1)


def count_come(cursor: Any) -> None:
    """Counts what has come with its authors and the tweets it points at, and its own figures anew."""
    cursor.execute(_COME)
    _count(cursor, 1)


def _count(cursor: Any, step: int) -> None:
    cursor.execute(_USERS, {"step": step})
    cursor.execute(_PARENTS, {"step": step})
