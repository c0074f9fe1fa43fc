"""Pins and votes; and the lists of who liked, retweeted or quoted a tweet."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest, ViewedRequest
from tweets.queries.access import tweet_for
from tweets.queries.cards import card_for
from tweets.queries.kept import liked_by_page, retweeted_by_page, tweet_and_quotes
from tweets.services.keeping import pin_tweet, unpin_tweet
from tweets.services.polls import vote
from tweets.views.actions import is_on_own_profile
from twitterclone.lib.errors import BadRequest, DomainError
from twitterclone.lib.http import SignedInView, back, is_htmx, render_page, say, toast
from twitterclone.lib.pagination import Cursor
from twitterclone.lib.replicas import may_lag


class PinView(SignedInView):
    def post(self, request: SignedInRequest, tweet_id: int) -> HttpResponse:
        pin_tweet(user=request.user, tweet=tweet_for(request.viewer.id, tweet_id))
        return self._done(request, _("Pinned to the top of your profile."))

    def delete(self, request: SignedInRequest, tweet_id: int) -> HttpResponse:
        unpin_tweet(user=request.user, tweet=tweet_for(request.viewer.id, tweet_id))
        return self._done(request, _("No longer pinned."))

    def _done(self, request: SignedInRequest, message: str) -> HttpResponse:
        """On one's own page the page again: the tweet has moved to its top, or back to its time."""
        if is_htmx(request) and not is_on_own_profile(request):
            return toast(HttpResponse(status=204), message)
        say(request, message)
        return HttpResponse(headers={"HX-Refresh": "true"}) if is_htmx(request) else back(request)


class VoteView(SignedInView):
    """The poll as it is now."""

    def get(self, request: SignedInRequest, tweet_id: int) -> HttpResponse:
        return self._poll(request, tweet_for(request.viewer.id, tweet_id).pk)

    def post(self, request: SignedInRequest, tweet_id: int) -> HttpResponse:
        tweet = tweet_for(request.viewer.id, tweet_id)
        try:
            vote(user=request.user, tweet=tweet, choices=_choices(request))
        except DomainError as error:
            if is_htmx(request):
                raise  # a toast: what was chosen stays
            return self._poll(request, tweet.pk, error)
        return self._poll(request, tweet.pk)

    def _poll(
        self, request: SignedInRequest, tweet_id: int, error: DomainError | None = None
    ) -> HttpResponse:
        card = card_for(request.viewer.id, tweet_id)
        if not is_htmx(request) and error is None:
            say(request, _("Your vote is counted."))
            return back(request, card.url if card else "/")
        context = {"tweet": card, "error": error, "page_title": _("Poll")}
        template = "tweets/_poll.html" if is_htmx(request) else "tweets/poll.html"
        return render(request, template, context, status=error.status if error else 200)


def _choices(request: SignedInRequest) -> list[int]:
    texts = request.POST.getlist("choice")[:10]
    if not all(text.isascii() and text.isdigit() and len(text) < 3 for text in texts):
        raise BadRequest
    return [int(text) for text in texts]


@require_safe
@may_lag
def likes(request: ViewedRequest, username: str, tweet_id: int) -> HttpResponse:
    return _people(request, username, tweet_id, "likes", _with_card(liked_by_page))


@require_safe
@may_lag
def retweets(request: ViewedRequest, username: str, tweet_id: int) -> HttpResponse:
    return _people(request, username, tweet_id, "retweets", _with_card(retweeted_by_page))


@require_safe
@may_lag
def quotes(request: ViewedRequest, username: str, tweet_id: int) -> HttpResponse:
    """Who quoted the tweet, with what they said."""
    return _people(request, username, tweet_id, "quotes", tweet_and_quotes)


def _with_card(page: Callable[..., Any]) -> Callable[..., Any]:
    """A page of people, and before it the card of their tweet."""
    return lambda viewer_id, tweet, cursor: (card_for(viewer_id, tweet.pk), page(viewer_id, tweet, cursor))


def _people(
    request: ViewedRequest, username: str, tweet_id: int, tab: str, page: Callable[..., Any]
) -> HttpResponse:
    tweet = tweet_for(request.viewer.id, tweet_id)
    if (tweet.author.username, tweet.pk) != (username, tweet_id):
        return redirect(f"tweet-{tab}", username=tweet.author.username, tweet_id=tweet.pk)
    titles = {"likes": _("Liked by"), "retweets": _("Retweeted by"), "quotes": _("Quotes")}
    card, slice_ = page(request.viewer.id, tweet, Cursor.parse(request.GET))
    context = {
        "tweet": card,
        "tab": tab,
        "slice": slice_,
        "page_title": titles[tab],
        "feed": "engagement",
    }
    fragment = "tweets/_timeline.html" if tab == "quotes" else "social/_people.html"
    return render_page(request, "tweets/engagement.html", fragment, context)
