"""The notifications page. Looking at it changes nothing; that it was read is said by a post."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.queries import Viewer
from notifications.models import Type
from notifications.places import Place, Position
from notifications.queries import Line, notification_page
from notifications.services import mark_all_read, mark_read
from social.queries import follow_requests_count
from twitterclone.lib.http import NounView, back, is_htmx, render_page
from twitterclone.lib.pagination import parse_id


class SignedIn(HttpRequest):
    """What a view behind `login_required` gets."""

    user: User
    viewer: Viewer


@require_safe
@login_required
def notifications(request: SignedIn) -> HttpResponse:
    tab = "mentions" if request.GET.get("tab") == "mentions" else "all"
    before = Place.parse(request.GET.get("before"))
    page = notification_page(request.viewer, before, mentions_only=tab == "mentions")
    context = {
        "slice": page,
        "more": f"{page.next}&tab={tab}" if page.next else "",
        "until": page.until,
        "tab": tab,
        "requests_count": _untold(follow_requests_count(request.user), page.items),
        "page_title": _("Notifications"),
    }
    return render_page(request, "notifications/index.html", "notifications/_list.html", context)


def _untold(requests: int, lines: list[Line]) -> int:
    """How many wait for an answer, unless a line of the page says that of all of them."""
    told = sum(line.others + 1 for line in lines if line.kind == Type.FOLLOW_REQUEST)
    return requests if requests > told else 0


@require_safe
@login_required
def badge(request: SignedIn) -> HttpResponse:
    return render(request, "notifications/_badge.html")


@method_decorator(login_required, name="dispatch")
class ReadingView(NounView):
    """One line (`id`), or everything up to `until`: what arrived after the page was made stays unread."""

    def post(self, request: SignedIn) -> HttpResponse:
        identifier, until = parse_id(request.POST.get("id")), Position.parse(request.POST.get("until"))
        if identifier is not None:
            mark_read(user_id=request.user.pk, notification_id=identifier)
        else:
            mark_all_read(user_id=request.user.pk, until=until.moment if until else None)
        if is_htmx(request):
            return render(request, "notifications/_badge.html")
        return back(request, "/notifications/")
