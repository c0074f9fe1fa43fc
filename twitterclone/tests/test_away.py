"""What is answered while the database or Redis is away, and how an URL becomes a connection."""

import json
from typing import Any

import environ
import pytest
from django.db import InternalError, OperationalError, connections
from django.test import Client
from psycopg.errors import NumericValueOutOfRange, ReadOnlySqlTransaction

from accounts.models import User
from twitterclone.lib.away import is_away
from twitterclone.settings.database import database, replica


@pytest.fixture
def as_alice(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Every statement fails as when the primary was killed."""

    def fail(*_: Any, **__: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    def begin() -> None:
        monkeypatch.setattr("twitterclone.lib.prepared._run", fail)
        monkeypatch.setattr(type(connections["default"]), "cursor", fail)

    return begin


@pytest.mark.django_db
def test_page_is_503_and_offers_what_was_written_again(as_alice: Client, cut: Any) -> None:
    cut()

    answer = as_alice.post("/tweets/", {"text": "kept <for> me", "idempotency_key": "k1"})

    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert 'name="text" value="kept &lt;for&gt; me"' in page
    assert 'name="idempotency_key" value="k1"' in page
    assert 'action="/tweets/"' in page


@pytest.mark.django_db
def test_htmx_is_told_in_a_line_and_keeps_its_form(as_alice: Client, cut: Any) -> None:
    cut()

    answer = as_alice.post("/tweets/", {"text": "kept"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (503, b"")
    assert "Try again" in json.loads(answer.headers["HX-Trigger"])["toast"]["message"]


@pytest.mark.django_db
def test_password_is_never_sent_back(client: Client, cut: Any) -> None:
    cut()

    answer = client.post("/accounts/login/", {"login": "alice", "password": "correct horse"})

    assert answer.status_code == 503
    assert "correct horse" not in answer.content.decode()


@pytest.mark.django_db
def test_program_is_told_in_json(client: Client, cut: Any) -> None:
    cut()

    answer = client.post("/oauth/token", {"grant_type": "client_credentials"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "error" in answer.json()


@pytest.mark.django_db
def test_failure_in_a_middleware_is_503_too(as_alice: Client, cut: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("accounts.sessions.TRUST_SECONDS", -10)  # the session reads its user again
    cut()
    as_alice.raise_request_exception = False

    assert as_alice.get("/settings/").status_code == 503


@pytest.mark.unit
def test_primary_that_is_none_any_more_is_away_and_a_mistake_is_not() -> None:
    for cause, expected in ((ReadOnlySqlTransaction(), True), (NumericValueOutOfRange(), False)):
        error = InternalError()
        error.__cause__ = cause
        assert is_away(error) is expected
    assert not is_away(ValueError())


@pytest.mark.unit
def test_url_may_name_several_servers_and_how_they_are_chosen() -> None:
    parsed = environ.Env.db_url_config(
        "postgresql://me:secret@one:5432,two:5433/site?target_session_attrs=read-write&connect_timeout=1"
    )

    found = database(parsed, pool=4, pooled=False)

    assert (found["HOST"], found["PORT"]) == ("one,two", "5432,5433")
    options = found["OPTIONS"]
    assert (options["target_session_attrs"], options["connect_timeout"]) == ("read-write", 1)
    assert options["keepalives_idle"] == 10
    assert "plan_cache_mode" in options["options"]
    assert options["pool"]["max_size"] == 4

    standby = replica(environ.Env.db_url_config("postgresql://me:secret@three:5432/site"), found)
    assert "target_session_attrs" not in standby["OPTIONS"]  # it takes no writes
