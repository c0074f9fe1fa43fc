"""Hashtags, and what many people talk about, through the API."""

from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from tweets.api.answers import statuses_of
from tweets.models import TermKind
from tweets.queries.hashtags import tag_cards
from tweets.queries.popular import popular_cards
from tweets.queries.trends import rising_terms, trends
from tweets.wire import LinkCard, Status, Tag, link_card, tag
from twitterclone.lib.api import ApiRequest, ApiView, described, if_any, limit_of, offset_of
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.text import hashtags

PARTS = {"limit": int, "offset": int}
RISING = {**PARTS, "lang": str}
MOST_TRENDS = 20


class NoTag(NotVisible):
    message = _("This is not a hashtag.")


class TagView(ApiView):
    may_lag = True
    scopes = {"GET": if_any("read:statuses")}

    @described(gives=Tag)
    def get(self, request: ApiRequest, name: str) -> Response:
        """A hashtag, and how much it was used each day of the last week."""
        if [found.name for found in hashtags(f"#{name}")] != [name]:
            raise NoTag
        return Response(tag(tag_cards(self.viewer_id, [name])[0]))


class TrendingTagsView(ApiView):
    may_lag = True
    scopes = {"GET": if_any("read:statuses")}

    @described(gives=list[Tag], query=RISING)
    def get(self, request: ApiRequest) -> Response:
        """The hashtags that more people use than usual, in all languages or in `lang`."""
        offset, limit = offset_of(request), limit_of(request, 10, MOST_TRENDS)
        found = trends(MOST_TRENDS, self.fields.text("lang"))[offset : offset + limit]
        names = [trend.name for trend in found]
        return Response([tag(card) for card in tag_cards(self.viewer_id, names)])


class TrendingStatusesView(ApiView):
    may_lag = True
    scopes = {"GET": if_any("read:statuses")}

    @described(gives=list[Status], query=PARTS)
    def get(self, request: ApiRequest) -> Response:
        """What was liked and retweeted most in the last days."""
        limit = limit_of(request, 20, 40)
        return Response(statuses_of(popular_cards(self.viewer_id, limit, offset_of(request))))


class TrendingLinksView(ApiView):
    may_lag = True
    scopes = {"GET": if_any("read:statuses")}

    @described(gives=list[LinkCard], query=RISING)
    def get(self, request: ApiRequest) -> Response:
        """The links that more people share than usual, in all languages or in `lang`."""
        offset, limit = offset_of(request), limit_of(request, 10, MOST_TRENDS)
        found = rising_terms(self.fields.text("lang"), MOST_TRENDS, (TermKind.LINK,))
        return Response([link_card(trend) for trend in found[offset : offset + limit]])
