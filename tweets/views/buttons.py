"""The buttons under a tweet: pressed, and answered with the pressed one as it is now."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import User
from accounts.requests import SignedInRequest
from tweets.queries.access import Pressed, pressed, pressed_tweet_for
from tweets.queries.cards import TweetCard
from tweets.rules import can_quote, can_retweet
from tweets.services.engagement import like_pressed, retweet, undo_retweet, unlike_pressed
from tweets.services.keeping import bookmark_tweet, unbookmark_tweet
from twitterclone.lib.http import SignedInView, back, is_htmx
from twitterclone.lib.slots import Slot, parts_of, place
from twitterclone.templatetags.ui import count_words

_NOBODYS = 1_234_567_890_123_456_789  # the id with which buttons are drawn, then taken out again


@dataclass(frozen=True, slots=True)
class Button:
    """What shows whether it is pressed, and perhaps a figure of the tweet."""

    template: str
    mark: str
    figure: str = ""


class ButtonView(SignedInView):
    """POST presses, DELETE lets go; either may be repeated."""

    button: Button
    press: Callable[..., bool]
    let_go: Callable[..., bool]

    def post(self, request: SignedInRequest, tweet_id: int) -> HttpResponse:
        return self._answer(request, tweet_id, is_on=True)

    def delete(self, request: SignedInRequest, tweet_id: int) -> HttpResponse:
        return self._answer(request, tweet_id, is_on=False)

    def _answer(self, request: SignedInRequest, tweet_id: int, *, is_on: bool) -> HttpResponse:
        """The button, or the way back to the page."""
        found = self._change(request.user, tweet_id, is_on=is_on)
        if not is_htmx(request):
            return back(request)
        figure = getattr(found.figures, self.button.figure, 0) + found.has_changed * (1 if is_on else -1)
        return HttpResponse(_button(self.button, request.user.pk, found, max(0, figure), is_on))

    def _change(self, user: User, tweet_id: int, *, is_on: bool) -> Pressed:
        tweet, figures = pressed_tweet_for(user.pk, tweet_id)
        has_changed = (self.press if is_on else self.let_go)(user=user, tweet=tweet)
        return pressed(tweet, figures, has_changed=has_changed)


class LikeView(ButtonView):
    """What is pressed most, and so done in one statement."""

    button = Button("tweets/_like_button.html", "liked", "likes")

    def _change(self, user: User, tweet_id: int, *, is_on: bool) -> Pressed:
        return (like_pressed if is_on else unlike_pressed)(user=user, tweet_id=tweet_id)


class RetweetView(ButtonView):
    button = Button("tweets/_retweet_button.html", "retweeted", "retweets")
    press, let_go = staticmethod(retweet), staticmethod(undo_retweet)


class BookmarkView(ButtonView):
    button = Button("tweets/_bookmark_button.html", "bookmarked")
    press, let_go = staticmethod(bookmark_tweet), staticmethod(unbookmark_tweet)


def _button(button: Button, viewer_id: int, tweet: Pressed, figure: int, is_on: bool) -> str:
    openness: dict[str, Any] = {
        "author_id": tweet.author_id,
        "author_is_private": tweet.author_is_private,
        "audience": tweet.audience,
    }
    may = can_retweet(viewer_id, **openness), can_quote(viewer_id, **openness)
    whole = _drawn(button, get_language(), is_on, *may).copy()
    words = {"id": str(tweet.tweet_id), "figure": count_words(figure)}
    whole[1::2] = [words[name] for name in whole[1::2]]
    return "".join(whole)


@lru_cache(256)
def _drawn(
    button: Button, language: str | None, is_on: bool, may_retweet: bool, may_quote: bool
) -> list[str]:
    """The button of any tweet in the active language, once, with places for the id and the figure."""
    values: dict[str, Any] = {button.mark: is_on, f"{button.figure or 'likes'}_count": Slot("figure")}
    card = TweetCard(_NOBODYS, _NOBODYS, can_retweet=may_retweet, can_quote=may_quote, **values)
    context = {"tweet": card, "path": reverse("tweet", args=[_NOBODYS])}
    return parts_of(render_to_string(button.template, context).strip().replace(str(_NOBODYS), place("id")))
