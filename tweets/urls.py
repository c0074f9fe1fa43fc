"""Routes of the pages that show tweets. The profile catch-all stands in twitterclone.urls, last."""

from django.urls import path

from tweets.views import actions, pages, search
from twitterclone.lib import converters  # noqa: F401 -- registers <id:>

urlpatterns = [
    path("", pages.home, name="home"),
    path("home/new/", pages.home_new, name="home-new"),
    path("explore/", search.explore, name="explore"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="search-suggest"),
    path("compose/", pages.compose, name="tweet-compose"),
    path("tags/<str:name>/", pages.hashtag, name="hashtag"),
    # what is done with tweets
    path("tweets/", actions.TweetsView.as_view(), name="tweet-create"),
    path("tweets/counts/", pages.counts, name="tweet-counts"),
    path("tweets/<id:tweet_id>/", actions.TweetView.as_view(), name="tweet"),
    path("tweets/<id:tweet_id>/delete/", pages.confirm_delete, name="tweet-delete"),
    path("tweets/<id:tweet_id>/menu/", pages.menu, name="tweet-menu"),
    path("tweets/<id:tweet_id>/like/", actions.LikeView.as_view(), name="tweet-like"),
    path("tweets/<id:tweet_id>/retweet/", actions.RetweetView.as_view(), name="tweet-retweet"),
]

profile_urlpatterns = [
    path("<str:username>/", pages.profile, name="profile"),
    path("<str:username>/replies/", pages.profile, {"tab": "replies"}, name="profile-replies"),
    path("<str:username>/status/<id:tweet_id>/", pages.thread, name="thread"),
]
