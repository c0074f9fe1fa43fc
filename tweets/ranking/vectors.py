"""What people care about as vectors, for those who look for people like themselves.

The weight of a hashtag is how much a person deals with it, times how few others do (tf-idf): without the
second factor everybody is alike in what everybody talks about.
"""

from time import monotonic

from django.db import connection

AT_ONCE = 200  # people in one statement

_REFRESH = """
    WITH due AS (
        SELECT t.user_id FROM tastes t LEFT JOIN interest_vectors v ON v.user_id = t.user_id
        WHERE v.user_id IS NULL OR v.refreshed_at < t.refreshed_at
        ORDER BY t.refreshed_at, t.user_id LIMIT %(most)s),
    everybody AS (SELECT count(*)::float8 AS people FROM tastes),
    weighed AS (
        SELECT i.user_id, i.hashtag_id, h.display,
            (1 + ln(1 + i.value)) * ln(1 + everybody.people / others.people) AS weight
        FROM due JOIN interests i ON i.user_id = due.user_id JOIN hashtags h ON h.id = i.hashtag_id
        CROSS JOIN everybody CROSS JOIN LATERAL (
            SELECT count(*) AS people FROM interests o WHERE o.hashtag_id = i.hashtag_id) AS others),
    vectors AS (
        SELECT due.user_id,
            coalesce(array_agg(hashtag_id ORDER BY weight DESC, hashtag_id)
                FILTER (WHERE weight > 0), '{}') AS features,
            coalesce(array_agg(weight ORDER BY weight DESC, hashtag_id)
                FILTER (WHERE weight > 0), '{}') AS weights,
            coalesce(array_agg(display ORDER BY weight DESC, hashtag_id)
                FILTER (WHERE weight > 0), '{}') AS names,
            coalesce(sqrt(sum(weight * weight)), 0) AS norm
        FROM due LEFT JOIN weighed ON weighed.user_id = due.user_id GROUP BY due.user_id)
    INSERT INTO interest_vectors (user_id, features, weights, names, norm, refreshed_at)
    SELECT user_id, features, weights, names, norm, clock_timestamp() FROM vectors
    ON CONFLICT (user_id) DO UPDATE SET features = excluded.features, weights = excluded.weights,
        names = excluded.names, norm = excluded.norm, refreshed_at = excluded.refreshed_at
"""


def refresh_vectors(seconds: float) -> int:
    """Writes the vectors of people whose past was looked at since, until none is left or the time is over."""
    done, end = 0, monotonic() + seconds
    while monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(_REFRESH, {"most": AT_ONCE})
            count = cursor.rowcount
        done += count
        if count < AT_ONCE:
            break
    return done
