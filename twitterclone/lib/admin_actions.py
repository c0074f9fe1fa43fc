"""Actions of the admin's lists that call a service for each row: refusals are said, deeds are logged.

Where a reason is missing the list comes again with the rows and the action that were chosen.
"""

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from twitterclone.lib.errors import DomainError

WHY = _("Say why, for the moderators after you.")
LACKS_REASON = "twitterclone.lacks_reason"
NO_REASON = _("Say why: the reason is told to the person it hits, and stands in the log.")


class ReasonForm(ActionForm):
    """Beside the actions of a list: why it is done. It stands in the log."""

    reason = forms.CharField(
        label=_("Reason:"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"size": 30, "autocomplete": "off"}),
    )


class ActingAdmin(admin.ModelAdmin):
    """Actions that call a service for each row: what is refused is said, what is done is logged."""

    action_form: ClassVar[Any] = ReasonForm

    def act(
        self,
        request: HttpRequest,
        rows: Iterable[Any],
        done: object,
        deed: Callable[[Any], object],
        *,
        is_told: bool = False,
        needs_reason: bool = False,
    ) -> None:
        """Does it to each row, and logs `done` with the reason given; what people are told needs one.

        Without one that is needed nothing is done, and the list comes again with what was chosen.
        """
        count = 0
        if (is_told or needs_reason) and not self.reason(request):
            self.message_user(request, NO_REASON if is_told else WHY, messages.ERROR)
            request.META[LACKS_REASON] = True
            return
        for obj in rows:
            try:
                with transaction.atomic():
                    deed(obj)
                    self.log_deed(request, obj, self.line(request, done))
            except DomainError as error:
                self.message_user(request, f"{obj}: {error}", messages.ERROR)
            else:
                count += 1
        if count:
            self.message_user(request, f"{done}: {count}", messages.SUCCESS)
        elif not rows:
            self.message_user(request, _("What you chose is not in this list any more."), messages.WARNING)

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """As Django does; where a reason is missing the list again, with the rows and the action chosen."""
        response = super().response_action(request, queryset)
        return self._again(request) if request.META.pop(LACKS_REASON, False) else response

    def _again(self, request: HttpRequest) -> HttpResponse:
        looking = copy(request)
        looking.method, looking.POST = "GET", QueryDict()
        page = self.changelist_view(looking)
        context = getattr(page, "context_data", None)
        if context and "cl" in context:
            chosen = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
            for row in context["cl"].result_list:
                row.is_chosen = str(row.pk) in chosen
            context["action_form"].initial = {"action": self._action(request)}
        return page

    def _action(self, request: HttpRequest) -> str:
        """The action chosen, of the two boxes a long list may have the one whose button was pressed."""
        index = request.POST.get("index", "0")
        names = request.POST.getlist("action")
        return names[int(index)] if index.isdecimal() and int(index) < len(names) else ""

    def action_checkbox(self, obj: Any) -> SafeString:
        """Django's, and ticked where the list comes again."""
        attrs = {"class": "action-select", "aria-label": _("Choose %(row)s for an action") % {"row": obj}}
        checkbox = forms.CheckboxInput(attrs, lambda _value: getattr(obj, "is_chosen", False))
        return checkbox.render(ACTION_CHECKBOX_NAME, str(obj.pk))

    def line(self, request: HttpRequest, done: object) -> str:
        """What the log says of it: what was done, and why."""
        reason = self.reason(request)
        return f"{done}: {reason}" if reason else str(done)

    def reason(self, request: HttpRequest) -> str:
        """Why it is done, as it was typed beside the action."""
        return request.POST.get("reason", "").strip()[:200]

    def log_deed(self, request: HttpRequest, obj: Model, message: str) -> None:
        """A line in the admin's log about one row."""
        log_deed(request.user.pk, obj, message)


def log_deed(actor_id: int | None, obj: Model, message: str) -> None:
    """A line in the admin's log: who did what to one row."""
    LogEntry.objects.log_actions(str(actor_id), [obj], CHANGE, message, single_object=True)
