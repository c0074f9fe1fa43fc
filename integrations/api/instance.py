"""What programs ask before anybody has logged in: what this site is, and what it allows."""

from typing import Any

from django.conf import settings
from rest_framework.response import Response

from integrations import wire
from integrations.queries import site_figures, site_rules
from moderation.queries import page_text
from twitterclone.lib.api import PUBLIC, ApiRequest, ApiView, described
from twitterclone.lib.api.markup import absolute, iso


class InstanceView(ApiView):
    scopes = {"GET": PUBLIC}

    @described(gives=wire.Instance)
    def get(self, request: ApiRequest) -> Response:
        """The site, its limits and its rules."""
        return Response(wire.instance(site_figures(), site_rules()))


class InstanceV1View(ApiView):
    scopes = {"GET": PUBLIC}

    @described(gives=wire.InstanceV1)
    def get(self, request: ApiRequest) -> Response:
        """The same in its older form."""
        return Response(wire.instance_v1(site_figures(), site_rules()))


class RulesView(ApiView):
    scopes = {"GET": PUBLIC}

    @described(gives=list[wire.Rule])
    def get(self, request: ApiRequest) -> Response:
        """What holds here."""
        return Response(wire.rules(site_rules()))


class LanguagesView(ApiView):
    scopes = {"GET": PUBLIC}

    @described(gives=list[dict[str, str]])
    def get(self, request: ApiRequest) -> Response:
        """The languages of the site's pages."""
        return Response([{"code": code, "name": str(name)} for code, name in settings.LANGUAGES])


class PageView(ApiView):
    """A page an admin wrote, as HTML."""

    scopes = {"GET": PUBLIC}
    slug = "about"

    @described(gives=dict[str, str])
    def get(self, request: ApiRequest) -> Response:
        """The text, and when it was changed last."""
        page = page_text(self.slug)
        return Response({"updated_at": iso(page.updated_at), "content": str(page.html)})


class PrivacyPageView(PageView):
    slug = "privacy"


class TermsPageView(ApiView):
    scopes = {"GET": PUBLIC}

    @described(gives=wire.Terms)
    def get(self, request: ApiRequest) -> Response:
        """The terms, which hold since they were changed last."""
        return Response(wire.terms(page_text("terms")))


class NoneView(ApiView):
    """There are none here, and nobody can make one: the true answer is an empty list."""

    scopes = {"GET": PUBLIC}

    @described(gives=list[dict[str, Any]])
    def get(self, request: ApiRequest, **_: Any) -> Response:
        return Response([])


class NoTranslationsView(ApiView):
    scopes = {"GET": PUBLIC}

    @described(gives=dict[str, list[str]])
    def get(self, request: ApiRequest) -> Response:
        """Nothing is translated here: of no language into any other."""
        return Response({})


class NodeInfoLinksView(ApiView):
    scopes = {"GET": PUBLIC}

    def get(self, request: ApiRequest) -> Response:
        """Where the facts about this server are."""
        rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
        return Response({"links": [{"rel": rel, "href": absolute("/nodeinfo/2.0")}]})


class NodeInfoView(ApiView):
    scopes = {"GET": PUBLIC}

    def get(self, request: ApiRequest) -> Response:
        """The facts about this server."""
        return Response(wire.nodeinfo(site_figures()))
