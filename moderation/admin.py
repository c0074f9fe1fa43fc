"""Pages, and the queue of reports with what can be done about them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from moderation import services
from moderation.models import Page, Report
from twitterclone.lib.admin import ActingAdmin, EntityAdmin, WindowFilter

ANY_STATE = "all"


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


@admin.register(Report)
class ReportAdmin(ActingAdmin, EntityAdmin):
    """What people said stays as they said it; it is decided by the actions."""

    list_display = ("age", "reason", "user", "excerpt", "comment", "reporter", "state", "handled_by")
    list_display_links = ("age", "reason")
    list_filter = (StateFilter, "reason", WindowFilter)
    list_select_related = ("user", "reporter", "handled_by")
    raw_id_fields = ("tweet",)
    readonly_fields = (
        *("id", "created_at", "reporter", "user", "tweet", "reason", "comment"),
        *("state", "handled_by", "handled_at"),
    )
    people = ("user", "reporter")
    tweets = ("tweet",)
    actions = ("resolve", "reject", "hide", "suspend")

    @admin.display(description=_("waits"))
    def age(self, report: Report) -> str:
        return timesince(report.created_at, depth=1)

    @admin.display(description=_("tweet"))
    def excerpt(self, report: Report) -> str:
        return report.tweet.content[:80] if report.tweet else ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_hide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["moderation.change_report", "tweets.change_tweet"])

    def has_suspend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["moderation.change_report", "accounts.change_user"])

    @admin.action(description=_("Resolve: it was right to report this"), permissions=["change"])
    def resolve(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self._decide(request, queryset, _("Resolved"), services.resolve_report)

    @admin.action(description=_("Dismiss: nothing is wrong"), permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self._decide(request, queryset, _("Dismissed"), services.reject_report)

    @admin.action(description=_("Hide the tweet, and resolve"), permissions=["hide"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self._decide(request, queryset, _("Tweet hidden"), services.hide_reported_tweet)

    @admin.action(description=_("Suspend the account, and resolve"), permissions=["suspend"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self._decide(request, queryset, _("Account suspended"), services.suspend_reported_user)

    def _decide(
        self, request: HttpRequest, queryset: QuerySet, done: object, service: Callable[..., Report]
    ) -> None:
        def decide(report: Report) -> None:
            service(actor=request.user, report=report)
            target = (report.tweet if service is services.hide_reported_tweet else None) or report.user
            if service in (services.hide_reported_tweet, services.suspend_reported_user):
                self.log_deed(request, target, f"{done}: {request.POST.get('reason', '').strip()[:200]}")

        self.act(request, queryset, done, decide)
