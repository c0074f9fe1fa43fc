"""Searches that somebody keeps: forms that work without scripts, each leading back to where one was."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.requests import SignedInRequest
from tweets.queries.saved_searches import saved_search_for
from tweets.services.saved_searches import forget_search, save_search, set_alerts
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.http import SignedInView, back


class SavedSearchesView(SignedInView):
    def post(self, request: SignedInRequest) -> HttpResponse:
        alerts = request.POST.get("alerts") != "off"
        search = save_search(user=request.user, query=request.POST.get("q", ""), alerts=alerts)
        return back(request, reverse("saved-search", args=[search.pk]))


class SavedSearchView(SignedInView):
    def get(self, request: SignedInRequest, search_id: int) -> HttpResponse:
        """The newest that it finds; a line that told of it may lead here when it is kept no longer."""
        try:
            search = saved_search_for(request.user.pk, search_id)
        except NotVisible:
            return redirect("search")
        return redirect(f"{reverse('search')}?{urlencode({'q': search.query, 'tab': 'latest'})}")

    def post(self, request: SignedInRequest, search_id: int) -> HttpResponse:
        """Alerts on or off."""
        search = saved_search_for(request.user.pk, search_id)
        set_alerts(search=search, alerts=request.POST.get("alerts") == "on")
        return back(request, reverse("search"))

    def delete(self, request: SignedInRequest, search_id: int) -> HttpResponse:
        forget_search(search=saved_search_for(request.user.pk, search_id))
        return back(request, reverse("search"))
