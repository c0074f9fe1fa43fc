"""The admin's first page: true figures for one query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from redis import Redis

from accounts.models import User
from moderation.services import report
from tweets.tests.factories import make_tweet
from twitterclone import dashboard
from twitterclone.dashboard import figures

pytestmark = pytest.mark.django_db


def values() -> list[str]:
    return [figure.value for figure in figures()]


def test_figures_count_today_and_what_waits(alice, bob):
    report(reporter=bob, tweet=make_tweet(alice), reason="spam")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox SET done_at = now()")
        cursor.execute("INSERT INTO outbox (event, consumer, payload) VALUES ('test.a', 'b', '{}')")
        cursor.execute(
            "INSERT INTO outbox (event, consumer, payload, available_at)"
            " VALUES ('test.a', 'b', '{}', 'infinity')"
        )
    assert values() == ["2", "1", "0", "1", "0", "0", "2", "1", "0", "0", "0"]


def test_yesterday_does_not_count(alice):
    User.objects.filter(pk=alice.pk).update(created_at="2026-01-01T00:00Z")
    assert values()[0] == "0"


def test_figures_cost_one_query(alice):
    with CaptureQueriesContext(connection) as queries:
        figures()
    assert len(queries) == 1


def test_page_shows_the_figures_to_staff_alone(client, person, alice):
    client.force_login(alice)
    assert client.get("/admin/").status_code == 302
    client.force_login(person("keeper", is_staff=True))
    page = client.get("/admin/")
    assert page.status_code == 200
    assert "New users today" in page.text


def test_page_stays_up_when_the_broker_is_away(client, person, monkeypatch, dead_redis):
    monkeypatch.setattr(dashboard, "client", lambda role: dead_redis)
    client.force_login(person("keeper", is_staff=True))
    assert "the broker does not answer" in client.get("/admin/").text


@pytest.fixture
def dead_redis():
    return Redis(port=1, socket_connect_timeout=0.2)
