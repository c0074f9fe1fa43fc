"""Letting a program in: the question, the code shown to be carried over, and the list of who is in."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from csp.constants import SELF
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauth2_provider.oauth2_backends import get_oauthlib_core

from accounts.queries import person_card
from accounts.requests import SignedInRequest
from integrations.forms import TokenForm
from integrations.models import OUT_OF_BAND, Application
from integrations.queries import connections_of
from integrations.rules import explained
from integrations.services import disconnect_application, issue_named_token
from twitterclone.lib.errors import BadRequest, Invalid
from twitterclone.lib.http import NounView, back

CHALLENGE_LENGTH = 128


@method_decorator(never_cache, name="dispatch")
class AuthorizeView(View):
    """`/oauth/authorize`: what the program asks for; POST with `allow` lets it in, without it says no.

    Everything stands in the address, so that the answer is to the question that was shown.
    """

    scopes: list[str]
    credentials: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "\0" in request.GET.urlencode().replace("%00", "\0"):
            raise BadRequest
        try:
            self.scopes, self.credentials = get_oauthlib_core().validate_authorization_request(request)
        except OAuthToolkitError as error:
            return self._refused(error)
        if len(self.credentials.get("code_challenge") or "") > CHALLENGE_LENGTH:
            raise BadRequest
        if not request.user.is_authenticated:
            return redirect_to_login(_address(request))
        if request.method == "GET" and request.GET.get("force_login") in {"true", "1", "True"}:
            logout(request)  # another account is to be added
            return redirect_to_login(_address(request))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: SignedInRequest) -> HttpResponse:
        application = Application.objects.get(client_id=self.credentials["client_id"])
        target = self.credentials["redirect_uri"]
        context = {
            "application": application,
            "website": urlsplit(application.website).netloc,
            "grants": explained(self.scopes),
            "target": "" if target == OUT_OF_BAND else urlsplit(target).netloc,
            "person": person_card(request.user),
            "other": f"?{urlencode({**request.GET.dict(), 'force_login': 'true'})}",
        }
        response = render(request, "integrations/authorize.html", context)
        return _may_lead_to(response, target)

    def post(self, request: SignedInRequest) -> HttpResponse:
        try:
            target, *_rest = get_oauthlib_core().create_authorization_response(
                request, self.scopes, self.credentials, "allow" in request.POST
            )
        except OAuthToolkitError as error:
            return self._refused(error)
        if self.credentials["redirect_uri"] != OUT_OF_BAND:
            return _redirect(target)
        code = parse_qs(urlsplit(target).query)["code"][0]
        return render(request, "integrations/code.html", {"code": code})

    def _refused(self, error: OAuthToolkitError) -> HttpResponse:
        """Back to the program when it is one; else, and for a code by hand, told on a page."""
        inner = error.oauthlib_error
        target = getattr(inner, "redirect_uri", None) or getattr(error, "redirect_uri", None)
        if isinstance(error, FatalClientError) or not target or target == OUT_OF_BAND:
            denied = getattr(inner, "error", "") == "access_denied"
            context = {"denied": denied, "problem": inner.description or inner.error}
            return render(self.request, "integrations/refused.html", context, status=200 if denied else 400)
        inner.redirect_uri = target
        return _redirect(inner.in_uri(target))


@never_cache
@login_required
def applications(request: SignedInRequest) -> HttpResponse:
    """The programs the viewer has let in."""
    found = [(one, explained(one.scopes)) for one in connections_of(request.user.id)]
    context = {"connections": found, "page_title": _("Connected applications")}
    return render(request, "integrations/settings_applications.html", context)


@method_decorator(never_cache, name="dispatch")
class TokensView(LoginRequiredMixin, FormView):
    """`/settings/development/`: tokens for programs of one's own; a new one is shown by the answer alone."""

    template_name = "integrations/settings_development.html"
    form_class = TokenForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise_if_reauthentication_required(request, app="allauth.account")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: TokenForm) -> HttpResponse:
        user = self.request.user
        try:
            token = issue_named_token(user=user, **form.cleaned_data)  # type: ignore[arg-type]
        except Invalid as error:
            form.add_error("name", str(error.message))
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=TokenForm(), token=token))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = connections_of(self.request.user.pk or 0)
        own = [(one, explained(one.scopes)) for one in found if one.is_own]
        return super().get_context_data(connections=own, page_title=_("Development"), **kwargs)


class ConnectionView(LoginRequiredMixin, NounView):
    """DELETE turns one program out, at once."""

    def delete(self, request: SignedInRequest, application_id: int) -> HttpResponse:
        disconnect_application(user=request.user, application_id=application_id)
        messages.success(request, _("The application has no access any more."))
        return back(request, reverse("settings-applications"))


def _address(request: HttpRequest) -> str:
    """The address to come back to after log-in, which then is not asked for again."""
    query = request.GET.copy()
    query.pop("force_login", None)
    return f"{request.path}?{query.urlencode()}"


def _redirect(target: str) -> HttpResponse:
    """To an address that was registered: of any kind of program, not only on the web."""
    kind = type("Leave", (HttpResponseRedirect,), {"allowed_schemes": [urlsplit(target).scheme]})
    return kind(target)


def _may_lead_to(response: HttpResponse, target: str) -> HttpResponse:
    """Browsers hold the answer to a form against form-action, redirects too: lets this one address pass."""
    parts = urlsplit(target)
    web = parts.scheme in {"http", "https"}
    source = f"{parts.scheme}://{parts.netloc}" if web else f"{parts.scheme}:"
    if target != OUT_OF_BAND:
        response._csp_replace = {"form-action": [SELF, source]}  # type: ignore[attr-defined]
    return response
