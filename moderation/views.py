"""About, rules, terms, privacy; reporting a tweet, a message or an account."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from moderation import services
from moderation.forms import ReportForm
from moderation.queries import Target, own_reports_page, page_text, person_after_report, report_target_for
from twitterclone.lib.errors import DomainError
from twitterclone.lib.http import origin, render_page
from twitterclone.lib.pagination import Cursor


def page(request: HttpRequest, slug: str) -> HttpResponse:
    text = page_text(slug)
    return render(request, "pages/page.html", {"page": text, "page_title": text.title})


@never_cache
@login_required
def report_create(request: SignedInRequest) -> HttpResponse:
    """The form about `?tweet=`, `?message=` or `?user=`; what was typed stays when it is refused."""
    names = ("tweet", "message", "user")
    asked = {f"{name}_id": request.GET.get(name) or request.POST.get(name, "") for name in names}
    target = report_target_for(request.user.id, **asked)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _report(request, target, form):
        query = urlencode({"user": target.user.pk, "next": origin(request, target.person.url)})
        return redirect(f"{reverse('report-sent')}?{query}")
    context = {"target": target, "form": form, "next": origin(request, target.person.url)}
    context["page_title"] = _("Report")
    return render(request, "moderation/report.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
def report_sent(request: SignedInRequest) -> HttpResponse:
    """Thanks, and what one can do oneself; without a name, what one reported."""
    if "user" not in request.GET:
        return redirect("settings-reports")
    person, blocked, muted = person_after_report(request.user.id, request.GET.get("user", ""))
    context = {"person": person, "blocked": blocked, "muted": muted, "next": origin(request, "/")}
    return render(request, "moderation/report_sent.html", {**context, "page_title": _("Report sent")})


@never_cache
@require_safe
@login_required
def own_reports(request: SignedInRequest) -> HttpResponse:
    """What one reported, and what became of it."""
    slice_ = own_reports_page(request.user.id, Cursor.parse(request.GET))
    context = {"slice": slice_, "page_title": _("Your reports")}
    return render_page(request, "moderation/own_reports.html", "moderation/_own_reports.html", context)


def _report(request: SignedInRequest, target: Target, form: ReportForm) -> bool:
    try:
        about: dict[str, Any] = {"user": target.user, "tweet": target.tweet, "message": target.message}
        services.report(reporter=request.user, **about, **form.cleaned_data)
    except DomainError as error:
        form.add_error(error.code if error.code in form.fields else None, str(error.message))
        return False
    return True
