"""Counters from what is really there."""

from django.db import connection

_USERS = """
    UPDATE users u SET
        followers_count = (SELECT count(*) FROM follows WHERE following_id = u.id),
        following_count = (SELECT count(*) FROM follows WHERE follower_id = u.id),
        tweets_count = (SELECT count(*) FROM tweets WHERE author_id = u.id AND deleted_at IS NULL)
"""
# Every tweet is once among the steps itself, so that one which nobody likes any more is found too.
_TWEETS = """
    UPDATE tweets t SET likes_count = n.likes, retweets_count = n.retweets, replies_count = n.replies,
        quotes_count = n.quotes
    FROM (
        SELECT id, count(*) FILTER (WHERE kind = 'like') AS likes,
            count(*) FILTER (WHERE kind = 'retweet') AS retweets,
            count(*) FILTER (WHERE kind = 'reply') AS replies,
            count(*) FILTER (WHERE kind = 'quote') AS quotes
        FROM (
            SELECT tweet_id AS id, 'like' AS kind FROM likes
            UNION ALL SELECT tweet_id, 'retweet' FROM retweets
            UNION ALL SELECT in_reply_to_id, 'reply' FROM tweets WHERE deleted_at IS NULL
            UNION ALL SELECT quote_of_id, 'quote' FROM tweets WHERE deleted_at IS NULL
            UNION ALL SELECT id, '' FROM tweets) AS steps
        GROUP BY id) AS n
    WHERE t.id = n.id AND (t.likes_count, t.retweets_count, t.replies_count, t.quotes_count)
        IS DISTINCT FROM (n.likes, n.retweets, n.replies, n.quotes)
"""


def recount() -> None:
    """Sets every counter of users and tweets; for a small world, since it looks at each row."""
    with connection.cursor() as cursor:
        cursor.execute(_USERS)
        cursor.execute(_TWEETS)
