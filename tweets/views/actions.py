"""What a person does with tweets: form or id in, one service call, the fragment that changed out."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from media.queries import own_media_cards
from media.rules import MOST_PER_TWEET
from media.services import await_ready, upload_media
from tweets.forms import LONGEST_PREFILL, REFUSED_FIELDS, TweetForm
from tweets.models import Tweet
from tweets.queries.access import own_tweet_for, tweet_for
from tweets.queries.cards import card_for
from tweets.queries.profiles import tweets_count_now
from tweets.services.posting import QuoteGone, ReplyGone, delete_tweet, post_tweet
from twitterclone.lib.errors import DomainError, NotVisible
from twitterclone.lib.http import SignedInView, back, is_htmx, origin, page_path, say, toast

WAIT = 20.0  # seconds a form without JavaScript waits for its pictures


class TweetsView(SignedInView):
    """`POST /tweets/`: say something."""

    request: SignedInRequest

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = TweetForm(request.POST)
        if not form.is_valid():
            return self._refused(request, form)
        try:
            self._take_files(request, form)
            tweet = post_tweet(author=request.user, **form.service_values(), **self._named(form))
        except DomainError as error:
            form.add_error(REFUSED_FIELDS.get(error.code, "text"), str(error.message))
            return self._refused(request, form, error.status)
        return self._posted(request, tweet)

    def place_of(self, request: HttpRequest) -> str:
        """Without JavaScript the browser keeps no draft: then the text comes back with the compose page."""
        kept = {
            name: request.POST[name][:LONGEST_PREFILL]
            for name in ("text", "reply_to", "quote_of")
            if request.POST.get(name)
        }
        if is_htmx(request) or "text" not in kept:
            return super().place_of(request)
        return f"{reverse('tweet-compose')}?{urlencode(kept)}"

    def _take_files(self, request: SignedInRequest, form: TweetForm) -> None:
        """Files sent with the form itself, by browsers without JavaScript: a line of description each."""
        files = request.FILES.getlist("files")[: MOST_PER_TWEET + 1]
        lines = [*request.POST.get("alt_text", "").splitlines(), *[""] * len(files)]
        for file, alt_text in zip(files, lines, strict=False):
            media = upload_media(owner=request.user, file=file, alt_text=alt_text)
            form.cleaned_data["media_id"].append(media.pk)
        if files:
            await_ready(form.cleaned_data["media_id"], WAIT)

    def _named(self, form: TweetForm) -> dict[str, Any]:
        viewer_id = self.request.viewer.id
        named: dict[str, Any] = {}
        for name in ("reply_to", "quote_of"):
            if tweet_id := form.cleaned_data[name]:
                try:
                    named[name] = tweet_for(viewer_id, tweet_id)
                except NotVisible as error:
                    raise (ReplyGone if name == "reply_to" else QuoteGone) from error
        return named

    def _posted(self, request: SignedInRequest, tweet: Tweet) -> HttpResponse:
        card, words = card_for(request.viewer.id, tweet.pk), _sent_words(tweet)
        link = card.url if card else ""
        if _is_on_compose_page(request):
            say(request, words, link)
            return HttpResponse(status=201, headers={"HX-Redirect": origin(request)})
        if is_htmx(request):
            # a reply is put below what it answers, where the others do not name that either
            context = {"tweet": card, "in_thread": tweet.in_reply_to_id is not None}
            response = render(request, "tweets/_tweet.html", context, status=201)
            return toast(response, words, link=link)
        say(request, words)
        return redirect(link or "home")

    def _refused(self, request: SignedInRequest, form: TweetForm, status: int = 422) -> HttpResponse:
        """The composer again with what was wrong, and the text as it was."""
        named = {
            name: card_for(request.viewer.id, tweet_id)
            for name in ("reply_to", "quote_of")
            if (tweet_id := form.cleaned_data.get(name))
        }
        uploads = own_media_cards(request.user.pk, form.cleaned_data.get("media_id", []))
        context = {**named, "form": form, "uploads": uploads, "page_title": _("New tweet")}
        template = "tweets/_composer.html" if is_htmx(request) else "tweets/compose.html"
        return render(request, template, context, status=status)


def _is_on_compose_page(request: SignedInRequest) -> bool:
    """Whether a script sends from the page that is nothing but a composer, where one would stay."""
    return page_path(request) == reverse("tweet-compose")


def is_on_own_profile(request: SignedInRequest) -> bool:
    """Whether a script asks on the page of the one who asks."""
    return page_path(request).startswith(reverse("profile", args=[request.user.username]))


def _sent_words(tweet: Tweet) -> str:
    if tweet.in_reply_to_id:
        return _("Your reply was sent.")
    return _("Your quote was sent.") if tweet.quote_of_id else _("Your tweet was sent.")


class TweetView(SignedInView):
    """`DELETE /tweets/<id>/`: take it back."""

    def delete(self, request: SignedInRequest, tweet_id: int) -> HttpResponse:
        delete_tweet(actor=request.user, tweet=own_tweet_for(request.user, tweet_id))
        if is_htmx(request):
            return toast(self._instead(request), _("The tweet is deleted."))
        say(request, _("The tweet is deleted."))
        return back(request)

    def _instead(self, request: SignedInRequest) -> HttpResponse:
        """Nothing; on one's own page the number of tweets in its head as it is now."""
        if not is_on_own_profile(request):
            return HttpResponse()
        context = {"profile": {"tweets_count": tweets_count_now(request.user.pk)}, "is_changed": True}
        return render(request, "tweets/_tweets_count.html", context)
