"""Calls about tweets, timelines, polls, hashtags and search."""

from django.urls import path

from tweets.api import engagement, polls, search, statuses, tags, timelines
from twitterclone.lib import converters  # noqa: F401 -- registers <id:>

urlpatterns = [
    path("v1/statuses", statuses.StatusesView.as_view()),
    path("v1/statuses/<id:status_id>", statuses.StatusView.as_view()),
    path("v1/statuses/<id:status_id>/context", statuses.ContextView.as_view()),
    path("v1/statuses/<id:status_id>/source", statuses.SourceView.as_view()),
    path("v1/statuses/<id:status_id>/favourited_by", statuses.LikedByView.as_view()),
    path("v1/statuses/<id:status_id>/reblogged_by", statuses.RetweetedByView.as_view()),
    path("v1/statuses/<id:status_id>/quotes", statuses.QuotesView.as_view()),
    *engagement.urlpatterns_below("v1/statuses/<id:status_id>"),
    path("v1/timelines/home", timelines.HomeView.as_view()),
    path("v1/timelines/public", timelines.PublicView.as_view()),
    path("v1/timelines/tag/<str:name>", timelines.TagView.as_view()),
    path("v1/accounts/<id:account_id>/statuses", timelines.AccountStatusesView.as_view()),
    path("v1/bookmarks", timelines.BookmarksView.as_view()),
    path("v1/favourites", timelines.LikesView.as_view()),
    path("v1/polls/<id:poll_id>", polls.PollView.as_view()),
    path("v1/polls/<id:poll_id>/votes", polls.VotesView.as_view()),
    path("v1/tags/<str:name>", tags.TagView.as_view()),
    path("v1/trends", tags.TrendingTagsView.as_view()),
    path("v1/trends/tags", tags.TrendingTagsView.as_view()),
    path("v1/trends/statuses", tags.TrendingStatusesView.as_view()),
    path("v1/trends/links", tags.TrendingLinksView.as_view()),
    path("v2/search", search.SearchView.as_view()),
    path("v1/search", search.SearchView.as_view()),
]
