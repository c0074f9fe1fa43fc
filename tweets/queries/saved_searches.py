"""The searches somebody keeps, seen by nobody else; and what is new in one of them."""

from dataclasses import dataclass

from tweets.models import SavedSearch, Tweet
from tweets.queries.search import latest_found
from tweets.queries.search_terms import search_of
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.pagination import Cursor


@dataclass(frozen=True, slots=True)
class SavedSearchCard:
    id: int
    query: str
    alerts: bool


def saved_searches_of(user_id: int) -> list[SavedSearchCard]:
    """The person's searches, those kept last first; one query."""
    rows = SavedSearch.objects.filter(user_id=user_id).order_by("-id")
    return [SavedSearchCard(*row) for row in rows.values_list("id", "query", "alerts")]


def saved_search_for(user_id: int, search_id: int) -> SavedSearch:
    """The person's own; NotVisible for anybody else's."""
    search = SavedSearch.objects.filter(user_id=user_id, pk=search_id).first()
    if search is None:
        raise NotVisible
    return search


def new_in(search: SavedSearch, limit: int) -> list[Tweet]:
    """Newest first, the newest tweets by others that the search finds for its person, and were not there
    when it was looked at last. By the same query as the page: nothing that they may not see or do not
    want to meet.
    """
    found = latest_found(search.user_id, search_of(search.query), Cursor(after=search.seen_id, limit=limit))
    ids = [card.id for card in found.items if card.author and card.author.id != search.user_id]
    tweets = Tweet.objects.visible().defer("search").in_bulk(ids)
    return [tweets[pk] for pk in ids if pk in tweets]
