"""The pages that show tweets. GET only; each is a query, then a template."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest, ViewedRequest
from social.queries import PersonRow, is_beginner, suggestions
from tweets.forms import LONGEST_PREFILL, TweetForm, names_for_answer
from tweets.queries.access import own_tweet_for, tweet_for
from tweets.queries.cards import TweetCard, card_for
from tweets.queries.feeds import hashtag_page, profile_page, public_page
from tweets.queries.kept import bookmarks_page, likes_page, profile_front
from tweets.queries.profiles import profile_for
from tweets.queries.threads import thread_for
from tweets.queries.watching import counts_of, fact_words
from tweets.timelines.home import drawn_home, fragment
from tweets.timelines.reader import new_since
from tweets.timelines.stencil import Reading
from tweets.trends.similar import similar_cards
from twitterclone.lib.csrf import token_of
from twitterclone.lib.http import is_htmx, origin, render_page
from twitterclone.lib.pagination import Cursor, Slice, parse_id
from twitterclone.lib.replicas import may_lag

FEED = "tweets/_timeline.html"
WATCHED_AT_ONCE = 100
PEOPLE_TO_BEGIN_WITH, PEOPLE_ABOVE = 8, 3
HELPED, YEAR = "helped", 365 * 24 * 3600


@require_safe
@may_lag
def home(request: ViewedRequest) -> HttpResponse:
    """Home for who is signed in; for a visitor what this place is, with what is said right now."""
    cursor = Cursor.parse(request.GET)
    if request.viewer.id is None:
        context = {"slice": public_page(None, cursor), "page_title": _("Welcome")}
        return render_page(request, "tweets/landing.html", FEED, context)
    reading = _reading(request, request.viewer.id)
    slice_ = drawn_home(reading, cursor)
    if is_htmx(request) and cursor.after is None and (html := fragment(reading, slice_)):
        return HttpResponse(html, headers={"Vary": "HX-Request, Cookie"})
    context = {"slice": slice_, "page_title": _("Home"), "feed": "home"}
    if not is_htmx(request):
        context["people"] = _people_to_begin_with(request, request.viewer.id, not slice_.items)
    return render_page(request, "tweets/home.html", FEED, context)


def _people_to_begin_with(request: ViewedRequest, viewer_id: int, is_empty: bool) -> list[PersonRow]:
    """Help until one follows a few people or wants no more of it; on an empty page more, and always."""
    if is_empty:
        return suggestions(request.viewer, PEOPLE_TO_BEGIN_WITH)
    is_helped = HELPED not in request.COOKIES and Cursor.parse(request.GET).before is None
    return suggestions(request.viewer, PEOPLE_ABOVE) if is_helped and is_beginner(viewer_id) else []


@require_POST
@login_required
def helped(request: SignedInRequest) -> HttpResponse:
    """No more people above home; this browser remembers it."""
    response = HttpResponse() if is_htmx(request) else redirect("home")
    response.set_cookie(
        HELPED, "1", max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
    )
    return response


def _reading(request: ViewedRequest, viewer_id: int) -> Reading:
    return Reading(
        viewer_id=viewer_id,
        csrf_token=token_of(request),
        path=escape(request.get_full_path()),
        language=get_language() or "",
    )


@require_safe
@login_required
def home_new(request: SignedInRequest) -> HttpResponse:
    """How many tweets came after `after`, and whose: the pill, empty when none did."""
    after = parse_id(request.GET.get("after")) or 0
    count, people = new_since(request.user.id, after)
    return render(request, "tweets/_new_posts.html", {"count": count, "faces": people, "after": after})


@require_safe
@may_lag
def profile(request: ViewedRequest, username: str, tab: str = "tweets") -> HttpResponse:
    """A person's page: their tweets and retweets, or by `tab` their replies, pictures, or likes."""
    shown, cursor = profile_for(request.viewer.id, username), Cursor.parse(request.GET)
    pinned: list[TweetCard] = []
    if tab == "likes":
        slice_ = likes_page(request.viewer.id, shown, cursor)
    elif tab == "tweets" and not is_htmx(request):
        pinned, slice_ = profile_front(request.viewer.id, shown, cursor)
    else:
        slice_ = profile_page(request.viewer.id, shown, tab, cursor)
    context = {
        "profile": shown,
        "relation": shown.relation,
        "tab": tab,
        "pinned": pinned,
        "slice": slice_,
        "page_title": f"{shown.display_name} (@{shown.handle})",
        "feed": "profile",
    }
    return render_page(request, "tweets/profile.html", FEED, context)


