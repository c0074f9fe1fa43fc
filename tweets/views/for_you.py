"""For you: the ranked page, its receipts, and the weights it is ranked by."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest, ViewedRequest
from social.queries import suggestions
from tweets.models.ranking import LEAST_WEIGHT, MOST_WEIGHT, default_weights
from tweets.queries.recipes import RecipeCard, recipe_of, shared_recipe
from tweets.ranking.documents import LONGEST_DOCUMENT, BadRecipe, document_of, recipe_in
from tweets.ranking.page import ForYou, ListGone, for_you_page, receipt_for
from tweets.ranking.score import FACTORS
from tweets.ranking.words import LABELS
from tweets.services.recipes import reset_recipe, save_recipe, share_recipe, stop_sharing_recipe
from twitterclone.lib.http import SignedInView, is_htmx, render_page
from twitterclone.lib.pagination import parse_id

LIST = "tweets/_for_you_list.html"
PEOPLE_TO_BEGIN_WITH = 8


@require_safe
@login_required
def for_you(request: SignedInRequest) -> HttpResponse:
    """Tweets in the order of the reader's own weights; `list` and `before` lead on in the same list."""
    return _page(request, recipe_of(request.user.pk))


def _page(
    request: SignedInRequest, recipe: RecipeCard, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    stamp, start = request.GET.get("list", "")[:40], parse_id(request.GET.get("before")) or 0
    context: dict[str, Any] = {"page_title": _("For you"), "feed": "for-you", **_tuning(request, recipe)}
    context |= more or {}
    try:
        page = for_you_page(
            request.user.pk, recipe.weights, stamp=stamp, start=start, anew="anew" in request.GET
        )
    except ListGone as error:
        # htmx puts only good answers into the page
        status = 200 if is_htmx(request) else error.status
        return render_page(request, "tweets/for_you.html", LIST, {**context, "gone": error}, status=status)
    context |= _list(page)
    if not page.items and not is_htmx(request):
        context["people"] = suggestions(request.viewer, PEOPLE_TO_BEGIN_WITH)
    return render_page(request, "tweets/for_you.html", LIST, context, status=status)


@require_safe
@login_required
def why(request: SignedInRequest, tweet_id: int) -> HttpResponse:
    """Why a tweet stands where it does: a sheet in the list, a page without scripts."""
    found = receipt_for(request.user.pk, tweet_id, recipe_of(request.user.pk).weights)
    context = {"receipt": found, "page_title": _("Why here?")}
    return render_page(request, "tweets/why.html", "tweets/_why_sheet.html", context)


@require_safe
@login_required
def document(request: SignedInRequest) -> HttpResponse:
    """The reader's weights as a file."""
    text = document_of(recipe_of(request.user.pk))
    disposition = {"Content-Disposition": 'attachment; filename="for-you.json"'}
    return HttpResponse(text, content_type="application/json", headers=disposition)


@require_safe
def recipe(request: ViewedRequest, share_key: str) -> HttpResponse:
    """Somebody's recipe, for whoever has the link."""
    found = shared_recipe(request.viewer.id, share_key)
    context = {
        "recipe": found,
        "sliders": _sliders(found),
        "page_title": found.name or _("A recipe of For you"),
    }
    return render(request, "tweets/recipe.html", context)


class WeightsView(SignedInView):
    """POST saves weights and answers with the list in its new order; DELETE goes back to the first ones.

    The address is for forms; who types it comes to the page they stand on.
    """

    def get(self, request: SignedInRequest) -> HttpResponse:
        return _tuned()

    def post(self, request: SignedInRequest) -> HttpResponse:
        given = {name: request.POST[name] for name in FACTORS if name in request.POST}
        saved = save_recipe(user=request.user, weights=given, name=request.POST.get("name"))
        if not is_htmx(request):
            return _tuned()
        return render(
            request, LIST, {"feed": "for-you", **_list(for_you_page(request.user.pk, saved.weights))}
        )

    def delete(self, request: SignedInRequest) -> HttpResponse:
        reset_recipe(user=request.user)
        messages.success(request, _("The weights are those everybody begins with."))
        return _tuned()


class DocumentView(SignedInView):
    """POST takes the weights of a document that was chosen or pasted."""

    def post(self, request: SignedInRequest) -> HttpResponse:
        chosen = request.FILES.get("file")
        text: str | bytes = chosen.read(LONGEST_DOCUMENT + 1) if chosen else request.POST.get("text", "")
        try:
            name, weights = recipe_in(text)
        except BadRecipe as error:
            pasted = "" if chosen else text
            more = {"document_error": error, "pasted": pasted, "tune": True}
            return _page(request, recipe_of(request.user.pk), more, error.status)
        save_recipe(user=request.user, weights=weights, name=name)
        messages.success(request, _("You read by this recipe now."))
        return _tuned()


class ShareView(SignedInView):
    """POST names the reader's recipe and makes a link to it, DELETE ends the link."""

    def post(self, request: SignedInRequest) -> HttpResponse:
        share_recipe(user=request.user, name=request.POST.get("name", ""))
        return _tuned()

    def delete(self, request: SignedInRequest) -> HttpResponse:
        stop_sharing_recipe(user=request.user)
        messages.success(request, _("The link leads nowhere from now on."))
        return _tuned()


class TakeView(SignedInView):
    """POST makes somebody's shared recipe one's own."""

    def post(self, request: SignedInRequest, share_key: str) -> HttpResponse:
        found = shared_recipe(request.viewer.id, share_key)
        save_recipe(user=request.user, weights=found.weights, name=found.name)
        messages.success(request, _("You read by this recipe now."))
        return _tuned()


def _tuned() -> HttpResponse:
    return redirect(f"{reverse('for-you')}?tune")


def _list(page: ForYou) -> dict[str, Any]:
    more = f"{page.next}&{urlencode({'list': page.stamp})}" if page.next else ""
    return {"slice": page, "more": more}


def _tuning(request: SignedInRequest, recipe: RecipeCard) -> dict[str, Any]:
    """What the panel of sliders shows, with the link if the recipe is shared."""
    shared = {"tune": "tune" in request.GET, "recipe": recipe, "sliders": _sliders(recipe)}
    if recipe.share_key:
        address = reverse("for-you-recipe", args=[recipe.share_key])
        shared["link"] = request.build_absolute_uri(address)
    return shared


def _sliders(recipe: RecipeCard) -> list[dict[str, Any]]:
    first = default_weights()
    bounds = {"least": LEAST_WEIGHT, "most": MOST_WEIGHT, "reach": MOST_WEIGHT - LEAST_WEIGHT}
    return [
        {
            "name": name,
            "label": LABELS[name][0],
            "help": LABELS[name][1],
            "value": recipe.weights[name],
            "first": first[name],
            "low": min(0.0, recipe.weights[name]),
            "length": abs(recipe.weights[name]),
            **bounds,
        }
        for name in FACTORS
    ]
