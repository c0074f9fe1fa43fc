"""Logging in: by either name, through the hash indexes, and as slowly for nobody as for somebody."""

import statistics
import time

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.backends import users_logging_in_as
from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(db: None) -> None:
    people = [
        User(
            username=f"person_{n}",
            username_cased=f"Person_{n}",
            email=f"person{n}@example.com",
            display_name="P",
        )
        for n in range(4000)
    ]
    User.objects.bulk_create(people, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE users")


def plan_of(query: QuerySet[User]) -> str:
    return query.explain()


@pytest.mark.parametrize("login", ["alice", "ALICE", "alice@example.com", "Alice@Example.COM", " alice "])
def test_either_name_logs_in_whatever_the_case(alice: User, login: str) -> None:
    assert authenticate(None, username=login, password="correct horse") == alice


@pytest.mark.parametrize(
    ("login", "password"),
    [("alice", "wrong"), ("nobody", "correct horse"), ("", "correct horse"), ("alice", ""), ("a\x01b", "x")],
)
def test_nobody_logs_in_when_name_or_password_is_wrong(alice: User, login: str, password: str) -> None:
    assert authenticate(None, username=login, password=password) is None


@pytest.mark.parametrize("closed", ["suspended_at", "deactivated_at"])
def test_nobody_logs_in_when_the_account_is_closed(alice: User, closed: str) -> None:
    User.objects.filter(pk=alice.pk).update(**{closed: "2026-01-01T00:00Z"})

    assert authenticate(None, username="alice", password="correct horse") is None


@pytest.mark.parametrize(
    ("login", "index"),
    [("Person_777", "users_username_hash"), ("Person777@example.com", "users_email_hash")],
)
def test_log_in_uses_the_hash_index(crowd: None, login: str, index: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        authenticate(None, username=login, password="wrong")

    looked_up = [query["sql"] for query in queries if 'FROM "users"' in query["sql"]]
    assert len(looked_up) == 1
    with connection.cursor() as cursor:
        plan = "\n".join(row[0] for row in cursor.execute(f"EXPLAIN {looked_up[0]}").fetchall())
    assert f"Index Scan using {index}" in plan
    assert f"Index Scan using {index}" in plan_of(users_logging_in_as(login))


def test_unknown_name_takes_as_long_as_a_wrong_password(alice: User, settings: object) -> None:
    settings.PASSWORD_HASHERS = ["accounts.hashers.OwaspArgon2Hasher"]
    User.objects.filter(pk=alice.pk).update(password=make_password("correct horse"))
    times: dict[str, list[float]] = {"alice": [], "nobody": [], "nobody@example.com": []}

    for _ in range(7):
        for login, measured in times.items():
            start = time.process_time()
            authenticate(None, username=login, password="wrong")
            measured.append(time.process_time() - start)

    known, *unknown = (statistics.median(measured) for measured in times.values())
    for other in unknown:
        assert 0.6 < other / known < 1.6


def test_same_hash_work_is_done_for_nobody(
    alice: User, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PASSWORD_HASHERS = ["accounts.hashers.OwaspArgon2Hasher"]
    made: list[str] = []
    set_password = User.set_password
    monkeypatch.setattr(User, "set_password", lambda self, raw: (made.append(raw), set_password(self, raw)))

    authenticate(None, username="nobody", password="wrong")

    assert made == ["wrong"]