@require_safe
@may_lag
def thread(request: ViewedRequest, username: str, tweet_id: int) -> HttpResponse:
    """One tweet between what it answers and what answers it."""
    found = thread_for(request.viewer.id, tweet_id, Cursor.parse(request.GET))
    author = found.tweet.author
    if author and (author.username, found.tweet.id) != (username, tweet_id):
        return redirect(found.tweet.url)
    context = {
        "tweet": found.tweet,
        "ancestors": found.ancestors,
        "more_above": found.more_above,
        "slice": found.replies,
        "form": TweetForm.answering(found.tweet),
        "prefill": names_for_answer(request.viewer.id, found.tweet),
        "page_title": _("%(name)s: “%(text)s”")
        % {"name": author.display_name if author else "", "text": found.tweet.text[:60]},
        "feed": "thread",
    }
    return render_page(request, "tweets/thread.html", FEED, context)


@require_safe
@may_lag
def similar(request: ViewedRequest, username: str, tweet_id: int) -> HttpResponse:
    """Tweets about the same as one: a part of its page, fetched when somebody comes to its end, or a page."""
    cards = similar_cards(request.viewer.id, tweet_id)
    context = {"slice": Slice(cards), "page_title": _("Similar tweets"), "feed": "similar", "named": username}
    return render_page(
        request, "tweets/similar.html", "tweets/_similar.html", context | {"tweet_id": tweet_id}
    )


@require_safe
@login_required
@may_lag
def bookmarks(request: SignedInRequest) -> HttpResponse:
    """What the person keeps for later."""
    slice_ = bookmarks_page(request.user.pk, Cursor.parse(request.GET))
    context = {"slice": slice_, "page_title": _("Bookmarks"), "feed": "bookmarks"}
    return render_page(request, "tweets/bookmarks.html", FEED, context)


@require_safe
@may_lag
def hashtag(request: ViewedRequest, name: str) -> HttpResponse:
    tag, slice_ = hashtag_page(request.viewer.id, name, Cursor.parse(request.GET))
    context = {"hashtag": tag, "slice": slice_, "page_title": f"#{tag}", "feed": "hashtag"}
    return render_page(request, "tweets/hashtag.html", FEED, context)


@require_safe
@login_required
def compose(request: SignedInRequest) -> HttpResponse:
    """The composer as a page of its own: for phones, and without JavaScript."""
    named = {
        name: card_for(request.viewer.id, tweet_for(request.viewer.id, tweet_id).pk)
        for name in ("reply_to", "quote_of")
        if (tweet_id := parse_id(request.GET.get(name)))
    }
    answered = named.get("reply_to")
    context = {
        **named,
        "form": TweetForm.answering(answered),
        "prefill": request.GET.get("text", "")[:LONGEST_PREFILL]
        or names_for_answer(request.viewer.id, answered),
        "page_title": _("New tweet"),
    }
    return render(request, "tweets/compose.html", context)


@require_safe
def menu(request: SignedInRequest, tweet_id: int) -> HttpResponse:
    """What else can be done with a tweet: fetched when it is asked for, not drawn with every card."""
    tweet = tweet_for(request.viewer.id, tweet_id)
    context = {"tweet": card_for(request.viewer.id, tweet.pk), "next": origin(request)}
    return render(request, "tweets/_menu.html", context)


@require_safe
@login_required
def confirm_delete(request: SignedInRequest, tweet_id: int) -> HttpResponse:
    """Asks once more, for browsers without JavaScript."""
    tweet = own_tweet_for(request.user, tweet_id)
    context = {"tweet": card_for(request.viewer.id, tweet.pk), "page_title": _("Delete this tweet?")}
    return render(request, "tweets/delete.html", context)


@require_safe
def counts(request: ViewedRequest) -> JsonResponse:
    """Counts and marks of the tweets a page shows, of those the viewer may see: {id: {likes, liked, …}}.

    `focus` names the one whose figures stand there with words, which it gets too.
    """
    ids = [parse_id(part) or 0 for part in request.GET.get("ids", "").split(",")[:WATCHED_AT_ONCE] if part]
    counts = counts_of(request.viewer.id, ids)
    focus = request.GET.get("focus", "")
    said = {focus: {**counts[focus], "words": fact_words(counts[focus])}} if focus in counts else {}
    return JsonResponse(counts | said)
