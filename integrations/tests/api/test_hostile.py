"""Whatever is sent to whichever call: JSON with an error, and never a failure of ours."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, URLResolver

from accounts.models import User
from tweets.tests.factories import make_tweet
from twitterclone.api import urlpatterns
from twitterclone.lib.api.views import ApiView, MissingView

pytestmark = pytest.mark.django_db
Api = Callable[..., Any]

METHODS = ("get", "post", "put", "patch", "delete")
IDS = ("1", "0", "9223372036854775807", "99999999999999999999", "-1", "x", "%00", "1%2f2", "💥")
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**25, 1.5, "", " ", "\0", "x" * 5000, "日本", "'; DROP TABLE users; --", [], [[]],
    [None], ["a", {"b": []}], {}, {"0": {"name": "\0"}}, {"a": {"b": {"c": {"d": {}}}}},
)  # fmt: skip
NAMES = """
    status text media_ids poll in_reply_to_id sensitive spoiler_text visibility language scheduled_at
    quoted_status_id id ids limit max_id min_id since_id offset q type resolve following acct username email
    password agreement locale display_name note avatar header locked source fields_attributes duration
    notifications reblogs notify languages choices file description focus client_name redirect_uris scopes
    website grant_type code client_id client_secret token refresh_token redirect_uri code_verifier timeline
    home title types exclude_types account_id tagged only_media pinned local unknown_field
""".split()


def calls() -> Iterator[tuple[str, type[ApiView]]]:
    """Every address of the API with {} for what varies in it, and its view."""
    yield from _below("", urlpatterns)


def _below(prefix: str, patterns: list[Any]) -> Iterator[tuple[str, type[ApiView]]]:
    for pattern in patterns:
        route = prefix + getattr(pattern.pattern, "_route", "")
        if isinstance(pattern, URLResolver):
            yield from _below(route, pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "view_class", None)
            if view and view is not MissingView:
                yield "/" + _braced(route), view


def _braced(route: str) -> str:
    """`accounts/<id:account_id>` as `accounts/{}`."""
    return "/".join("{}" if part.startswith("<") else part for part in route.split("/"))


CALLS = sorted(set(calls()), key=lambda call: call[0])
each_call = pytest.mark.parametrize(("path", "view"), CALLS, ids=[path for path, _view in CALLS])


@pytest.fixture(autouse=True)
def without_limits(settings: Any) -> None:
    settings.RATE_LIMITS = False


@pytest.fixture
def at(alice: User, bob: User) -> Callable[[str], str]:
    """The address with a thing in it that is really there, so that nothing is refused for want of one."""
    tweet = make_tweet(alice, "Hello")

    def filled(path: str) -> str:
        return path.replace("{}", str(tweet.pk if "statuses" in path.split("{}", maxsplit=1)[0] else bob.pk))

    return filled


def check(answer: Any, what: object) -> None:
    assert answer.status_code < 500, (what, answer.status_code)
    assert answer.headers["Content-Type"].startswith("application/"), what
    told = json.loads(answer.content)
    if answer.status_code >= 400:
        assert isinstance(told["error"], str), what
        assert told["error"], what


def test_sweep_knows_every_call() -> None:
    paths = [path for path, _view in CALLS]
    assert len(paths) > 80
    assert sum(hasattr(view, "get") for _path, view in CALLS) > 50
    assert {"/api/v1/statuses", "/oauth/token", "/api/v1/accounts/{}/follow", "/api/v2/media"} <= set(paths)


@each_call
def test_method_is_refused_in_json_when_there_is_none(
    api: Api, alice: User, path: str, view: type[ApiView]
) -> None:
    for method in (*METHODS, "options", "trace"):
        for program in (api(), api(alice)):
            answer = program.call(method, path.replace("{}", "1"))
            check(answer, method)
            if not hasattr(view, method) or method == "options":
                assert answer.status_code == 405, method


@each_call
def test_fields_of_wrong_kinds_are_refused_in_json(
    api: Api, alice: User, at: Callable[[str], str], path: str, view: type[ApiView]
) -> None:
    program = api(alice)
    for method in METHODS[1:]:
        if hasattr(view, method):
            for value in VALUES:
                body = json.dumps(dict.fromkeys(NAMES, value)).encode()
                answer = getattr(program, method)(at(path), body, content_type="application/json")
                check(answer, (method, value))


@each_call
def test_bodies_of_wrong_shape_are_refused_in_json(
    api: Api, alice: User, at: Callable[[str], str], path: str, view: type[ApiView]
) -> None:
    program = api(alice)
    bodies = [
        (b"[1, 2]", "application/json"), (b'"text"', "application/json"), (b"{", "application/json"),
        (b"\xff\xfe", "application/json"), (b"[" * 100_000, "application/json"), (b"NaN", "application/json"),
        (b'{"a": "' + b"x" * (1024 * 1024 + 10) + b'"}', "application/json"),
        (b"status=" + b"x" * (1024 * 1024 + 10), "application/x-www-form-urlencoded"),
        (b"a[b][c][d][e][f][g][h]=1&a=2&a[]=3&[]=4&x]=5&%00=%00", "application/x-www-form-urlencoded"),
        (b"a&" * 5000, "application/x-www-form-urlencoded"),
        (b"--nothing", "multipart/form-data; boundary=other"), (b"--nothing", "multipart/form-data"),
        (b"<a/>", "application/xml"), (b"x", "text/plain"), (b"x", ""),
        (b"{}", "application/json; charset=utf-16"),
        (_files(), MULTIPART_CONTENT),
    ]  # fmt: skip
    for method in METHODS[1:]:
        if hasattr(view, method):
            for body, kind in bodies:
                answer = program.generic(method.upper(), at(path), body, content_type=kind)
                check(answer, (method, body[:30], kind))


@pytest.mark.parametrize("path", [path for path, view in CALLS if hasattr(view, "get")])
def test_queries_of_every_kind_are_answered_in_json(
    api: Api, alice: User, at: Callable[[str], str], path: str
) -> None:
    values = ("-1", "0", "x", "1" * 30, "\0", "", "💥", "1.5", "true", "%", "a:b OR (c", '"')
    for program, some in ((api(), values[:4]), (api(alice), values)):
        for value in some:
            answer = program.get(at(path), dict.fromkeys(NAMES, value))
            check(answer, value)
            brackets = {f"{name}[]": [value, value] for name in NAMES}
            check(program.get(at(path), brackets), (value, "[]"))


@pytest.mark.parametrize("path", [path for path, _view in CALLS if "{}" in path])
def test_ids_that_are_none_are_answered_in_json(api: Api, alice: User, path: str) -> None:
    program = api(alice)
    for method in METHODS:
        for identifier in IDS:
            check(program.call(method, path.replace("{}", identifier)), (method, identifier))


@each_call
def test_token_that_is_none_is_refused_in_json(api: Api, path: str, view: type[ApiView]) -> None:
    for header in (
        "Bearer",
        "Bearer ",
        "Bearer \x7f",
        "Bearer é",
        "Basic x",
        "Basic " + "A" * 5000,
        "Digest a",
        "x" * 5000,
    ):
        for method in METHODS:
            headers = {"authorization": header}
            check(api().call(method, path.replace("{}", "1"), **headers), (method, header))


def _files() -> bytes:
    file = SimpleUploadedFile("a.txt", b"nothing", "image/png")
    return encode_multipart(BOUNDARY, dict.fromkeys(("file", "avatar", "status", "poll", "code"), file))
