"""The protocol's paging: max_id, since_id, min_id and limit in, a page and its `Link` header out."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from twitterclone.lib.api.fields import Fields
from twitterclone.lib.pagination import Cursor, Slice, parse_id

ASKED = ("max_id", "since_id", "min_id")


class Row(Protocol):
    """What a list holds: `id` is where the next page begins."""

    @property
    def id(self) -> int: ...


R = TypeVar("R", bound=Row)


class Page:
    """One page that a client asks for: `Page(request).cursor` for the query, `.answer(slice, wire)` after."""

    def __init__(self, request: Request | HttpRequest, default: int = 20, most: int = 40) -> None:
        self.request = request
        query = request.GET
        before, since, nearest = (parse_id(query.get(name)) for name in ASKED)
        self.limit = limit_of(request, default, most)
        self.cursor = Cursor(
            before=before,
            after=since if nearest is None else nearest,
            limit=self.limit,
            nearest=nearest is not None,
        )

    def answer(self, slice_: Slice[R], wire: Callable[[R], Any]) -> Response:
        """The items as the wire has them, with absolute links to the pages before and after."""
        items = slice_.items
        data = [wire(item) for item in items]
        return self.list(data, items[0].id if items else None, slice_.next)

    def list(self, data: list[Any], newest_id: int | None, next_id: int | None) -> Response:
        """The same for items that are made otherwise: the id of the first, and where to go on."""
        return Response(data, headers=self._links(newest_id, next_id))

    def written(self, json: bytes, newest_id: int | None, next_id: int | None) -> HttpResponse:
        """The same for items that are JSON already."""
        return HttpResponse(json, "application/json", headers=self._links(newest_id, next_id))

    def _links(self, newest_id: int | None, next_id: int | None) -> dict[str, str] | None:
        links = []
        if next_id is not None:
            links.append(f'<{self._url("max_id", next_id)}>; rel="next"')
        if newest_id is not None:
            links.append(f'<{self._url("min_id", newest_id)}>; rel="prev"')
        return {"Link": ", ".join(links)} if links else None

    def _url(self, name: str, identifier: int) -> str:
        query = self.request.GET.copy()
        for asked in ASKED:
            query.pop(asked, None)
        query[name] = str(identifier)
        return f"{self.request.build_absolute_uri(self.request.path)}?{query.urlencode()}"


def limit_of(request: Request | HttpRequest, default: int = 20, most: int = 40) -> int:
    """How many items are asked for: at least one and at most `most`, however large the number."""
    asked = Fields.of_query(request.GET).integer("limit", default)
    return max(1, min(default if asked is None else asked, most))


def offset_of(request: Request | HttpRequest, most: int = 1000) -> int:
    """How many items to pass over, for the calls that count."""
    return max(0, min(Fields.of_query(request.GET).integer("offset", 0) or 0, most))
