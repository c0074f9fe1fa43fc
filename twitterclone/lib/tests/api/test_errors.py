"""Nothing leaves the API that is not JSON with an error."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/nothing", "/api/v9/accounts/"])
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_unknown_address_is_json_when_nothing_is_there(
    api: Callable[..., Any], path: str, method: str
) -> None:
    answer = api().call(method, path)
    assert answer.status_code == 404
    assert answer.json() == {"error": "Record not found"}
    assert answer.headers["X-RateLimit-Limit"] == "300"


def test_token_is_refused_when_it_is_wrong(api: Callable[..., Any]) -> None:
    answer = api().get("/api/v1/nothing", headers={"authorization": "Bearer wrong"})
    assert answer.status_code == 401
    assert answer.json() == {"error": "The access token is invalid"}
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_token_is_refused_when_its_user_is_suspended(api: Callable[..., Any], alice: User) -> None:
    program = api(alice)
    User.objects.filter(pk=alice.pk).update(suspended_at=alice.created_at)
    answer = program.get("/api/v1/nothing")
    assert answer.status_code == 403
    assert answer.json() == {"error": "Your login is currently disabled"}
    assert answer.headers["X-RateLimit-Remaining"] == "299"


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (ZeroDivisionError("a secret"), 500, "Something went wrong on our side"),
        (OperationalError("a secret"), 503, "The site cannot answer at the moment"),
        (RedisConnectionError("a secret"), 503, "The site cannot answer at the moment"),
    ],
)
def test_failure_of_ours_is_json_and_tells_no_secret(
    api: Callable[..., Any],
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    status: int,
    words: str,
) -> None:
    def fail(*_: Any) -> None:
        raise failure

    monkeypatch.setattr("tweets.api.timelines.home_statuses", fail)
    program = api(alice)
    program.raise_request_exception = False
    answer = program.get("/api/v1/timelines/home", headers={"origin": "https://elk.zone"})
    assert answer.status_code == status
    assert answer.json()["error"].startswith(words)
    assert "secret" not in answer.content.decode()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-RateLimit-Limit"] == "300"


def test_failure_before_the_call_is_reached_is_json_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("twitterclone.middleware.DomainErrorMiddleware.__call__", fail)
    answer = Client(raise_request_exception=False).get("/api/v1/instance")
    assert (answer.status_code, answer.json()) == (500, {"error": "Something went wrong on our side"})
