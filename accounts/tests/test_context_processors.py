"""Pages of failures are drawn whatever the request has lived through."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.views.defaults import page_not_found, permission_denied, server_error

from accounts.context_processors import viewer


@pytest.mark.unit
def test_nobody_is_the_viewer_when_the_session_was_never_read() -> None:
    context = viewer(RequestFactory().get("/"))

    assert not context["viewer"].is_authenticated
    assert context["theme"] == "auto"


@pytest.mark.django_db
def test_address_of_another_host_is_a_400_and_no_failure() -> None:
    answer = Client(raise_request_exception=False).get("/about/", headers={"host": "evil.example"})

    assert answer.status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "status"), [(page_not_found, 404), (permission_denied, 403)])
def test_failure_is_a_branded_page_when_nothing_is_known_of_the_request(page: object, status: int) -> None:
    answer = page(RequestFactory().get("/"), PermissionDenied())

    assert (answer.status_code, b"oops__code" in answer.content) == (status, True)


def test_failure_of_ours_needs_neither_database_nor_redis() -> None:
    answer = server_error(RequestFactory().get("/"))

    assert (answer.status_code, b"our side" in answer.content) == (500, True)
