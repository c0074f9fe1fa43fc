"""Bodies: JSON, urlencoded and multipart, all as one nested dict. Forms are read as Rails reads them.

`media_ids[]=1&media_ids[]=2` is a list, `poll[options][]=a` a list inside a dict, and
`fields_attributes[0][name]=x` a dict of dicts with numbers for keys, as JSON clients may send it too.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.parsers import MultiPartParser as RestMultiPartParser

from twitterclone.lib.api.errors import TooLarge

DEPTH = 6
Nested = dict[str, Any]


class JSONParser(BaseParser):
    """An object, or nothing at all. NaN and Infinity are no JSON."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Nested:
        text = _body(stream, parser_context)
        if not text.strip():
            return {}
        try:
            data = json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is no valid JSON")) from error
        if not isinstance(data, dict):
            raise ParseError(_("The body must be a JSON object"))
        return {name.removesuffix("[]"): value for name, value in data.items()}


class FormParser(BaseParser):
    media_type = "application/x-www-form-urlencoded"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Nested:
        return nested(QueryDict(_body(stream, parser_context)))


class MultiPartParser(RestMultiPartParser):
    """Fields and files in one dict; Django's own limits hold for both."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        parts = super().parse(stream, media_type, parser_context)
        return nested(parts.data) | nested(parts.files)


def nested(values: "MultiValueDict[str, Any]") -> Nested:
    """The fields of a form or query string, nested; a plain name that is repeated keeps its last value."""
    found: Nested = {}
    for name, entries in values.lists():
        path = _path(name)
        if path[-1] == "":
            _put(found, path[:-1], list(entries), extend=True)
        elif entries:
            _put(found, path, entries[-1])
    return found


def _path(name: str) -> list[str]:
    """`poll[options][]` is poll, options, ''."""
    head, bracket, rest = name.partition("[")
    if not bracket or not rest.endswith("]") or not head:
        return [name]
    return [head, *rest[:-1].split("][")][:DEPTH]


def _put(target: Nested, path: list[str], value: Any, *, extend: bool = False) -> None:
    for part in path[:-1]:
        inner = target.get(part)
        if not isinstance(inner, dict):
            inner = target[part] = {}
        target = inner
    last = path[-1]
    if extend and isinstance(target.get(last), list):
        target[last].extend(value)
    else:
        target[last] = value


def holds_nul(value: Any) -> bool:
    """Whether a NUL is anywhere in the text that was sent: no column of the database can keep one."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, UploadedFile):
        return False
    if isinstance(value, dict):
        return any(holds_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, Iterable) and any(map(holds_nul, value))


def _body(stream: Any, context: Any) -> str:
    """The text of the body, no longer than the site allows."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    raw = stream.read(most + 1)
    if len(raw) > most:
        raise TooLarge
    try:
        return raw.decode((context or {}).get("encoding") or "utf-8")
    except (LookupError, UnicodeDecodeError) as error:
        raise ParseError(_("The body is no valid UTF-8")) from error


def _no_constant(name: str) -> None:
    raise ValueError(name)
