"""Notifications through the API, one for each thing somebody did."""

from collections.abc import Sequence

from rest_framework.response import Response

from accounts.queries import accounts_by_id
from accounts.wire import account
from notifications.facts import Fact, fact_for, fact_page
from notifications.queries import unread_count
from notifications.services import clear_notifications, dismiss_notification
from notifications.wire import TYPES, Notification, UnreadCount, kinds_of, notification
from tweets.wire import people_in
from twitterclone.lib.api import ApiRequest, ApiView, Page, described
from twitterclone.lib.errors import NotVisible

PAGING = {"max_id": str, "since_id": str, "min_id": str, "limit": int}
NARROWING = {"types[]": list[str], "exclude_types[]": list[str], "account_id": str}


class NotificationsView(ApiView):
    scopes = {"GET": "read:notifications"}

    @described(gives=list[Notification], query=PAGING | NARROWING)
    def get(self, request: ApiRequest) -> Response:
        """What you were told, the newest first, without what is not yours to see any more."""
        page = Page(request, default=40, most=80)
        kinds = kinds_of(self.fields.texts("types"), self.fields.texts("exclude_types"))
        found = fact_page(request.user.pk, page.cursor, kinds, actor_id=self.fields.id("account_id"))
        newest = found.items[0].id if found.items else None
        return page.list(_told(found.items), newest, found.next)


class NotificationView(ApiView):
    scopes = {"GET": "read:notifications"}

    @described(gives=Notification)
    def get(self, request: ApiRequest, notification_id: int) -> Response:
        """One notification of yours."""
        told = _told([fact_for(request.user.pk, notification_id)])
        if not told:
            raise NotVisible
        return Response(told[0])


class DismissView(ApiView):
    scopes = {"POST": "write:notifications"}

    def post(self, request: ApiRequest, notification_id: int) -> Response:
        """Removes one; it is not told again."""
        dismiss_notification(user_id=request.user.pk, fact_id=notification_id)
        return Response({})


class ClearView(ApiView):
    scopes = {"POST": "write:notifications"}

    def post(self, request: ApiRequest) -> Response:
        """Removes all; none is told again."""
        clear_notifications(user_id=request.user.pk)
        return Response({})


class UnreadCountView(ApiView):
    scopes = {"GET": "read:notifications"}

    @described(gives=UnreadCount)
    def get(self, request: ApiRequest) -> Response:
        """How many lines of the notifications page are unread, a thousand at most."""
        return Response({"count": unread_count(request.user.pk)})


def _told(facts: Sequence[Fact]) -> list[Notification]:
    """The facts with all their people, in one query."""
    cards = [fact.tweet for fact in facts if fact.tweet]
    found = accounts_by_id({*people_in(cards), *(fact.actor_id for fact in facts)})
    accounts = {user_id: account(card) for user_id, card in found.items()}
    known = (fact for fact in facts if fact.kind in TYPES)
    return [notification(fact, accounts) for fact in known if _people(fact) <= accounts.keys()]


def _people(fact: Fact) -> set[int]:
    return {fact.actor_id, *people_in([fact.tweet] if fact.tweet else [])}
