"""What a person does with messages: form or id in, one service call, the way back or the fragment out."""

from django.contrib import messages as flashes
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.queries import user_by_username
from accounts.requests import SignedInRequest
from messaging import services
from messaging.forms import MessageForm
from messaging.models import Message
from messaging.queries import conversation_card, conversation_for, messages_page
from messaging.views.pages import conversation_page, start_page
from twitterclone.lib.errors import DomainError
from twitterclone.lib.http import SignedInView, is_htmx
from twitterclone.lib.pagination import Cursor, parse_id


class MessagesView(SignedInView):
    """`POST /messages/<id>/send/`; a script asks for JSON and is refused in JSON."""

    def post(self, request: SignedInRequest, conversation_id: int) -> HttpResponse:
        place = conversation_for(request.user.pk, conversation_id)
        form = MessageForm(request.POST)
        try:
            message = _sent(request, form, place.other_id)
        except DomainError as error:
            if _wants_json(request):
                raise
            _tell(form, error)
            return conversation_page(request, place, form, error.status)
        if _wants_json(request):
            return JsonResponse({"id": str(message.pk)}, status=201)
        return redirect("conversation", message.conversation_id)


class StartView(SignedInView):
    """`/messages/with/<username>/`: the first message begins a conversation; a script asks for JSON."""

    def get(self, request: SignedInRequest, username: str) -> HttpResponse:
        user = user_by_username(username)
        if user.pk == request.user.pk:
            return redirect("conversation-new")
        return start_page(request, user)

    def post(self, request: SignedInRequest, username: str) -> HttpResponse:
        user, form = user_by_username(username), MessageForm(request.POST)
        try:
            message = _sent(request, form, user.pk)
        except DomainError as error:
            if _wants_json(request):
                raise
            _tell(form, error)
            return start_page(request, user, form, error.status)
        if _wants_json(request):
            return JsonResponse({"id": str(message.pk)}, status=201)
        return redirect("conversation", message.conversation_id)


class ReadingView(SignedInView):
    def post(self, request: SignedInRequest, conversation_id: int) -> HttpResponse:
        until = parse_id(request.POST.get("until")) or 0
        services.mark_read(user_id=request.user.pk, conversation_id=conversation_id, until=until)
        return _done(request, conversation_id)


class TypingView(SignedInView):
    def post(self, request: SignedInRequest, conversation_id: int) -> HttpResponse:
        services.tell_typing(user=request.user, conversation_id=conversation_id)
        return HttpResponse(status=204)


class AcceptanceView(SignedInView):
    """POST accepts a request, DELETE declines it."""

    def post(self, request: SignedInRequest, conversation_id: int) -> HttpResponse:
        services.accept_conversation(user_id=request.user.pk, conversation_id=conversation_id)
        return redirect("conversation", conversation_id)

    def delete(self, request: SignedInRequest, conversation_id: int) -> HttpResponse:
        services.decline_conversation(user_id=request.user.pk, conversation_id=conversation_id)
        flashes.success(request, _("The request is deleted. They are not told."))
        return redirect("message-requests")


class MuteView(SignedInView):
    def post(self, request: SignedInRequest, conversation_id: int) -> HttpResponse:
        services.mute_conversation(user_id=request.user.pk, conversation_id=conversation_id)
        return redirect("conversation", conversation_id)

    def delete(self, request: SignedInRequest, conversation_id: int) -> HttpResponse:
        services.unmute_conversation(user_id=request.user.pk, conversation_id=conversation_id)
        return redirect("conversation", conversation_id)


class LeaveView(SignedInView):
    """Asks first, unless a dialog of the page has asked."""

    def get(self, request: SignedInRequest, conversation_id: int) -> HttpResponse:
        head = conversation_card(conversation_for(request.user.pk, conversation_id))
        return render(request, "messaging/leave.html", {"conversation": head, "page_title": _("Delete")})

    def post(self, request: SignedInRequest, conversation_id: int) -> HttpResponse:
        if not request.POST.get("confirmed"):
            return self.get(request, conversation_id)
        services.leave_conversation(user_id=request.user.pk, conversation_id=conversation_id)
        flashes.success(request, _("The conversation is deleted for you."))
        return redirect("messages")


class MessageView(SignedInView):
    """DELETE takes one's own message back (`for=everyone`), or any out of one's own sight."""

    def delete(self, request: SignedInRequest, conversation_id: int, message_id: int) -> HttpResponse:
        place = conversation_for(request.user.pk, conversation_id)
        everyone = "everyone" in (request.POST.get("for"), request.GET.get("for"))
        delete = services.delete_message if everyone else services.hide_message
        delete(place=place, message_id=message_id)
        if not is_htmx(request):
            return redirect("conversation", conversation_id)
        if not everyone:
            return HttpResponse()
        page = messages_page(place, Cursor(after=message_id - 1, limit=1))
        context = {"message": page.items[0], "page": page, "conversation_id": conversation_id}
        return render(request, "messaging/_message.html", context)


def _sent(request: SignedInRequest, form: MessageForm, recipient_id: int) -> Message:
    if not form.is_valid():
        raise DomainError(" ".join(str(word) for words in form.errors.values() for word in words))
    files, alt_text = request.FILES.getlist("files"), request.POST.get("alt_text", "")
    return form.send(request.user, recipient_id, files, alt_text)


def _tell(form: MessageForm, error: DomainError) -> None:
    """What was refused stands above the text, once."""
    if form.is_valid():
        form.add_error(None, str(error.message))


def _wants_json(request: SignedInRequest) -> bool:
    return request.accepts("application/json") and not request.accepts("text/html")


def _done(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    if is_htmx(request) or _wants_json(request):
        return HttpResponse(status=204)
    return redirect("conversation", conversation_id)
