"""What every call of the API has: its scopes, its fields, its limit. A view says only what it does."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from twitterclone.lib.api import rates
from twitterclone.lib.api.fields import Fields
from twitterclone.lib.api.parsers import FormParser, JSONParser, MultiPartParser, nested
from twitterclone.lib.api.schema import ApiSchema
from twitterclone.lib.api.scopes import ANY, PUBLIC, covers
from twitterclone.lib.errors import DomainError, Forbidden, NotVisible
from twitterclone.lib.limits import network_of
from twitterclone.lib.replicas import SAFE, begin_reading

METHODS = ("get", "post", "put", "patch", "delete")


class ApiRequest(Request):
    """A request as a view with scopes sees it: whoever is needed is there."""

    user: Any
    auth: Any


class OutsideScopes(Forbidden):
    code = "outside_scopes"
    message = _("This action is outside the authorized scopes")


class NeedsUser(DomainError):
    code = "needs_user"
    message = _("This method requires an authenticated user")


class AlwaysJSON(BaseContentNegotiation):
    """The first renderer of a view, whatever the client says it accepts: clients say strange things."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        wanted = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class ScopePermission(BasePermission):
    """The token covers what the view's `scopes` ask for; a call that names a scope is for people."""

    def has_permission(self, request: Any, view: Any) -> bool:
        wanted = view.scope_for(request.method)
        if wanted is None or wanted == PUBLIC:  # None: no such method, which the view answers itself
            return True
        is_open = wanted.startswith("?")
        if request.auth is None:
            if is_open:
                return True
            raise NotAuthenticated
        if wanted == ANY:
            return True
        if not covers(request.auth.scope.split(), wanted.lstrip("?")):
            raise OutsideScopes
        if request.auth.user_id is None and not (is_open or view.for_programs):
            raise NeedsUser
        return True


class ApiView(APIView):
    """One address of the API. `scopes` names for each method what a token must cover, or PUBLIC or ANY."""

    scopes: ClassVar[Mapping[str, str]] = {}
    for_programs: ClassVar[bool] = False  # whether a token that belongs to nobody will do
    rate: ClassVar[str] = "api"
    may_lag: ClassVar[bool] = False  # whether what it reads may come from a replica; not who asks
    permission_classes = [ScopePermission]
    parser_classes = [JSONParser, FormParser, MultiPartParser]
    content_negotiation_class = AlwaysJSON
    metadata_class = None
    schema: Any = ApiSchema()
    spent: rates.Spent | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """A method without a scope would be open to everybody by mistake."""
        super().__init_subclass__(**kwargs)
        open_ones = [name for name in METHODS if hasattr(cls, name) and cls.scope_for(name) is None]
        if open_ones:
            raise TypeError(f"{cls.__name__} names no scope for {', '.join(open_ones)}")

    @classmethod
    def scope_for(cls, method: str | None) -> str | None:
        """The scope of a method; PUT is PATCH by another name, HEAD is GET."""
        name = {"HEAD": "GET"}.get((method or "").upper(), (method or "").upper())
        return cls.scopes.get(name, cls.scopes.get("PATCH") if name == "PUT" else None)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.may_lag and request.method in SAFE:
            begin_reading(self.viewer_id)

    @property
    def viewer_id(self) -> int | None:
        return self.request.user.pk

    @cached_property
    def fields(self) -> Fields:
        """What was sent: the query string, and over it the body."""
        query = nested(self.request.query_params)
        if self.request.method in {"GET", "HEAD"}:
            return Fields.of_body(query)
        data = self.request.data
        return Fields.of_body(query | (dict(data) if isinstance(data, Mapping) else {}))

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [import_string(settings.API_AUTHENTICATION)()]

    def perform_authentication(self, request: Request) -> None:
        """Counts the call for its person or network, also when the token is no good."""
        subject: object = network_of(request._request)
        try:
            super().perform_authentication(request)
            subject = request.user.pk or subject
        finally:
            self.spent = rates.spend(self.rate, subject)
            rates.refuse(self.spent)
        language = getattr(request.user, "language", "")
        if language in dict(settings.LANGUAGES):
            translation.activate(language)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        for name, value in (self.spent.headers if self.spent else {}).items():
            answer.headers.setdefault(name, value)
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer


class MissingView(ApiView):
    """Every address under /api/ that there is not."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotVisible
