"""Pages, and the queue of reports with what can be done about them."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from moderation import services
from moderation.models import Page, Report
from moderation.queries import case_of
from twitterclone.lib.admin import EntityAdmin, WindowFilter
from twitterclone.lib.admin_actions import ActingAdmin

ANY_STATE = "all"
SHORT = 120  # characters of a note in the list


@admin.register(Page)
class PageAdmin(EntityAdmin):
    list_display = ("title", "slug", "updated_at")
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("id", "created_at", "updated_at")


class StateFilter(admin.SimpleListFilter):
    """Open reports unless others are asked for: the queue is what waits."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Report.State.choices, (ANY_STATE, _("All"))]

    def value(self) -> str:
        return super().value() or Report.State.OPEN

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        is_search = request.GET.get("q") and not super().value()
        if self.value() not in Report.State.values or is_search:
            return queryset
        return queryset.filter(state=self.value())

    def choices(self, changelist: Any) -> Any:
        for value, title in self.lookup_choices:
            yield {
                "selected": self.value() == str(value),
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }


class Decision(NamedTuple):
    """A way to close a report: its button, its line in the log, and whose histories tell it besides."""

    label: Any
    done: Any
    service: Callable[..., Report]
    permission: str = "change"
    targets: tuple[str, ...] = ()

    @property
    def is_grave(self) -> bool:
        """Whether it hits somebody, who is told why: it is asked once more."""
        return bool(self.targets)


DECISIONS = {
    "resolve": Decision(_("Resolve: it was right to report this"), _("Resolved"), services.resolve_report),
    "reject": Decision(_("Dismiss: nothing is wrong"), _("Dismissed"), services.reject_report),
    "hide": Decision(
        _("Hide the tweet, and resolve"), _("Tweet hidden"), services.hide_reported_tweet, "hide", ("tweet",)
    ),
    "suspend": Decision(
        _("Suspend the account, and resolve"),
        _("Account suspended"),
        services.suspend_reported_user,
        "suspend",
        ("user",),
    ),
    "both": Decision(
        _("Hide the tweet, suspend the account, and resolve"),
        _("Tweet hidden, account suspended"),
        services.hide_and_suspend,
        "both",
        ("tweet", "user"),
    ),
}


def _action(name: str) -> Callable[..., None]:
    @admin.action(description=DECISIONS[name].label, permissions=[DECISIONS[name].permission])
    def action(report_admin: "ReportAdmin", request: HttpRequest, queryset: QuerySet[Report]) -> None:
        report_admin.decide(request, queryset, name)

    action.__name__ = name
    return action


@admin.register(Report)
class ReportAdmin(ActingAdmin, EntityAdmin):
    """What people said stays as they said it; it is decided in the list, or one by one on its own page."""

    list_display = ("age", "reason", "user", "said", "reporter", "outcome")
    list_display_links = ("age", "reason")
    list_filter = (StateFilter, "reason", WindowFilter)
    list_select_related = ("user", "reporter", "handled_by")
    nothing = _("No open reports.")
    people = ("user", "reporter")
    tweets = ("tweet",)
    actions = tuple(_action(name) for name in DECISIONS)

    @admin.display(description=_("waits"))
    def age(self, report: Report) -> str:
        return timesince(report.created_at, depth=1)

    @admin.display(description=_("words and note"))
    def said(self, report: Report) -> SafeString:
        """The beginnings of both: the report's page has the whole."""
        words = [report.tweet.content if report.tweet else report.message_text, report.comment]
        parts = ((Truncator(" ".join(text.split())).chars(SHORT),) for text in words if text)
        return format_html_join("", "<p dir='auto'>{}</p>", parts)

    @admin.display(description=_("state"))
    def outcome(self, report: Report) -> str:
        state = report.get_state_display()
        return f"{state}: {report.handled_by}" if report.handled_by else state

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """What waits longest stands first among the open ones, what was told last among others."""
        is_queue = request.GET.get("state", Report.State.OPEN) == Report.State.OPEN
        return ("created_at", "id") if is_queue else ("-created_at", "-id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_hide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["moderation.change_report", "tweets.change_tweet"])

    def has_suspend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["moderation.change_report", "accounts.change_user"])

    def has_both_permission(self, request: HttpRequest) -> bool:
        return self.has_hide_permission(request) and self.has_suspend_permission(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The case on one page, with the decisions that are open to whom asks; there is nothing to save."""
        report = self.get_object(request, unquote(object_id))
        if report is None:
            return super().change_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            return self._decided(request, report)
        about = {"case": case_of(report), "decisions": self._decisions(request, report)}
        about |= {"title": str(report), "subtitle": None}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **about})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[()]:
        return ()

    def decide(self, request: HttpRequest, reports: Iterable[Report], name: str) -> None:
        """Decides each report so; what is refused is said, what is done is logged with the reason given."""
        decision = DECISIONS[name]

        def deed(report: Report) -> None:
            told = {"reason": self.reason(request)} if decision.is_grave else {}
            decision.service(actor=request.user, report=report, **told)
            for target in decision.targets:
                self.log_deed(request, getattr(report, target), self.line(request, decision.done))

        self.act(request, reports, decision.done, deed, is_told=decision.is_grave)

    def _decisions(self, request: HttpRequest, report: Report) -> dict[str, Decision]:
        if report.state != Report.State.OPEN:
            return {}
        return {
            name: decision
            for name, decision in DECISIONS.items()
            if (report.tweet_id or "tweet" not in decision.targets) and self._may(request, name)
        }

    def _decided(self, request: HttpRequest, report: Report) -> HttpResponse:
        name = request.POST.get("decision", "")
        if name not in DECISIONS or not self._may(request, name):
            raise PermissionDenied
        if not request.POST.get("reason", "").strip():
            self.message_user(request, _("Say why: the reason stands in the log."), messages.ERROR)
            return HttpResponseRedirect(request.path)
        if DECISIONS[name].is_grave and "sure" not in request.POST:
            return self._asked_again(request, report, name)
        self.decide(request, [report], name)
        return HttpResponseRedirect(reverse("admin:moderation_report_changelist"))

    def _asked_again(self, request: HttpRequest, report: Report, name: str) -> HttpResponse:
        about = {"report": report, "name": name, "decision": DECISIONS[name], "reason": self.reason(request)}
        about |= {"opts": self.opts, "title": DECISIONS[name].label}
        context = {**self.admin_site.each_context(request), **about}
        return TemplateResponse(request, "admin/moderation/report/sure.html", context)

    def _may(self, request: HttpRequest, name: str) -> bool:
        return bool(getattr(self, f"has_{DECISIONS[name].permission}_permission")(request))
