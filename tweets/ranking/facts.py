"""What is known of each candidate that the reader may see."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from tweets.ranking.past import Deeds, Past
from tweets.ranking.sources import WINDOW, Found
from twitterclone.lib.ids import CLOCKS_DIFFER, ms_of

MOST = 500
NAMED = 2  # friends and hashtags named in a receipt
NO_DEEDS = Deeds()

# Who may see what, as tweets.rules says it, and what one does not look for in For you: one's own tweets,
# those one likes already, muted people, and of strangers whatever is sensitive.
_FACTS = """
    SELECT t.id, t.author_id, t.likes_count, t.retweets_count + t.quotes_count, t.replies_count, t.language,
        f.id IS NOT NULL
    FROM tweets t JOIN users u ON u.id = t.author_id
    LEFT JOIN follows f ON f.follower_id = %(viewer)s AND f.following_id = t.author_id
    WHERE t.id = ANY(%(ids)s::bigint[]) AND t.created_at >= %(since)s AND t.created_at <= %(until)s
        AND t.deleted_at IS NULL AND t.hidden_at IS NULL AND t.retweet_of_id IS NULL
        AND t.author_id <> %(viewer)s
        AND u.is_active AND u.suspended_at IS NULL AND u.deactivated_at IS NULL
        AND CASE WHEN f.id IS NOT NULL THEN t.audience IN ('public', 'followers')
            ELSE t.audience = 'public' AND NOT u.is_private AND t.content_warning = ''
                AND NOT t.is_sensitive END
        AND NOT EXISTS (SELECT FROM blocks WHERE (blocker_id = %(viewer)s AND blocked_id = t.author_id)
            OR (blocker_id = t.author_id AND blocked_id = %(viewer)s))
        AND NOT EXISTS (SELECT FROM mutes WHERE muter_id = %(viewer)s AND muted_id = t.author_id
            AND (expires_at IS NULL OR expires_at > statement_timestamp()))
        AND NOT EXISTS (SELECT FROM likes WHERE user_id = %(viewer)s AND tweet_id = t.id)
    ORDER BY t.created_at DESC, t.id DESC LIMIT %(most)s
"""
_TAGS = """
    SELECT l.tweet_id, l.hashtag_id, h.display FROM tweet_hashtags l JOIN hashtags h ON h.id = l.hashtag_id
    WHERE l.tweet_id = ANY(%(ids)s::bigint[]) AND l.hashtag_id = ANY(%(tags)s::bigint[])
"""


class Facts(NamedTuple):
    """One candidate; what a receipt is written from, and kept as it is for as long as the list lives."""

    id: int
    author_id: int
    age_ms: int
    likes: int
    retweets: int  # and quotes
    replies: int
    my_likes: int  # of this author's tweets
    my_replies: int
    my_retweets: int
    affinity: float  # what these are worth today
    following: bool
    friends: int  # people the reader follows who liked it or passed it on
    friend_ids: Sequence[int]  # the first of them
    topics: Sequence[str]  # hashtags in the reader's past, strongest first
    interest: float  # what these are worth
    trend: str  # a rising hashtag it bears
    language: str
    language_share: float  # of the reader's past


def facts_for(
    viewer_id: int, past: Past, found: Found, now: datetime, *, since: datetime | None = None
) -> list[Facts]:
    """Facts of what was found since then, newest first, without what the reader may not see; two queries."""
    since, until = since or now - WINDOW, now + CLOCKS_DIFFER
    values: dict[str, Any] = {
        "viewer": viewer_id,
        "ids": list(found.ids),
        "since": since,
        "until": until,
        "most": MOST,
    }
    borne: dict[int, list[tuple[int, str]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, values)
        rows = cursor.fetchall()
        tags = [*past.hashtags, *found.trends]
        cursor.execute(_TAGS, {"ids": [row[0] for row in rows], "tags": tags})
        for tweet_id, hashtag_id, display in cursor.fetchall():
            borne[tweet_id].append((hashtag_id, display))
    now_ms = int(now.timestamp() * 1000)
    return [_facts(row, now_ms, past, found, borne.get(row[0], [])) for row in rows]


def _facts(row: tuple, now_ms: int, past: Past, found: Found, borne: list[tuple[int, str]]) -> Facts:
    tweet_id, author_id, likes, retweets, replies, language, following = row
    deeds = past.authors.get(author_id, NO_DEEDS)
    friends = found.friends.get(tweet_id, [])
    worth = sorted(((past.hashtags.get(pk, 0.0), name) for pk, name in borne), reverse=True)
    return Facts(
        id=tweet_id,
        author_id=author_id,
        age_ms=max(0, now_ms - ms_of(tweet_id)),
        likes=likes,
        retweets=retweets,
        replies=replies,
        my_likes=deeds.likes,
        my_replies=deeds.replies,
        my_retweets=deeds.retweets,
        affinity=round(deeds.value, 3),
        following=following,
        friends=len(friends),
        friend_ids=friends[:NAMED],
        topics=[name for value, name in worth if value][:NAMED],
        interest=round(sum(value for value, _name in worth), 3),
        trend=next((name for pk, name in borne if pk in found.trends), ""),
        language=language,
        language_share=past.languages.get(language, 0.0),
    )
