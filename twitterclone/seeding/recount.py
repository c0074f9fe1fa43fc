"""Counters from what is really there."""

from django.db import connection

_USERS = """
    UPDATE users u SET
        followers_count = (SELECT count(*) FROM follows WHERE following_id = u.id),
        following_count = (SELECT count(*) FROM follows WHERE follower_id = u.id),
        tweets_count = (SELECT count(*) FROM tweets WHERE author_id = u.id AND deleted_at IS NULL)
"""
_TWEETS = """
    UPDATE tweets t SET likes_count = coalesce(l.n, 0), retweets_count = coalesce(r.n, 0),
        replies_count = coalesce(a.n, 0), quotes_count = coalesce(q.n, 0)
    FROM tweets s
    LEFT JOIN (SELECT tweet_id, count(*) n FROM likes GROUP BY 1) l ON l.tweet_id = s.id
    LEFT JOIN (SELECT tweet_id, count(*) n FROM retweets GROUP BY 1) r ON r.tweet_id = s.id
    LEFT JOIN (SELECT in_reply_to_id, count(*) n FROM tweets WHERE deleted_at IS NULL GROUP BY 1) a
        ON a.in_reply_to_id = s.id
    LEFT JOIN (SELECT quote_of_id, count(*) n FROM tweets WHERE deleted_at IS NULL GROUP BY 1) q
        ON q.quote_of_id = s.id
    WHERE t.id = s.id AND t.created_at = s.created_at
"""


def recount() -> None:
    """Sets every counter of users and tweets; for a small world, since it rewrites each row."""
    with connection.cursor() as cursor:
        cursor.execute(_USERS)
        cursor.execute(_TWEETS)
