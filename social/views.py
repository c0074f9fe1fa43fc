"""Follow, block and mute as nouns; the pages that list people."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.queries import PersonCard, person_card, suspended_user, user_at, user_by_username
from accounts.requests import SignedInRequest
from social import services
from social.queries import (
    ListHidden,
    PersonRow,
    blocks_page,
    follow_requests_page,
    followers_page,
    following_page,
    mutes_page,
    people_met,
    relation_between,
    suggestion_of,
    suggestions,
)
from social.queries.accounts import follow_request_from
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.http import SignedInView, back, is_htmx, origin, render_page, toast
from twitterclone.lib.pagination import Cursor, parse_id

PEOPLE = "social/_people.html"
MOST_SHOWN = 40
BESIDE = "-beside"
ACCEPTED = gettext_lazy("Accepted: your tweets are in their home timeline now.")
DECLINED = gettext_lazy("Declined. They are not told.")
UNBLOCK, UNMUTE = "social/_unblock.html", "social/_unmute.html"


class PersonView(SignedInView):
    """A noun that the one who is logged in makes or ends with `self.person`."""

    request: SignedInRequest
    person: User
    kept = ""  # the relation that one has, and can end, with a suspended account too

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.person = self.find(kwargs["username"])
        return super().dispatch(request, *args, **kwargs)

    def find(self, username: str) -> User:
        try:
            return user_by_username(username)
        except NotVisible:
            if not self.kept:
                raise
            person = suspended_user(username)
            if not getattr(relation_between(self.request.user.id, person.pk), self.kept):
                raise
            return person

    @property
    def card(self) -> PersonCard:
        return person_card(self.person)

    def button(self) -> HttpResponse:
        """The follow button as it is now; without htmx the page it stands on."""
        if not is_htmx(self.request):
            return back(self.request, self.card.url)
        relation = relation_between(self.request.user.id, self.person.id)
        context = {
            "person": self.card,
            "relation": relation,
            # the same person may stand in the column and beside it: each button keeps its own id
            "small": (self.request.headers.get("HX-Target") or "").endswith(BESIDE),
        }
        response = render(self.request, "social/_follow_button.html", context)
        change = {"user": str(self.person.pk), "requested": relation.requested}
        response.headers["HX-Trigger"] = json.dumps({"follow-changed": change})
        return response

    def said(self, text: str, template: str = "", *, is_over: bool = False) -> HttpResponse:
        """The page again, whole, with a line about the person: more than the button changed on it.

        Pressed in a list of such people, the row stays: with the button of `template` that takes it back.
        """
        stays = template and self.person.is_reachable  # of others it can be ended, not taken up again
        if stays and is_htmx(self.request) and "in_place" in self.request.POST:
            context = {
                "person": self.card,
                "is_over": is_over,
                "in_place": True,
                "next": origin(self.request),
            }
            response = render(self.request, template, context)
            return toast(response, text % {"handle": self.card.handle})
        messages.success(self.request, text % {"handle": self.card.handle})
        if is_htmx(self.request):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return back(self.request, self.card.url)


class FollowView(PersonView):
    """`/users/<username>/follow/`"""

    def post(self, request: SignedInRequest, username: str) -> HttpResponse:
        services.follow_user(follower=request.user, following=self.person)
        return self.button()

    def delete(self, request: SignedInRequest, username: str) -> HttpResponse:
        services.unfollow_user(follower=request.user, following=self.person)
        return self.button()


class FollowerView(PersonView):
    """`/users/<username>/follower/`: a follower one does not want."""

    def delete(self, request: SignedInRequest, username: str) -> HttpResponse:
        services.remove_follower(user=request.user, follower=self.person)
        return self.said(_("@%(handle)s does not follow you any more."))


class BlockView(PersonView):
    """`/users/<username>/block/`: GET asks; POST blocks once the answer was yes."""

    kept = "blocking"

    def get(self, request: HttpRequest, username: str) -> HttpResponse:
        context = {"person": self.card, "next": origin(request, self.card.url), "page_title": _("Block")}
        return render(request, "social/block.html", context)

    def post(self, request: SignedInRequest, username: str) -> HttpResponse:
        if not is_htmx(request) and "confirmed" not in request.POST:
            question = urlencode({"next": origin(request, self.card.url)})
            return redirect(f"{reverse('block', args=[self.card.username])}?{question}")
        services.block_user(blocker=request.user, blocked=self.person)
        return self.said(_("You blocked @%(handle)s."), UNBLOCK)

    def delete(self, request: SignedInRequest, username: str) -> HttpResponse:
        services.unblock_user(blocker=request.user, blocked=self.person)
        return self.said(_("You unblocked @%(handle)s."), UNBLOCK, is_over=True)


class MuteView(PersonView):
    """`/users/<username>/mute/`"""

    kept = "muting"

    def post(self, request: SignedInRequest, username: str) -> HttpResponse:
        services.mute_user(muter=request.user, muted=self.person)
        return self.said(_("You muted @%(handle)s."), UNMUTE)

    def delete(self, request: SignedInRequest, username: str) -> HttpResponse:
        services.unmute_user(muter=request.user, muted=self.person)
        return self.said(_("You unmuted @%(handle)s."), UNMUTE, is_over=True)


class SuggestionView(PersonView):
    """`/users/<username>/suggestion/`: DELETE never suggests the person again, POST takes that back.

    GET is what takes a dismissed person's place in a list that shows `shown`; nothing when there is nobody.
    """

    def get(self, request: SignedInRequest, username: str) -> HttpResponse:
        sent = request.GET.getlist("shown")[:MOST_SHOWN]
        shown = {one for text in sent if (one := parse_id(text)) is not None}
        return self.row(next(iter(suggestions(request.user, 1, without=shown)), None))

    def post(self, request: SignedInRequest, username: str) -> HttpResponse:
        services.restore_suggestion(user=request.user, person=self.person)
        if not is_htmx(request):
            return back(request, reverse("explore"))
        return self.row(suggestion_of(request.user, self.person.id))

    def delete(self, request: SignedInRequest, username: str) -> HttpResponse:
        services.dismiss_suggestion(user=request.user, person=self.person)
        if is_htmx(request):
            context = {"person": self.card, "small": "small" in request.POST}
            return render(request, "social/_dismissed.html", context)
        text = _("@%(handle)s will not be suggested again.") % {"handle": self.card.handle}
        messages.success(request, text)
        return back(request, reverse("explore"))

    def row(self, row: PersonRow | None) -> HttpResponse:
        if row is None:
            return HttpResponse()
        small = "small" in (self.request.POST or self.request.GET)
        return render(self.request, "social/_person.html", {"row": row, "small": small})


class FollowRequestView(SignedInView):
    """`/follow-requests/<id>/`: POST accepts, DELETE declines; the row then leaves the list."""

    def post(self, request: SignedInRequest, request_id: int) -> HttpResponse:
        services.accept_follow_request(user=request.user, request_id=request_id)
        return answered(request, ACCEPTED, "follow-requests")

    def delete(self, request: SignedInRequest, request_id: int) -> HttpResponse:
        services.reject_follow_request(user=request.user, request_id=request_id)
        return answered(request, DECLINED, "follow-requests")


class AnswerView(PersonView):
    """`/users/<username>/follow-request/`: an answer where one is told; POST accepts, DELETE declines."""

    def post(self, request: SignedInRequest, username: str) -> HttpResponse:
        asked = follow_request_from(request.user.id, self.person.id)
        services.accept_follow_request(user=request.user, request_id=asked)
        return answered(request, ACCEPTED, "notifications")

    def delete(self, request: SignedInRequest, username: str) -> HttpResponse:
        asked = follow_request_from(request.user.id, self.person.id)
        services.reject_follow_request(user=request.user, request_id=asked)
        return answered(request, DECLINED, "notifications")


def answered(request: SignedInRequest, text: object, page: str) -> HttpResponse:
    """What was pressed leaves the page, which says what was done."""
    if is_htmx(request):
        return toast(HttpResponse(), text)
    messages.success(request, str(text))
    return back(request, reverse(page))


@require_safe
def followers(request: HttpRequest, username: str) -> HttpResponse:
    """Who follows a person."""
    return _people(request, username, "followers", followers_page)


@require_safe
def following(request: HttpRequest, username: str) -> HttpResponse:
    """Whom a person follows."""
    return _people(request, username, "following", following_page)


@require_safe
@login_required
def follow_requests(request: SignedInRequest) -> HttpResponse:
    """Who waits for an answer."""
    slice_ = follow_requests_page(request.user, Cursor.parse(request.GET))
    context = {"slice": slice_, "page_title": _("Follow requests")}
    return render_page(request, "social/follow_requests.html", "social/_requests.html", context)


@require_safe
@login_required
def blocks(request: SignedInRequest) -> HttpResponse:
    """Whom the viewer has blocked."""
    slice_ = blocks_page(request.user, Cursor.parse(request.GET))
    context = {"slice": slice_, "page_title": _("Blocked people")}
    return render_page(request, "social/blocks.html", "social/_blocked.html", context)


@require_safe
@login_required
def mutes(request: SignedInRequest) -> HttpResponse:
    """Whom the viewer has muted."""
    slice_ = mutes_page(request.user, Cursor.parse(request.GET))
    context = {"slice": slice_, "page_title": _("Muted people")}
    return render_page(request, "social/mutes.html", "social/_muted.html", context)


@require_safe
@login_required
def follow_buttons(request: SignedInRequest) -> HttpResponse:
    """The follow buttons of a page as they are now: `ids` says whose, `7-beside` the one in the aside."""
    names = [name for name in request.GET.get("ids", "").split(",") if name][:MOST_SHOWN]
    places = [(parse_id(name.removesuffix(BESIDE)), name.endswith(BESIDE)) for name in names]
    rows = {row.id: row for row in people_met(request.user, {pk for pk, _is_beside in places if pk})}
    buttons = [(rows[pk], is_beside) for pk, is_beside in places if pk in rows]
    return render(request, "social/_follow_buttons.html", {"buttons": buttons})


def _people(request: HttpRequest, username: str, tab: str, page: Callable[..., Any]) -> HttpResponse:
    user = user_at(username)
    person = person_card(user)
    context: dict[str, Any] = {"profile": person, "tab": tab}
    context["page_title"] = f"{person.display_name} (@{person.handle})"
    try:
        context["slice"] = page(request.user, user, Cursor.parse(request.GET))
    except ListHidden as error:
        return render(request, "social/people.html", {**context, "hidden": True}, status=error.status)
    return render_page(request, "social/people.html", PEOPLE, context)
