"""Routes of the pages that show tweets. The profile catch-all stands in twitterclone.urls, last."""

from django.urls import path

from tweets.views import actions, buttons, for_you, keeping, pages, saved_searches, search
from twitterclone.lib import converters  # noqa: F401 -- registers <id:>

# the addresses asked for most, found before any other
first_urlpatterns = [
    path("", pages.home, name="home"),
    path("tweets/<id:tweet_id>/like/", buttons.LikeView.as_view(), name="tweet-like"),
]

urlpatterns = [
    path("home/new/", pages.home_new, name="home-new"),
    path("home/helped/", pages.helped, name="home-helped"),
    path("for-you/", for_you.for_you, name="for-you"),
    path("for-you/why/<id:tweet_id>/", for_you.why, name="for-you-why"),
    path("for-you/weights/", for_you.WeightsView.as_view(), name="for-you-weights"),
    path("for-you/weights.json", for_you.document, name="for-you-document"),
    path("for-you/weights/document/", for_you.DocumentView.as_view(), name="for-you-import"),
    path("for-you/share/", for_you.ShareView.as_view(), name="for-you-share"),
    path("for-you/recipes/<str:share_key>/", for_you.recipe, name="for-you-recipe"),
    path("for-you/recipes/<str:share_key>/take/", for_you.TakeView.as_view(), name="for-you-take"),
    path("explore/", search.explore, name="explore"),
    path("explore/people/", search.explore_people, name="explore-people"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="search-suggest"),
    path("search/complete/", search.complete, name="search-complete"),
    path("search/saved/", saved_searches.SavedSearchesView.as_view(), name="saved-searches"),
    path("search/saved/<id:search_id>/", saved_searches.SavedSearchView.as_view(), name="saved-search"),
    path("compose/", pages.compose, name="tweet-compose"),
    path("bookmarks/", pages.bookmarks, name="bookmarks"),
    path("tags/<str:name>/", pages.hashtag, name="hashtag"),
    # what is done with tweets
    path("tweets/", actions.TweetsView.as_view(), name="tweet-create"),
    path("tweets/counts/", pages.counts, name="tweet-counts"),
    path("tweets/<id:tweet_id>/", actions.TweetView.as_view(), name="tweet"),
    path("tweets/<id:tweet_id>/delete/", pages.confirm_delete, name="tweet-delete"),
    path("tweets/<id:tweet_id>/menu/", pages.menu, name="tweet-menu"),
    path("tweets/<id:tweet_id>/retweet/", buttons.RetweetView.as_view(), name="tweet-retweet"),
    path("tweets/<id:tweet_id>/bookmark/", buttons.BookmarkView.as_view(), name="tweet-bookmark"),
    path("tweets/<id:tweet_id>/pin/", keeping.PinView.as_view(), name="tweet-pin"),
    path("tweets/<id:tweet_id>/vote/", keeping.VoteView.as_view(), name="tweet-vote"),
]

profile_urlpatterns = [
    path("<str:username>/", pages.profile, name="profile"),
    path("<str:username>/replies/", pages.profile, {"tab": "replies"}, name="profile-replies"),
    path("<str:username>/media/", pages.profile, {"tab": "media"}, name="profile-media"),
    path("<str:username>/likes/", pages.profile, {"tab": "likes"}, name="profile-likes"),
    path("<str:username>/status/<id:tweet_id>/", pages.thread, name="thread"),
    path("<str:username>/status/<id:tweet_id>/similar/", pages.similar, name="tweet-similar"),
    path("<str:username>/status/<id:tweet_id>/likes/", keeping.likes, name="tweet-likes"),
    path("<str:username>/status/<id:tweet_id>/retweets/", keeping.retweets, name="tweet-retweets"),
    path("<str:username>/status/<id:tweet_id>/quotes/", keeping.quotes, name="tweet-quotes"),
]
