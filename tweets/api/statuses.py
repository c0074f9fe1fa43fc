"""Statuses through the API: saying something, reading it with all around it, taking it back."""

from rest_framework.response import Response

from accounts.wire import Account
from tweets.api.answers import context_of, feed, people, status_for, statuses_of
from tweets.api.inputs import StatusInput, status_values
from tweets.queries.access import own_tweet_for, tweet_for
from tweets.queries.cards import cards_for
from tweets.queries.contexts import context_for
from tweets.queries.kept import liked_by_page, quotes_page, retweeted_by_page
from tweets.services.engagement import undo_retweet
from tweets.services.posting import delete_tweet, post_tweet
from tweets.wire import Context, Status, StatusSource, status_source
from twitterclone.lib.api import ApiRequest, ApiView, Fields, Page, described, if_any

MOST_AT_ONCE = 40
READ = if_any("read:statuses")


class StatusesView(ApiView):
    may_lag = True
    scopes = {"GET": READ, "POST": "write:statuses"}

    @described(gives=list[Status], query={"id[]": list[str]})
    def get(self, request: ApiRequest) -> Response:
        """Several statuses by their ids, at most forty, without those that are not yours to see."""
        ids = Fields.of_query(request.GET).ids("id")[:MOST_AT_ONCE]
        return Response(statuses_of(cards_for(self.viewer_id, ids)))

    @described(takes=StatusInput, gives=Status)
    def post(self, request: ApiRequest) -> Response:
        """Sends a tweet, reply or quote. The header `Idempotency-Key` makes a second try harmless."""
        key = request.headers.get("Idempotency-Key", "").strip()
        tweet = post_tweet(author=request.user, **status_values(request.user.pk, self.fields, key))
        return Response(status_for(request.user.pk, tweet.pk))


class StatusView(ApiView):
    may_lag = True
    scopes = {"GET": READ, "DELETE": "write:statuses"}

    @described(gives=Status)
    def get(self, request: ApiRequest, status_id: int) -> Response:
        """One status; a retweet has an id of its own and the original in `reblog`."""
        return Response(status_for(self.viewer_id, status_id))

    @described(gives=Status)
    def delete(self, request: ApiRequest, status_id: int) -> Response:
        """Deletes your status and answers it once more, with `text` as it was typed."""
        tweet = own_tweet_for(request.user, status_id)
        shown = status_for(request.user.pk, status_id, with_text=True)
        if tweet.retweet_of is not None:
            undo_retweet(user=request.user, tweet=tweet.retweet_of)
        else:
            delete_tweet(actor=request.user, tweet=tweet)
        return Response(shown)


class ContextView(ApiView):
    may_lag = True
    scopes = {"GET": READ}

    @described(gives=Context)
    def get(self, request: ApiRequest, status_id: int) -> Response:
        """What the status answers, and what answers it, in order of the conversation."""
        return Response(context_of(*context_for(self.viewer_id, status_id)))


class SourceView(ApiView):
    scopes = {"GET": "read:statuses"}

    @described(gives=StatusSource)
    def get(self, request: ApiRequest, status_id: int) -> Response:
        """The text of your own status as it was typed."""
        return Response(status_source(own_tweet_for(request.user, status_id)))


class LikedByView(ApiView):
    may_lag = True
    scopes = {"GET": if_any("read:accounts")}

    @described(gives=list[Account])
    def get(self, request: ApiRequest, status_id: int) -> Response:
        """Who liked it."""
        page = Page(request, default=40, most=80)
        tweet = tweet_for(self.viewer_id, status_id)
        return people(page, liked_by_page(self.viewer_id, tweet, page.cursor))


class RetweetedByView(ApiView):
    may_lag = True
    scopes = {"GET": if_any("read:accounts")}

    @described(gives=list[Account])
    def get(self, request: ApiRequest, status_id: int) -> Response:
        """Who retweeted it."""
        page = Page(request, default=40, most=80)
        tweet = tweet_for(self.viewer_id, status_id)
        return people(page, retweeted_by_page(self.viewer_id, tweet, page.cursor))


class QuotesView(ApiView):
    may_lag = True
    scopes = {"GET": READ}

    @described(gives=list[Status])
    def get(self, request: ApiRequest, status_id: int) -> Response:
        """The statuses that quote it."""
        page = Page(request)
        tweet = tweet_for(self.viewer_id, status_id)
        return feed(page, quotes_page(self.viewer_id, tweet, page.cursor))
