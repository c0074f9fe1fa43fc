"""What rises, and what is kept out of it, in the admin."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.requests import SignedInRequest
from tweets.models import Trend, TrendVeto
from tweets.queries.trends import term_like, with_vetoes
from tweets.services.trends import lift_veto, veto_trend
from tweets.trends.rising import forget_kept
from twitterclone.lib.admin import KeptAdmin, RecordAdmin
from twitterclone.lib.admin_actions import ActingAdmin


@admin.register(Trend)
class TrendAdmin(ActingAdmin, KeptAdmin):
    """What rises now, found anew every few minutes; a veto keeps a term out."""

    list_display = ("name", "standing", "kind", "found_in", "figures")
    list_filter = ("kind",)
    ordering = ("-score", "-id")
    readonly_fields = ("id",)
    search_help_text = _("A term, or a part of it.")
    actions = ("veto",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_vetoes(super().get_queryset(request))

    def found(self, queryset: QuerySet, term: str) -> QuerySet:
        return term_like(queryset, term)

    @admin.display(description=_("standing"))
    def standing(self, trend: Any) -> str:
        return str(_("Kept out") if trend.is_vetoed else _("Shown"))

    @admin.display(description=_("language"))
    def found_in(self, trend: Trend) -> str:
        return trend.language or str(_("All languages"))

    @admin.display(description=_("figures"))
    def figures(self, trend: Trend) -> str:
        figures = {"people": trend.people, "usual": f"{trend.expected:.1f}", "tweets": trend.tweets}
        figures["score"] = f"{trend.score:.1f}"
        return _("People: %(people)s, usually %(usual)s. Tweets: %(tweets)s. Score: %(score)s") % figures

    def has_veto_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("tweets.add_trendveto")

    @admin.action(description=_("Keep the selected terms out of what rises"), permissions=["veto"])
    def veto(self, request: SignedInRequest, queryset: QuerySet[Trend]) -> None:
        reason = request.POST.get("reason", "")[:200]
        veto = partial(veto_trend, actor=request.user, reason=reason)
        self.act(request, queryset, _("Kept out"), lambda trend: veto(trend=trend), needs_reason=True)


@admin.register(TrendVeto)
class TrendVetoAdmin(ActingAdmin, RecordAdmin):
    """Terms kept out of what rises; taking one back lets the term in again."""

    list_display = ("name", "kind", "reason", "by", "created_at")
    list_select_related = ("by",)
    list_filter = ("kind",)
    search_help_text = _("A term, or a part of it.")
    action_form = ActionForm  # letting in again hits nobody, and needs no reason
    actions = ("lift",)

    def found(self, queryset: QuerySet, term: str) -> QuerySet:
        return term_like(queryset, term)

    def take_back(self, obj: Any) -> None:
        obj.delete()
        forget_kept()

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("tweets.delete_trendveto")

    @admin.action(description=_("Let the selected terms rise again"), permissions=["lift"])
    def lift(self, request: SignedInRequest, queryset: QuerySet[TrendVeto]) -> None:
        self.act(request, queryset, _("Let in again"), lambda veto: lift_veto(actor=request.user, veto=veto))
