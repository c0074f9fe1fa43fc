"""For you, page by page, and the receipt of each tweet in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy

from accounts.queries import people_by_id
from tweets.queries.access import tweet_for
from tweets.queries.cards import TweetCard, cards_for
from tweets.ranking import words
from tweets.ranking.pool import Pool, facts_of, kept_pool, latest_pool, pool_for
from tweets.ranking.reasons import reason
from tweets.ranking.score import Ranked, ranked
from tweets.ranking.words import Receipt
from twitterclone.lib.errors import DomainError, NotVisible

PAGE, OVER, ROUNDS = 20, 5, 5


class ListGone(DomainError):
    """The list that somebody reads on in is kept no longer."""

    status = 410
    code = "list_gone"
    message = gettext_lazy("This list is more than half an hour old. Load a new one.")


@dataclass(frozen=True, slots=True)
class ForYou:
    """Cards with their reason; `next` is the place where the next page begins, in the list of this stamp."""

    items: list[TweetCard]
    stamp: str
    next: int | None = None


def for_you_page(
    viewer_id: int, weights: Mapping[str, float], *, stamp: str = "", start: int = 0, anew: bool = False
) -> ForYou:
    """A page by these weights, of the list with this stamp; without one, of the list of the last minutes.

    What the reader may not see any more since the list was made is left out. ListGone when the list is.
    """
    pool = kept_pool(viewer_id, stamp) if stamp else pool_for(viewer_id, anew=anew)
    if pool is None:
        raise ListGone
    order = ranked(pool.candidates, weights)
    found: list[tuple[Ranked, TweetCard]] = []
    for _round in range(ROUNDS):
        part = order[start : start + PAGE - len(found) + OVER]
        cards = {
            card.id: card for card in cards_for(viewer_id, [one.facts.id for one in part], hide_muted=True)
        }
        for one in part:
            start += 1
            if one.facts.id in cards:
                found.append((one, cards[one.facts.id]))
            if len(found) == PAGE:
                break
        if len(found) == PAGE or start >= len(order):
            break
    return ForYou(_with_reasons(found), pool.stamp, start if start < len(order) else None)


def receipt_for(viewer_id: int, tweet_id: int, weights: Mapping[str, float]) -> Receipt:
    """Why the tweet stands where it does in the reader's list; outside of it, what would speak for it.

    NotVisible when it is not theirs to see.
    """
    tweet = tweet_for(viewer_id, tweet_id)
    pool = latest_pool(viewer_id)
    one = _in_list(pool, tweet.pk, weights) if pool else None
    if one is None:
        facts = facts_of(viewer_id, tweet.pk)
        if facts is None:
            raise NotVisible
        (one,) = ranked([facts], weights)
    people = people_by_id({tweet.author_id, *one.facts.friend_ids})
    return words.receipt(one, weights, people[tweet.author_id], people)


def _in_list(pool: Pool, tweet_id: int, weights: Mapping[str, float]) -> Ranked | None:
    return next((one for one in ranked(pool.candidates, weights) if one.facts.id == tweet_id), None)


def _with_reasons(found: list[tuple[Ranked, TweetCard]]) -> list[TweetCard]:
    people = people_by_id(friend for one, _card in found for friend in one.facts.friend_ids)
    return [replace(card, reason=reason(one, card.author, people)) for one, card in found if card.author]
