"""The policy's header: as django-csp writes it, with the nonce where one was asked for."""

import pytest
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from twitterclone.lib.csp import PolicyMiddleware

pytestmark = pytest.mark.unit
HEADER = "Content-Security-Policy"


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def with_nonce(request: HttpRequest) -> HttpResponse:
    request.csp_nonce = str(request.csp_nonce)
    return HttpResponse(request.csp_nonce)


def with_changes(request: HttpRequest) -> HttpResponse:
    response = HttpResponse()
    response._csp_update = {"img-src": ["https://pictures.example"]}
    return response


@pytest.mark.parametrize("view", [plain, with_changes])
def test_header_is_that_of_the_library(view: object, rf: RequestFactory) -> None:
    ours, theirs = (kind(view)(rf.get("/"))[HEADER] for kind in (PolicyMiddleware, CSPMiddleware))
    assert ours == theirs
    assert "default-src 'self'" in ours


def test_nonce_of_the_page_is_in_its_header_alone(rf: RequestFactory) -> None:
    first, second = (PolicyMiddleware(with_nonce)(rf.get("/")) for _time in range(2))
    assert f"'nonce-{first.content.decode()}'" in first[HEADER]
    assert first.content != second.content
    assert "nonce" not in PolicyMiddleware(plain)(rf.get("/"))[HEADER]
