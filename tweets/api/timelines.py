"""Lists of statuses: home, everybody's, a hashtag's, an account's, and what one keeps or likes."""

from django.http import HttpResponse
from django.utils.translation import get_language
from rest_framework.response import Response

from social.queries.accounts import person_with
from tweets.api.answers import feed, statuses_of
from tweets.api.inputs import conditions_of
from tweets.queries.filtered import author_page, everyones_page, tagged_page
from tweets.queries.kept import bookmarks_page, liked_page, pinned_cards
from tweets.queries.profiles import profile_for
from tweets.timelines.statuses import home_statuses
from tweets.timelines.stencil import Reading
from tweets.wire import Status
from twitterclone.lib.api import ApiRequest, ApiView, Page, described, if_any
from twitterclone.lib.pagination import Slice

PAGING = {"max_id": str, "since_id": str, "min_id": str, "limit": int}
NARROWING = {"only_media": bool}


class HomeView(ApiView):
    may_lag = True
    scopes = {"GET": "read:statuses"}

    @described(gives=list[Status], query=PAGING)
    def get(self, request: ApiRequest) -> HttpResponse:
        """What the people you follow say and pass on."""
        page = Page(request)
        reading = Reading(viewer_id=request.user.pk, csrf_token="", path="", language=get_language() or "")
        found = home_statuses(reading, page.cursor)
        return page.written(found.json, found.newest, found.next)


class PublicView(ApiView):
    may_lag = True
    scopes = {"GET": if_any("read:statuses")}

    @described(gives=list[Status], query=PAGING | NARROWING | {"local": bool, "remote": bool})
    def get(self, request: ApiRequest) -> Response:
        """What everybody says. This site is alone: all of it is `local`, nothing `remote`."""
        page = Page(request)
        if self.fields.boolean("remote") and not self.fields.boolean("local"):
            return feed(page, Slice([]))
        return feed(page, everyones_page(self.viewer_id, conditions_of(self.fields), page.cursor))


class TagView(ApiView):
    may_lag = True
    scopes = {"GET": if_any("read:statuses")}

    @described(
        gives=list[Status],
        query=PAGING | NARROWING | {"any[]": list[str], "all[]": list[str], "none[]": list[str]},
    )
    def get(self, request: ApiRequest, name: str) -> Response:
        """What bears a hashtag (or one of `any`), all of `all` and none of `none`."""
        page = Page(request)
        return feed(page, tagged_page(self.viewer_id, name, conditions_of(self.fields), page.cursor))


class AccountStatusesView(ApiView):
    may_lag = True
    scopes = {"GET": if_any("read:statuses")}

    @described(
        gives=list[Status],
        query=PAGING
        | NARROWING
        | {"pinned": bool, "exclude_replies": bool, "exclude_reblogs": bool, "tagged": str},
    )
    def get(self, request: ApiRequest, account_id: int) -> Response:
        """What an account wrote and passed on; empty where you may not read it."""
        page = Page(request)
        if self.fields.boolean("pinned"):
            profile = profile_for(self.viewer_id, person_with(account_id).username)
            return Response(statuses_of(pinned_cards(self.viewer_id, profile))[: page.limit])
        found = author_page(self.viewer_id, account_id, conditions_of(self.fields), page.cursor)
        return feed(page, found)


class BookmarksView(ApiView):
    may_lag = True
    scopes = {"GET": "read:bookmarks"}

    @described(gives=list[Status], query=PAGING)
    def get(self, request: ApiRequest) -> Response:
        """What you keep, the last first. Paged by something else than ids: follow `Link`."""
        page = Page(request)
        return feed(page, bookmarks_page(request.user.pk, page.cursor))


class LikesView(ApiView):
    may_lag = True
    scopes = {"GET": "read:favourites"}

    @described(gives=list[Status], query=PAGING)
    def get(self, request: ApiRequest) -> Response:
        """What you like, the last first. Paged by something else than ids: follow `Link`."""
        page = Page(request)
        return feed(page, liked_page(request.user.pk, page.cursor))
