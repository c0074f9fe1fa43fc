"""The pages of messages. Looking changes nothing: that something was read is said by a post."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from media.queries import own_media_cards
from messaging.forms import MessageForm
from messaging.models import Participant
from messaging.queries import (
    conversation_card,
    conversation_card_with,
    conversation_for,
    inbox_page,
    messages_found,
    messages_page,
    requests_count,
    requests_page,
)
from messaging.queries.thread import PAGE
from social.queries import following_page, people_found
from twitterclone.lib import limits
from twitterclone.lib.http import is_htmx, render_page
from twitterclone.lib.pagination import Cursor, parse_id


@require_safe
@login_required
def messages(request: SignedInRequest) -> HttpResponse:
    context = {"page_title": _("Messages"), **inbox(request)}
    return render_page(request, "messaging/index.html", "messaging/_list.html", context)


@require_safe
@login_required
def message_requests(request: SignedInRequest) -> HttpResponse:
    context = {"page_title": _("Message requests"), **inbox(request, tab="requests")}
    return render_page(request, "messaging/index.html", "messaging/_list.html", context)


@require_safe
@login_required
def conversation(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    place = conversation_for(me(request), conversation_id)
    if is_htmx(request):
        page = messages_page(place, Cursor.parse(request.GET, PAGE))
        return render(request, "messaging/_thread.html", {"page": page, "conversation_id": conversation_id})
    return conversation_page(request, place)


@require_safe
@login_required
def badge(request: SignedInRequest) -> HttpResponse:
    return render(request, "messaging/_badge.html")


@require_safe
@login_required
def new_conversation(request: SignedInRequest) -> HttpResponse:
    """Whom to write to: people by their names, before that those one follows."""
    text = request.GET.get("q", "").strip()[:100]
    if text:
        limits.check("suggest", me(request))
        people = people_found(request.viewer, text, Cursor(limit=20))
    else:
        people = following_page(request.viewer, request.user, Cursor(limit=20))
    rows = [row for row in people.items if row.person.id != me(request)]
    context = {"people": rows, "q": text, "page_title": _("New message"), **inbox(request)}
    return render_page(request, "messaging/new.html", "messaging/_people.html", context)


@require_safe
@login_required
def search(request: SignedInRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    if text:
        limits.check("search", me(request))
    found = messages_found(me(request), text, Cursor.parse(request.GET))
    context = {"found": found, "q": text[:300], "page_title": _("Search in messages"), **inbox(request)}
    return render_page(request, "messaging/search.html", "messaging/_found.html", context)


def me(request: SignedInRequest) -> int:
    """Who looks, known from the session alone."""
    return request.viewer.id or 0


def inbox(request: SignedInRequest, tab: str = "inbox") -> dict[str, Any]:
    """The list of conversations beside every page of messages; `before` belongs to the list's own pages."""
    lists = {"inbox": ("messages", inbox_page), "requests": ("message-requests", requests_page)}
    address, page = lists[tab]
    own = request.resolver_match is not None and request.resolver_match.url_name == address
    cursor = Cursor.parse(request.GET) if own else Cursor()
    return {
        "list": page(me(request), cursor),
        "list_address": address,
        "tab": tab,
        "is_first": cursor.before is None,
        "requests_count": requests_count(me(request)),
    }


def conversation_page(
    request: SignedInRequest, place: Participant, form: MessageForm | None = None, status: int = 200
) -> HttpResponse:
    """A conversation, with what was refused and typed where there is a form."""
    head = conversation_card(place)
    at = parse_id(request.GET.get("at"))
    cursor = Cursor(before=at + 1, limit=PAGE) if at else Cursor.parse(request.GET, PAGE)
    page = messages_page(place, cursor)
    return _thread_page(request, head, {"page": page, "at": at}, form, status)


def start_page(
    request: SignedInRequest, user: User, form: MessageForm | None = None, status: int = 200
) -> HttpResponse:
    """A conversation in which nothing was written yet."""
    head = conversation_card_with(me(request), user)
    if head.id and form is None:
        return redirect("conversation", head.id)
    return _thread_page(request, head, {"page": None}, form, status)


def _thread_page(
    request: SignedInRequest, head: Any, context: dict[str, Any], form: MessageForm | None, status: int
) -> HttpResponse:
    chosen = form.cleaned_data.get("media", []) if form else []
    title = head.person.display_name if head.person else _("Unavailable account")
    context |= {
        "conversation": head,
        "form": form,
        "uploads": own_media_cards(me(request), chosen),
        "page_title": title,
        **inbox(request, tab="requests" if head.is_request else "inbox"),
    }
    return render(request, "messaging/conversation.html", context, status=status)
