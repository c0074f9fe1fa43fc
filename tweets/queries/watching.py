"""The figures of tweets that stand on somebody's screen."""

from collections.abc import Iterable

from tweets.queries.cards import cards_for


def counts_of(viewer_id: int | None, ids: Iterable[int]) -> dict[str, dict[str, int]]:
    """Counts by tweet id, of those the viewer may see: {"123": {"replies": 1, "retweets": 0, …}}."""
    return {
        str(card.id): {
            "replies": card.replies_count,
            "retweets": card.retweets_count,
            "quotes": card.quotes_count,
            "likes": card.likes_count,
        }
        for card in cards_for(viewer_id, list(dict.fromkeys(ids)))
    }
