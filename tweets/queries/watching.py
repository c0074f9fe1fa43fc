"""The figures and marks of tweets that stand on somebody's screen."""

from collections.abc import Iterable

from django.utils.translation import ngettext

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


def fact_words(counts: dict[str, int | bool]) -> dict[str, str]:
    """What stands behind each figure on a tweet's own page; only a catalogue knows a language's plurals."""
    return {
        "retweets": ngettext("retweet", "retweets", counts["retweets"]),
        "quotes": ngettext("quote", "quotes", counts["quotes"]),
        "likes": ngettext("like", "likes", counts["likes"]),
    }
