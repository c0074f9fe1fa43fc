"""The OpenAPI document, made of the views' words and the TypedDicts that requests and answers are."""

import re
from collections.abc import Callable
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints, is_typeddict

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, resolve_type_hint
from drf_spectacular.utils import OpenApiParameter

from twitterclone.lib.api.scopes import ANY, PUBLIC

F = TypeVar("F", bound=Callable[..., Any])
ERROR = {
    "type": "object",
    "properties": {
        "error": {"type": "string"},
        "details": {"type": "object", "additionalProperties": True},
    },
    "required": ["error"],
}

PLAIN: dict[Any, dict[str, Any]] = {
    Any: {},
    dict: {"type": "object", "additionalProperties": True},
    object: {},
    bytes: {"type": "string", "format": "binary"},
    type(None): {"type": "null"},
}


def described(
    *, takes: Any = None, gives: Any = dict, query: dict[str, Any] | None = None
) -> Callable[[F], F]:
    """Says of a view's method which TypedDict it reads, what it answers, and its query parameters' types."""

    def mark(method: F) -> F:
        method.takes, method.gives, method.query = takes, gives, query or {}  # type: ignore[attr-defined]
        return method

    return mark


class ApiSchema(AutoSchema):
    """drf-spectacular's, reading `described` in place of serializers."""

    @property
    def handler(self) -> Any:
        return getattr(self.view, self.method.lower(), None)

    def get_tags(self) -> list[str]:
        if "nodeinfo" in self.path:
            return ["instance"]
        if not self.path.startswith("/api/"):
            return ["oauth"]
        return [re.sub(r"^/api/(?:v\d+/)?", "", self.path).split("/")[0]]

    def get_operation_id(self) -> str:
        return re.sub(r"\W+", "_", f"{self.method.lower()} {self.path}").strip("_")

    def get_description(self) -> str:  # type: ignore[override]
        scope = getattr(self.view, "scope_for", lambda _: PUBLIC)(self.method)
        needs = {PUBLIC: "Open to everybody.", ANY: "Needs a token."}.get(scope, f"Needs `{scope}`.")
        if scope.startswith("?"):
            needs = f"Open to everybody; a token that is sent must cover `{scope[1:]}`."
        told = getattr(self.handler, "__doc__", None) or type(self.view).__doc__ or ""
        return f"{' '.join(told.split())}\n\n{needs}"

    def get_auth(self) -> list[dict[str, list[str]]]:
        scope = getattr(self.view, "scope_for", lambda _: PUBLIC)(self.method)
        with_token = {"Token": [] if scope == ANY else [scope.lstrip("?")]}
        return [{}] if scope == PUBLIC else [{}, with_token] if scope.startswith("?") else [with_token]

    def get_override_parameters(self) -> list[Any]:
        query = getattr(self.handler, "query", {})
        return [OpenApiParameter(name, self._schema_of(hint)) for name, hint in query.items()]

    def get_filter_backends(self) -> list[Any]:
        return []

    def get_request_serializer(self) -> Any:
        takes = getattr(self.handler, "takes", None)
        return takes and {kind: self._schema_of(takes) for kind in self.map_parsers()}

    def get_response_serializers(self) -> Any:
        return {200: self._schema_of(getattr(self.handler, "gives", dict)), "4XX": self._error()}

    def _error(self) -> dict[str, Any]:
        return self._component("Error", lambda: ERROR)

    def _schema_of(self, hint: Any) -> dict[str, Any]:
        """A type as JSON Schema; each TypedDict is a component of its own, so one may hold another."""
        if is_typeddict(hint):
            return self._component(hint.__name__, lambda: self._object(hint))
        origin, inner = get_origin(hint), get_args(hint)
        if origin is list:
            return {"type": "array", "items": self._schema_of(inner[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self._schema_of(inner[1])}
        if origin in (Union, UnionType) and type(None) in inner:
            rest = [self._schema_of(one) for one in inner if one is not type(None)]
            return {"oneOf": [*rest, {"type": "null"}]}
        if hint in PLAIN:
            return dict(PLAIN[hint])
        return resolve_type_hint(hint)

    def _object(self, hint: Any) -> dict[str, Any]:
        properties = {name: self._schema_of(kind) for name, kind in get_type_hints(hint).items()}
        required = [name for name in properties if name in hint.__required_keys__]
        return {"type": "object", "properties": properties} | ({"required": required} if required else {})

    def _component(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema={}, object=name)
        if component not in self.registry:
            self.registry.register(component)
            component.schema.update(make())
        return component.ref
