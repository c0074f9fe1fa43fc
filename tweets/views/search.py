"""Looking for tweets and people. GET only, so that a search has an address; words typed are always kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import ViewedRequest
from social.queries import blocked_found, people_found, people_to_name, suggestions
from tweets.queries.addresses import named_by
from tweets.queries.feeds import public_page
from tweets.queries.hashtags import hashtags_found
from tweets.queries.saved_searches import SavedSearchCard, saved_searches_of
from tweets.queries.search import (
    BEST_OF,
    SIFTED,
    is_more_than_top,
    latest_found,
    media_found,
    sifted_back_to,
    top_found,
)
from tweets.queries.search_completions import completions, names_of_operators
from tweets.queries.search_filters import unknown_people
from tweets.queries.search_terms import LONGEST, Search, SearchTooLong, search_of
from tweets.queries.trends import rising_for
from twitterclone.lib import limits
from twitterclone.lib.http import is_htmx, render_page
from twitterclone.lib.pagination import Cursor
from twitterclone.lib.replicas import may_lag

TWEETS = {"top": top_found, "latest": latest_found, "media": media_found}
TABS = [
    ("top", gettext_lazy("Top")),
    ("latest", gettext_lazy("Latest")),
    ("people", gettext_lazy("People")),
    ("media", gettext_lazy("Media")),
]
BESIDE_TOP, PEOPLE_AT_ONCE = 3, 40
RISING = 10
SUGGESTED_TAGS, SUGGESTED_PEOPLE, SUGGESTED_SEARCHES = 3, 6, 3
COMPLETIONS = 6


@require_safe
@may_lag
def explore(request: ViewedRequest) -> HttpResponse:
    """One's own searches, what many write about today, whom to follow, and what everybody wrote last."""
    slice_ = public_page(request.viewer.id, Cursor.parse(request.GET))
    context: dict[str, Any] = {"slice": slice_, "page_title": _("Explore"), "feed": "explore"}
    if not is_htmx(request):
        asked = request.GET.get("trends")
        context["rising"] = rising_for(request.viewer.id, asked, get_language() or "", RISING)
        context["people"] = suggestions(request.viewer, BESIDE_TOP)
        context["saved_searches"] = saved_searches_of(request.viewer.id) if request.viewer.id else []
    return render_page(request, "tweets/explore.html", "tweets/_timeline.html", context)


@require_safe
@may_lag
def explore_people(request: ViewedRequest) -> HttpResponse:
    """Whom to follow, more of them than beside other pages."""
    context = {"people": suggestions(request.viewer, PEOPLE_AT_ONCE), "page_title": _("Who to follow")}
    return render(request, "tweets/explore_people.html", context)


@require_safe
@may_lag
def search(request: ViewedRequest) -> HttpResponse:
    """What was found, by tab; without words the ways to search."""
    tab = request.GET.get("tab", "top")
    tab = tab if tab in dict(TABS) else "top"
    query = request.GET.get("q", "")
    if (address := _address(query)) and not is_htmx(request):
        return redirect(address)
    context: dict[str, Any] = {"query": query[:LONGEST], "tab": tab, "tabs": TABS, "feed": "search"}
    context["page_title"] = _("Search")
    try:
        found = search_of(query)
    except SearchTooLong as error:
        return render(request, "tweets/search.html", {**context, "error": error}, status=error.status)
    if found.text:
        _count(request, "search")
        strangers = unknown_people(found)
        found = replace(found, notes=(*found.notes, *_notes(request, found, strangers)))
        context["can_keep"] = found.is_anchored and not (found.is_faulty or set(strangers) & _asked(found))
        context.update(_results(request, found, tab), search=found)
    if not is_htmx(request):
        context.update(_kept(request, found))
        context["page_title"] = _("%(query)s in search") % {"query": found.text}
    fragment = "tweets/_search_people.html" if tab == "people" else "tweets/_search_tweets.html"
    return render_page(request, "tweets/search.html", fragment, context)


@require_safe
@may_lag
def suggest(request: ViewedRequest) -> HttpResponse:
    """What stands below the box while somebody types: how an operator goes on, or people and hashtags."""
    typed = request.GET.get("q", "")
    try:
        text = search_of(typed).text
    except SearchTooLong:
        text = ""
    context: dict[str, Any] = {"query": text}
    if text:
        _count(request, "suggest")
        context["saved_searches"] = _kept_like(request, text)
        context["completions"] = completions(request.viewer, typed)
    if text and context["completions"] is None:
        context["completions"] = names_of_operators(typed)
        context["hashtags"] = hashtags_found(request.viewer.id, text, SUGGESTED_TAGS)
        if not text.startswith(("#", "＃")):
            context["people"] = people_found(request.viewer, text, Cursor(limit=SUGGESTED_PEOPLE)).items
    return render(request, "tweets/_suggestions.html", context)


@require_safe
@may_lag
def complete(request: ViewedRequest) -> HttpResponse:
    """People or hashtags for the `@name` or `#hashtag` that somebody is writing; nothing for other words."""
    word = request.GET.get("q", "")[:LONGEST]
    context: dict[str, Any] = {}
    if word.startswith(("@", "＠")):
        _count(request, "suggest")
        context["people"] = people_to_name(request.viewer, word[1:], COMPLETIONS)
    elif word.startswith(("#", "＃")):
        _count(request, "suggest")
        context["hashtags"] = hashtags_found(request.viewer.id, word, COMPLETIONS)
    return render(request, "tweets/_completions.html", context)


def _kept_like(request: ViewedRequest, text: str) -> list[SavedSearchCard]:
    """The person's own searches with what was typed in them; those that are it have nothing to add."""
    kept = saved_searches_of(request.viewer.id) if request.viewer.id else []
    return [one for one in kept if text.lower() in one.query.lower()][:SUGGESTED_SEARCHES]


def _address(text: str) -> str:
    """Where an address of this site leads that was pasted into the box; "" for words."""
    username, tweet_id = named_by(text.strip())
    if tweet_id:
        return reverse("thread", args=[username, tweet_id])
    return reverse("profile", args=[username]) if username else ""


def _asked(found: Search) -> set[str]:
    """Whom it asks for by from: and to:, who must be here to be found."""
    return {*found.values("from"), *found.values("to")}


def _notes(request: ViewedRequest, found: Search, strangers: list[str]) -> Iterator[str]:
    """What else is to be said of a search: who is not here, and how far back it looks."""
    if found.is_personal and request.viewer.id is None:
        yield _("Sign in to look among your bookmarks, your own tweets and the people you follow.")
        return
    for name in strangers:
        if name in _asked(found):
            yield _("There is no @%(name)s.") % {"name": name}
        else:
            yield _("There is no @%(name)s; it was looked for as a word.") % {"name": name}
    if not is_htmx(request) and (floor := sifted_back_to(found)):
        day = floor.astimezone(UTC).date()
        yield _(
            "Without a word only the newest %(number)s tweets are looked through, back to %(day)s."
            " Add before:%(next)s to look further back."
        ) % {
            "number": number_format(SIFTED, force_grouping=True),
            "day": day,
            "next": day + timedelta(days=1),
        }


def _results(request: ViewedRequest, found: Search, tab: str) -> dict[str, Any]:
    viewer, cursor = request.viewer, Cursor.parse(request.GET)
    results: dict[str, Any] = {}
    if tab == "people":
        slice_: Any = people_found(viewer, found.names, cursor)
        if cursor.before is None:
            slice_ = replace(slice_, items=[*blocked_found(viewer, found.names), *slice_.items])
    else:
        slice_ = TWEETS[tab](viewer.id, found, cursor)
        if tab == "top" and cursor.before is None:
            results["hashtags"] = hashtags_found(viewer.id, found.text, BESIDE_TOP)
            results["people"] = people_found(viewer, found.names, Cursor(limit=BESIDE_TOP)).items
        is_end = cursor.before is not None and not slice_.next
        if tab == "top" and is_end and is_more_than_top(viewer.id, found):
            results["best_of"] = BEST_OF
    if slice_.next:
        results["more"] = f"{slice_.next}&{urlencode({'q': found.text, 'tab': tab})}"
    return {**results, "slice": slice_}


def _kept(request: ViewedRequest, found: Search) -> dict[str, Any]:
    """The searches somebody keeps, and which of them this is."""
    kept = saved_searches_of(request.viewer.id) if request.viewer.id else []
    saved = next((search for search in kept if search.query == found.text), None)
    return {"saved_searches": kept, "saved": saved}


def _count(request: ViewedRequest, limit: str) -> None:
    limits.check(limit, request.viewer.id or limits.network_of(request))
