"""Looking at accounts: by id, by name, by search, and how one stands with them."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.response import Response

from accounts import wire
from accounts.queries import can_be_username
from social.queries import ListHidden, connections, people_found, suggestions
from social.queries.accounts import (
    account_for,
    account_named,
    accounts_for,
    blocked_by_name,
    familiar_followers,
    person_with,
    standings_with,
)
from social.queries.connections import FARTHEST
from social.services import dismiss_suggestion
from social.wire import Connected, FamiliarFollowers, Relationship, Suggestion, relationship
from twitterclone.lib import limits
from twitterclone.lib.api import PUBLIC, ApiRequest, ApiView, described, limit_of, offset_of
from twitterclone.lib.api.markup import domain
from twitterclone.lib.errors import Invalid, NotVisible
from twitterclone.lib.pagination import Cursor

MOST_IDS = 40


class AccountView(ApiView):
    may_lag = True
    scopes = {"GET": PUBLIC}

    @described(gives=wire.Account)
    def get(self, request: ApiRequest, account_id: int) -> Response:
        """One account."""
        return Response(wire.account(account_for(self.viewer_id, account_id)))


class LookupView(ApiView):
    may_lag = True
    scopes = {"GET": PUBLIC}

    @described(gives=wire.Account, query={"acct": str})
    def get(self, request: ApiRequest) -> Response:
        """The account with this name, written alice, @alice or alice@this.site."""
        return Response(wire.account(account_named(self.viewer_id, local_name(self.fields.text("acct")))))


class SearchView(ApiView):
    may_lag = True
    scopes = {"GET": "read:accounts"}

    @described(gives=list[wire.Account], query={"q": str, "limit": int, "offset": int, "following": bool})
    def get(self, request: ApiRequest) -> Response:
        """People by the beginning of their name, or nearly so; whom you have blocked by the whole name."""
        limits.check("search", self.viewer_id)
        limit, start = limit_of(request, 40, 80), offset_of(request)
        text = self.fields.text("q").removeprefix("@").partition("@")[0]
        found = people_found(request.user, text, Cursor(limit=start + limit)).items if text else []
        if self.fields.boolean("following"):
            found = [row for row in found if row.relation.following]
        ids = [row.person.id for row in found[start : start + limit]]
        if not (start or self.fields.boolean("following")):
            ids = [*blocked_by_name(self.viewer_id, text), *ids][:limit]
        cards = accounts_for(self.viewer_id, ids)
        return Response([wire.account(card) for card in cards])


class RelationshipsView(ApiView):
    scopes = {"GET": "read:follows"}

    @described(gives=list[Relationship], query={"id[]": list[str]})
    def get(self, request: ApiRequest) -> Response:
        """How you stand with these people."""
        ids = self.fields.ids("id")[:MOST_IDS]
        return Response([relationship(one) for one in standings_with(request.user.pk, ids)])


class FamiliarFollowersView(ApiView):
    may_lag = True
    scopes = {"GET": "read:follows"}

    @described(gives=list[FamiliarFollowers], query={"id[]": list[str]})
    def get(self, request: ApiRequest) -> Response:
        """Who of those you follow also follows these people."""
        found = familiar_followers(request.user.pk, self.fields.ids("id")[:MOST_IDS])
        told = [{"id": str(one), "accounts": _told(cards)} for one, cards in found.items()]
        return Response(told)


class SuggestionsView(ApiView):
    scopes = {"GET": "read"}

    @described(gives=list[Suggestion], query={"limit": int})
    def get(self, request: ApiRequest) -> Response:
        """People you may want to follow."""
        rows = suggestions(request.user, limit_of(request, 40, 80))
        cards = {card.id: card for card in accounts_for(self.viewer_id, (row.person.id for row in rows))}
        told = [_suggestion(cards[row.person.id], row.is_near) for row in rows if row.person.id in cards]
        return Response(told)


class SuggestionView(ApiView):
    scopes = {"DELETE": "write:accounts"}

    @described()
    def delete(self, request: ApiRequest, account_id: int) -> Response:
        """Never suggests this person again."""
        dismiss_suggestion(user=request.user, person=person_with(account_id))
        return Response({})


class ConnectionsView(ApiView):
    may_lag = True
    scopes = {"GET": PUBLIC}

    @described(gives=list[Connected], query={"degree": int, "limit": int})
    def get(self, request: ApiRequest, account_id: int) -> Response:
        """Whom one reaches by following follows, at most `degree` (1 to 4) steps away, nearest first."""
        user, degree = person_with(account_id), self.fields.integer("degree", 2) or 0
        if degree not in range(1, FARTHEST + 1):
            raise Invalid("degree", _("must be from 1 to 4"))
        try:
            found = connections(request.user, user, degree, limit_of(request, 40, 200))
        except ListHidden:
            return Response([])
        ids = {one.person.id for one in found} | {one.via.id for one in found if one.via}
        cards = {card.id: wire.account(card) for card in accounts_for(self.viewer_id, ids)}
        told = [
            {"degree": one.degree, "account": cards[one.person.id], "via": one.via and str(one.via.id)}
            for one in found
            if one.person.id in cards
        ]
        return Response(told)


def local_name(acct: str) -> str:
    """The username in an address of somebody here; NotVisible for people of other sites."""
    name, _at, host = acct.strip().removeprefix("@").partition("@")
    if not can_be_username(name) or host.lower() not in {"", domain()}:
        raise NotVisible
    return name


def _told(cards: Any) -> list[wire.Account]:
    return [wire.account(card) for card in cards]


def _suggestion(card: Any, is_near: bool) -> Suggestion:
    source, sources = ("past_interactions", "friends_of_friends") if is_near else ("global", "most_followed")
    return {"source": source, "sources": [sources], "account": wire.account(card)}
