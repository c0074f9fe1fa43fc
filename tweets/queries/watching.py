"""The figures and marks of tweets that stand on somebody's screen."""

from collections.abc import Iterable

from tweets.queries.cards import cards_for


def counts_of(viewer_id: int | None, ids: Iterable[int]) -> dict[str, dict[str, int | bool]]:
    """Counts and own marks by tweet id, of those the viewer sees: {"1": {"likes": 1, "liked": True, …}}."""
    return {
        str(card.id): {
            "replies": card.replies_count,
            "retweets": card.retweets_count,
            "quotes": card.quotes_count,
            "likes": card.likes_count,
            "liked": card.liked,
            "retweeted": card.retweeted,
            "bookmarked": card.bookmarked,
        }
        for card in cards_for(viewer_id, list(dict.fromkeys(ids)))
    }
