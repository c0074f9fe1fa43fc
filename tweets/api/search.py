"""Search through the API: people, tweets and hashtags at once, and addresses of this site."""

from dataclasses import replace
from typing import Any, TypedDict

from rest_framework.response import Response

from accounts.queries import accounts_by_id, ids_of_usernames
from accounts.wire import Account, account
from social.queries import people_found
from social.queries.accounts import accounts_for, blocked_by_name
from tweets.api.answers import statuses_of
from tweets.queries.addresses import named_by
from tweets.queries.cards import card_for
from tweets.queries.hashtags import hashtags_found, tag_cards
from tweets.queries.search import latest_found
from tweets.queries.search_terms import Term, search_of
from tweets.wire import Status, Tag, tag
from twitterclone.lib import limits
from twitterclone.lib.api import ApiRequest, ApiView, Fields, described, if_any, limit_of, offset_of
from twitterclone.lib.api.markup import domain
from twitterclone.lib.pagination import Cursor

KINDS = ("accounts", "statuses", "hashtags")
DEEPEST = 200  # of the best finds; whoever looks further asks for something else


class SearchResults(TypedDict):
    accounts: list[Account]
    statuses: list[Status]
    hashtags: list[Tag]


class SearchView(ApiView):
    """Finds people by name, statuses by their words and hashtags by how they begin.

    Whom one has blocked is found by the whole name. An operator with a value that it cannot have finds no
    statuses: there is no place here to say that it was left out.
    """

    may_lag = True
    scopes = {"GET": if_any("read:search")}

    @described(
        gives=SearchResults,
        query={"q": str, "type": str, "limit": int, "offset": int, "account_id": str, "resolve": bool},
    )
    def get(self, request: ApiRequest) -> Response:
        """`q` may be a whole address of this site. `type` narrows the answer to one of the three."""
        limits.check("search", self.viewer_id or limits.network_of(request._request))
        kind = self.fields.choice("type", KINDS)
        text = self.fields.text("q").strip()
        part = (offset_of(request), limit_of(request))
        found: dict[str, Any] = {name: [] for name in KINDS}
        for name in [kind] if kind else KINDS:
            found[name] = FINDERS[name](request, self.fields, text, *part) if text else []
        return Response(found)


def _accounts(request: ApiRequest, fields: Fields, text: str, offset: int, limit: int) -> list[Account]:
    username, tweet_id = named_by(text)
    if username and not tweet_id:
        ids = list(ids_of_usernames([username]).values())[offset:]
    else:
        words = text.removesuffix(f"@{domain()}")
        rows = people_found(request.user, words, Cursor(limit=offset + limit)).items
        blocked = [] if offset else blocked_by_name(request.user.pk, words.removeprefix("@"))
        ids = [*blocked, *(row.person.id for row in rows[offset:])][:limit]
    return [account(card) for card in accounts_for(request.user.pk, ids)]


def _statuses(request: ApiRequest, fields: Fields, text: str, offset: int, limit: int) -> list[Status]:
    _username, tweet_id = named_by(text)
    if tweet_id:
        card = card_for(request.user.pk, tweet_id)
        return statuses_of([card] if card and not offset else [])
    search = search_of(text)
    if search.is_faulty:
        return []
    if author_id := fields.id("account_id"):
        author = accounts_by_id([author_id]).get(author_id)
        if author is None:
            return []
        search = replace(search, terms=(*search.terms, Term("from", author.username)))
    if offset >= DEEPEST:
        return []
    return statuses_of(latest_found(request.user.pk, search, Cursor(limit=offset + limit)).items[offset:])


def _hashtags(request: ApiRequest, fields: Fields, text: str, offset: int, limit: int) -> list[Tag]:
    names = hashtags_found(request.user.pk, text, offset + limit)[offset:]
    return [tag(card) for card in tag_cards(request.user.pk, names)]


FINDERS = {"accounts": _accounts, "statuses": _statuses, "hashtags": _hashtags}
