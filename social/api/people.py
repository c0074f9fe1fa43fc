"""Lists of accounts, paged by ids of rows: follow the `Link` header."""

from typing import Any

from rest_framework.response import Response

from accounts import wire
from social.queries import (
    ListHidden,
    PersonRow,
    blocks_page,
    follow_requests_page,
    followers_page,
    following_page,
    mutes_page,
)
from social.queries.accounts import accounts_for, person_with, standings_with
from social.wire import MutedAccount
from twitterclone.lib.api import PUBLIC, ApiRequest, ApiView, Page, described
from twitterclone.lib.api.markup import iso
from twitterclone.lib.pagination import Slice

PAGING: dict[str, Any] = {"max_id": str, "since_id": str, "min_id": str, "limit": int}


class PeopleView(ApiView):
    """Answers a page of people as accounts, with links to the next and the one before."""

    def people(self, page: Page, slice_: Slice[PersonRow]) -> Response:
        ids = [row.person.id for row in slice_.items]
        cards = {card.id: wire.account(card) for card in accounts_for(self.viewer_id, ids)}
        return self.told(page, slice_, cards)

    def told(self, page: Page, slice_: Slice[PersonRow], accounts: dict[int, Any]) -> Response:
        rows = slice_.items
        data = [accounts[row.person.id] for row in rows if row.person.id in accounts]
        return page.list(data, rows[0].id if rows else None, slice_.next)


class FollowersView(PeopleView):
    may_lag = True
    scopes = {"GET": PUBLIC}
    find = staticmethod(followers_page)

    @described(gives=list[wire.Account], query=PAGING)
    def get(self, request: ApiRequest, account_id: int) -> Response:
        """Empty when the list is not for you to see."""
        page = Page(request, 40, 80)
        try:
            return self.people(page, self.find(request.user, person_with(account_id), page.cursor))
        except ListHidden:
            return Response([])


class FollowingView(FollowersView):
    find = staticmethod(following_page)


class FollowRequestsView(PeopleView):
    scopes = {"GET": "read:follows"}

    @described(gives=list[wire.Account], query=PAGING)
    def get(self, request: ApiRequest) -> Response:
        """Who waits for your answer."""
        page = Page(request, 40, 80)
        return self.people(page, follow_requests_page(request.user, page.cursor))


class BlocksView(PeopleView):
    scopes = {"GET": "read:blocks"}

    @described(gives=list[wire.Account], query=PAGING)
    def get(self, request: ApiRequest) -> Response:
        """Whom you have blocked."""
        page = Page(request, 40, 80)
        return self.people(page, blocks_page(request.user, page.cursor))


class MutesView(PeopleView):
    scopes = {"GET": "read:mutes"}

    @described(gives=list[MutedAccount], query=PAGING)
    def get(self, request: ApiRequest) -> Response:
        """Whom you have muted, and until when."""
        page = Page(request, 40, 80)
        slice_ = mutes_page(request.user, page.cursor)
        ids = [row.person.id for row in slice_.items]
        until = {one.id: one.muted_until for one in standings_with(request.user.pk, ids)}
        cards = {card.id: wire.account(card) for card in accounts_for(self.viewer_id, ids)}
        muted = {
            one: {**told, "mute_expires_at": iso(moment) if (moment := until[one]) else None}
            for one, told in cards.items()
        }
        return self.told(page, slice_, muted)
