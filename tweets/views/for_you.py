"""For you: the ranked page and its receipts."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from social.queries import suggestions
from tweets.queries.recipes import recipe_of
from tweets.ranking.page import ForYou, ListGone, for_you_page, receipt_for
from twitterclone.lib.http import is_htmx, render_page
from twitterclone.lib.pagination import parse_id

LIST = "tweets/_for_you_list.html"
PEOPLE_TO_BEGIN_WITH = 8


@require_safe
@login_required
def for_you(request: SignedInRequest) -> HttpResponse:
    """Tweets in the order of the reader's own weights; `list` and `before` lead on in the same list."""
    stamp, start = request.GET.get("list", "")[:40], parse_id(request.GET.get("before")) or 0
    recipe = recipe_of(request.user.pk)
    context: dict[str, Any] = {"page_title": _("For you"), "feed": "for-you", "recipe": recipe}
    try:
        page = for_you_page(
            request.user.pk, recipe.weights, stamp=stamp, start=start, anew="anew" in request.GET
        )
    except ListGone as error:
        # htmx puts only good answers into the page
        status = 200 if is_htmx(request) else error.status
        return render_page(request, "tweets/for_you.html", LIST, {**context, "gone": error}, status=status)
    context |= list_context(page)
    if not page.items and not is_htmx(request):
        context["people"] = suggestions(request.viewer, PEOPLE_TO_BEGIN_WITH)
    return render_page(request, "tweets/for_you.html", LIST, context)


@require_safe
@login_required
def why(request: SignedInRequest, tweet_id: int) -> HttpResponse:
    """Why a tweet stands where it does: a sheet in the list, a page without scripts."""
    found = receipt_for(request.user.pk, tweet_id, recipe_of(request.user.pk).weights)
    context = {"receipt": found, "page_title": _("Why here?")}
    return render_page(request, "tweets/why.html", "tweets/_why_sheet.html", context)


def list_context(page: ForYou) -> dict[str, Any]:
    """What the list's template shows."""
    more = f"{page.next}&{urlencode({'list': page.stamp})}" if page.next else ""
    return {"slice": page, "more": more}
